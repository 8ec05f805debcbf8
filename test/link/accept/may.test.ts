import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { mayTest } from "../../../src/link/accept/may.ts";
import { keptText, parseKept } from "../../../src/link/accept/kept.ts";

const fibre = "comune/municipio/fibre";
const radio = "comune/municipio/radio";

function site(people: number, lines: Readonly<Record<string, boolean | undefined>>) {
  const all = Object.entries(lines).map(([link, up]) => ({ link, mbps: 100, up }));
  return { now: 0, site: "comune/municipio", lines: all, people, demandMbps: people };
}

test("a line is tested whole where another is there, and both are up", () => {
  assert.deepEqual(mayTest(fibre, site(8, { [fibre]: true, [radio]: true }), true), {
    kind: "may",
    way: { kind: "whole", others: [radio] },
  });
});

test("it is measured only, and says why", () => {
  for (const [standing, failover, why] of [
    [site(8, { [fibre]: true, [radio]: true }), false, "not wanted (--no-failover)"],
    [site(8, { [fibre]: true }), false, "comune/municipio has no other line"],
    [site(0, { [fibre]: true }), true, "comune/municipio has no other line"],
  ] as const) {
    assert.deepEqual(mayTest(fibre, standing, failover), { kind: "may", way: { kind: "measured only", why } });
  }
});

test("it is refused while it or another is down, and where it is the only one and people work", () => {
  for (const [standing, says] of [
    [site(8, { [fibre]: false, [radio]: true }), [/fibre is down now: mend it first/]],
    [site(8, { [fibre]: undefined, [radio]: true }), [/fibre is not measured now/]],
    [site(8, { [fibre]: true, [radio]: false }), [/radio is down now: comune\/municipio has no line to spare/]],
    [site(8, { [fibre]: true, [radio]: undefined }), [/radio is not measured now/]],
    [site(8, { [fibre]: true }), [/is the only line of comune\/municipio, and 8 people .* --no-failover/]],
    [site(8, { [fibre]: false, [radio]: false }), [/fibre is down/, /radio is down/]],
    [site(8, { [radio]: true }), [/fibre is not measured/]],
  ] as const) {
    const may = mayTest(fibre, standing, true);
    assert.ok(may.kind === "refused");
    assert.equal(may.reasons.length, says.length, may.reasons.join());
    for (const [index, each] of says.entries()) assert.match(may.reasons[index] ?? "", each);
  }
});

test("nothing is ever taken from a site that would be left without a line", () => {
  const up = fc.option(fc.boolean(), { nil: undefined });
  fc.assert(
    fc.property(fc.array(up, { maxLength: 4 }), up, fc.nat(20), fc.boolean(), (others, own, people, failover) => {
      const lines = Object.fromEntries([[fibre, own], ...others.map((each, index) => [`${radio}${index}`, each])]);
      const may = mayTest(fibre, site(people, lines), failover);
      const all = [own, ...others];
      if (may.kind === "refused") assert.ok(all.some((each) => each !== true) || (others.length === 0 && people > 0));
      else {
        assert.ok(all.every((each) => each === true));
        assert.equal(may.way.kind === "whole", failover && others.length > 0);
      }
    }),
  );
});

test("what was taken is read as it was written; anything else is no word of it", () => {
  const kept = { link: fibre, site: "comune/municipio", cut: [fibre], shut: [radio] };
  assert.deepEqual(parseKept(keptText(kept)), kept);
  for (const text of ["", "{}", keptText(kept).slice(0, 20)]) assert.throws(() => parseKept(text));
});
