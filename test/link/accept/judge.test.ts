import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ratioOf } from "../../../src/link/counts.ts";
import { demandsFor, type DemandSettings, leastProbes } from "../../../src/link/accept/demands.ts";
import type { Figures, Move } from "../../../src/link/accept/figures.ts";
import { isAccepted, judge } from "../../../src/link/accept/judge.ts";

const usual: DemandSettings = { mbps: 100, share: 0.8, loss: 0.01, promisedMs: undefined };
const demands = demandsFor(usual);

const flow = (mbps: number, way: "to the hub" | "from the hub" = "to the hub") => ({
  way,
  bitsPerSecond: mbps * 1e6,
  seconds: 10,
  streams: 4,
  retransmits: 3,
});

/** `lost` of `sent` probes, spread evenly; the others take so many milliseconds each. */
function echoes(sent: number, lost: number, ms: (probe: number) => number = () => 20): Figures["echoes"] {
  const roundTrips = Array.from({ length: sent }, (_, probe) =>
    Math.floor(((probe + 1) * lost) / sent) > Math.floor((probe * lost) / sent) ? undefined : ms(probe) / 1000,
  );
  return { everyMs: 10, roundTrips };
}

const cut: Move = {
  what: "it is cut",
  by: "its carrier's end down",
  to: "a/b/radio",
  took: 0.8,
  patience: 15,
  silence: 0.8,
  probes: 90,
  everyMs: 20,
  back: false,
};
const mended: Move = { ...cut, what: "it is mended", to: "a/b/fibre", took: 3, silence: 0, back: true };

const good: Figures = {
  throughput: [flow(88), flow(88, "from the hub")],
  echoes: echoes(1000, 0),
  failover: [cut, mended],
};

/** What failed of a line that is good but for this. */
const failed = (but: Partial<Figures>, settings = usual): readonly string[] =>
  judge({ ...good, ...but }, demandsFor(settings)).flatMap(({ what, outcome }) => (outcome === "fail" ? [what] : []));

test("a good line is accepted, figure by figure", () => {
  const findings = judge(good, demands);
  assert.deepEqual(
    findings.map(({ what, outcome }) => `${what}: ${outcome}`),
    [
      "throughput to the hub: pass",
      "throughput from the hub: pass",
      "loss, 95 % sure: pass",
      "round trip, median: told",
      "round trip, 95 %: pass",
      "round trip, 99 %: pass",
      "jitter: pass",
      "silence, it is cut: pass",
      "silence, it is mended: pass",
      "carries again, it is mended: pass",
    ],
  );
  assert.ok(isAccepted(findings));
  assert.ok(!isAccepted([]), "nothing measured is nothing accepted");
});

test("each figure alone refuses a line", () => {
  const spread = (late: number, every: number) => (probe: number) => (probe % every === 0 ? late : 20);
  for (const [but, what] of [
    [{ throughput: [flow(79.9), flow(88, "from the hub")] }, ["throughput to the hub"]],
    [{ throughput: [flow(80), flow(12, "from the hub")] }, ["throughput from the hub"]],
    [{ echoes: echoes(1000, 10) }, ["loss, 95 % sure"]],
    [{ echoes: echoes(1000, 4) }, ["loss, 95 % sure"]],
    [{ echoes: echoes(1000, 3) }, []],
    [{ echoes: echoes(380, 0) }, ["loss, 95 % sure"]],
    [{ echoes: echoes(381, 0) }, []],
    [{ echoes: echoes(1000, 0, () => 76) }, ["round trip, 95 %"]],
    [{ echoes: echoes(1000, 0, spread(200, 50)) }, ["round trip, 99 %"]],
    [{ echoes: echoes(1000, 0, (probe) => 20 + 31 * (probe % 2)) }, ["jitter"]],
    [{ failover: [{ ...cut, silence: 3.02 }, mended] }, ["silence, it is cut"]],
    [{ failover: [cut, { ...mended, silence: 4 }] }, ["silence, it is mended"]],
    [{ failover: [cut, { ...mended, took: 61 }] }, ["carries again, it is mended"]],
    [
      {
        failover: [
          { ...cut, silence: 3 },
          { ...mended, took: 60 },
        ],
      },
      [],
    ],
    [{ failover: [{ ...cut, took: undefined, silence: undefined }, mended] }, ["silence, it is cut"]],
    [{ echoes: echoes(1000, 1000) }, ["loss, 95 % sure", "round trip, 95 %", "round trip, 99 %", "jitter"]],
  ] as const) {
    assert.deepEqual(failed(but), what, JSON.stringify(but).slice(0, 100));
  }
});

