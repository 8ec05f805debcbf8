import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Pool } from "../../src/inventory.ts";
import { buildReport, type Findings, type Outcome, wasAnswered } from "../../src/reach/findings.ts";
import { type PoolDesks, rdpTasks, spread } from "../../src/reach/tasks.ts";
import { reportText } from "../../src/reach/text.ts";

const pool: Pool = { id: "b/p", body: "b", kind: "physical", site: "b/s", range: "10.0.0.0/24", desksPerHost: 1 };
function desksOf(count: number): PoolDesks {
  const desks = Array.from({ length: count }, (_, n) => {
    const name = `h${n}`;
    const host = { name, address: `10.0.0.${n + 1}`, pool: pool.id, ports: { ssh: 22, rdp: 3389 }, hostKeys: [] };
    return { desk: { id: `d${n}`, host: name }, host };
  });
  return { pool, desks };
}

function findings(outcomes: readonly (Outcome | undefined)[], changes: Partial<Findings> = {}): Findings {
  const ssh = new Map(outcomes.flatMap((outcome, n) => (outcome === undefined ? [] : [[`d${n}`, outcome] as const])));
  return {
    pools: [desksOf(outcomes.length)],
    entrances: [{ body: "b", through: "hub-a", secondsToEnter: 0.5 }],
    ssh,
    rdp: new Map(),
    denials: [],
    traffic: [],
    problems: [],
    notes: [],
    seconds: 1,
    ...changes,
  };
}
const ok = (ms: number): Outcome => ({ kind: "ok", ms });

test("counts by body, pool and site, with times by nearest rank and the slowest first", () => {
  const report = buildReport(findings(Array.from({ length: 100 }, (_, n) => ok(n + 1))));
  assert.deepEqual(report.desks, { total: 100, reached: 100 });
  assert.deepEqual(report.bodies, [{ id: "b", total: 100, reached: 100, through: "hub-a", secondsToEnter: 0.5 }]);
  assert.deepEqual(report.pools, [{ id: "b/p", total: 100, reached: 100, p50: 50, p99: 99 }]);
  assert.deepEqual(report.sites, [{ id: "b/s", total: 100, reached: 100 }]);
  assert.deepEqual(
    report.slowest.map(({ desk, ms }) => [desk, ms]),
    [
      ["d99", 100],
      ["d98", 99],
      ["d97", 98],
      ["d96", 97],
      ["d95", 96],
    ],
  );
  assert.equal(report.ok, true);
});

test("groups failures by reason, most first, and names the first twenty", () => {
  const silent: Outcome = { kind: "timeout", stage: "connect", afterMs: 5000 };
  const outcomes = [...Array.from({ length: 25 }, () => silent), { kind: "refused" } as const, ok(3)];
  const report = buildReport(findings(outcomes));
  assert.deepEqual(
    report.reasons.map(({ reason, count, first }) => [reason, count, first.length]),
    [
      ["no answer in 5 s", 25, 20],
      ["connection refused: no SSH server at the address", 1, 1],
    ],
  );
  assert.match(reportText(report), /25 desks failed: no answer in 5 s\n( {2}d\d+\n){20} {2}and 5 more\n/);
  assert.match(reportText(report), /1 of 27 desks reached in 1\.0 s: 26 desks failed$/);
});

test("a desk that nobody asked counts as failed, never as reached", () => {
  const report = buildReport(findings([ok(1), undefined]));
  assert.deepEqual(report.desks, { total: 2, reached: 1 });
  assert.deepEqual(
    report.failed.map(({ desk, reason }) => [desk, reason]),
    [["d1", "it was not asked: the run ended before"]],
  );
  assert.equal(report.ok, false);
});

const denial = { what: "x", body: "b", tried: 2, refused: 1, answered: ["d0 (ssh)"] };
const faults: readonly (readonly [string, Partial<Findings>, string])[] = [
  ["a denial that did not hold", { denials: [denial] }, "1 denials did not hold"],
  ["counters that contradict", { problems: ["p"] }, "the byte counters contradict the answers"],
  ["a remote desktop that failed", { rdp: new Map([["h0", { kind: "refused" }]]) }, "1 remote desktops failed"],
];
for (const [what, changes, words] of faults) {
  test(`${what} fails the run though every desk answered`, () => {
    const report = buildReport(findings([ok(1)], changes));
    assert.equal(report.ok, false);
    assert.ok(reportText(report).endsWith(`1 of 1 desks reached in 1.0 s: ${words}`), reportText(report));
  });
}

test("a door counts as open as soon as a connection was made", () => {
  assert.equal(wasAnswered({ kind: "timeout", stage: "connect", afterMs: 1 }), false);
  assert.equal(wasAnswered({ kind: "unreachable", code: "EHOSTUNREACH" }), false);
  assert.equal(wasAnswered({ kind: "refused" }), false);
  assert.equal(wasAnswered({ kind: "timeout", stage: "greeting", afterMs: 1 }), true);
  assert.equal(wasAnswered({ kind: "wrong-host-key", got: "x" }), true);
  assert.equal(wasAnswered({ kind: "closed", stage: "greeting" }), true);
});

test("a sample is spread: in order, no item twice, as many as asked or as there are", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 250 }), (length, count) => {
      const items = Array.from({ length }, (_, n) => n);
      const some = spread(items, count);
      assert.equal(some.length, Math.min(length, count));
      assert.ok(some.every((item, n) => n === 0 || item > (some[n - 1] ?? Number.NaN)));
      if (count > 0 && length > 0) assert.equal(some[0], 0);
    }),
  );
});

test("a host that carries several desks is asked for its remote desktop once", () => {
  const { desks } = desksOf(2);
  const seats = desks.flatMap(({ desk, host }) => [
    { desk, host },
    { desk: { id: `${desk.id}-2`, host: host.name }, host },
  ]);
  const tasks = rdpTasks({ pool, desks: seats }, Number.POSITIVE_INFINITY, 1000);
  assert.deepEqual(
    tasks.map(({ id }) => id),
    ["h0", "h1"],
  );
});