test("a carrier's own promise takes the place of the usual round trip", () => {
  const satellite = { echoes: echoes(1000, 0, () => 650) };
  assert.deepEqual(failed(satellite), ["round trip, 95 %", "round trip, 99 %"]);
  assert.deepEqual(failed(satellite, { ...usual, promisedMs: 700 }), []);
});

test("what was not tested refuses nothing, and is told with its reason", () => {
  const findings = judge({ ...good, failover: { untested: "no other line" } }, demands);
  assert.deepEqual(
    findings.filter(({ outcome }) => outcome === "not tested").map(({ what, why }) => [what, why]),
    [["failover and back", "no other line"]],
  );
  assert.ok(isAccepted(findings));
});

test("why a loss refuses: too few probes, too few to be sure, or too many lost", () => {
  const why = (sent: number, lost: number) =>
    judge({ ...good, echoes: echoes(sent, lost) }, demands).find(({ what }) => what.startsWith("loss"))?.why ?? "";
  assert.match(why(100, 0), /^100 probes prove nothing: it takes 381$/);
  assert.match(why(1000, 6), /^0\.60 % were lost, which may be more: send more probes to know$/);
  assert.match(why(1000, 30), /^as ordered/);
});

test("the fewest probes are those with which none lost is just enough", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.0005, max: 0.5, noNaN: true }), (loss) => {
      const least = leastProbes(loss);
      assert.ok((ratioOf(0, least)?.high ?? 1) <= loss);
      assert.ok(least === 1 || (ratioOf(0, least - 1)?.high ?? 1) > loss);
    }),
  );
});

test("a line that is better in every figure is never refused where the worse one is accepted", () => {
  const figures = fc.record({
    there: fc.double({ min: 0, max: 200, noNaN: true }),
    back: fc.double({ min: 0, max: 200, noNaN: true }),
    lost: fc.nat(30),
    ms: fc.double({ min: 0, max: 200, noNaN: true }),
    silence: fc.double({ min: 0, max: 6, noNaN: true }),
    took: fc.double({ min: 0, max: 120, noNaN: true }),
  });
  type Drawn = Record<"there" | "back" | "lost" | "ms" | "silence" | "took", number>;
  const made = ({ there, back, lost, ms, silence, took }: Drawn): Figures => ({
    throughput: [flow(there), flow(back, "from the hub")],
    echoes: echoes(1000, lost, () => ms),
    failover: [
      { ...cut, silence },
      { ...mended, silence, took },
    ],
  });
  fc.assert(
    fc.property(figures, figures, (a, b) => {
      const better = {
        there: Math.max(a.there, b.there),
        back: Math.max(a.back, b.back),
        lost: Math.min(a.lost, b.lost),
        ms: Math.min(a.ms, b.ms),
        silence: Math.min(a.silence, b.silence),
        took: Math.min(a.took, b.took),
      };
      const accepts = (each: Drawn): boolean => isAccepted(judge(made(each), demands));
      if (accepts(a) || accepts(b)) assert.ok(accepts(better));
      const honest =
        Math.min(a.there, a.back) >= 80 &&
        a.ms <= 75 &&
        a.silence <= 3 &&
        a.took <= 60 &&
        (ratioOf(a.lost, 1000)?.high ?? 1) <= 0.01;
      assert.equal(accepts(a), honest);
    }),
  );
});
