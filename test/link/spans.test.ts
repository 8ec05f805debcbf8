import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { joined } from "../../src/link/counts.ts";
import { availabilityOf, outagesOf, type Point, type Span, spansOf, withBlind, within } from "../../src/link/spans.ts";

const patience = { interval: 1000, bridge: 5000 };
const brief = (spans: readonly Span[]) => spans.map(({ state, from, until }) => `${state} ${from}-${until}`);
const period = { from: 10_000, until: 20_000 };

describe("spans of samples", () => {
  const cases: readonly (readonly [what: string, points: readonly Point[], spans: readonly string[]])[] = [
    ["no sample is a gap", [], ["gap 10000-20000"]],
    [
      "a sample holds until the next",
      [
        [9000, 1],
        [12_000, 0],
        [15_000, 1],
        [19_000, 1],
      ],
      ["up 10000-12000", "down 12000-15000", "up 15000-20000"],
    ],
    [
      "one that comes too late does not reach back",
      [
        [10_000, 1],
        [16_000, 1],
      ],
      ["up 10000-11000", "gap 11000-16000", "up 16000-20000"],
    ],
    [
      "the last holds for its interval where the period goes on long after",
      [[10_000, 0]],
      ["down 10000-11000", "gap 11000-20000"],
    ],
    [
      "what was before does not count",
      [
        [1000, 0],
        [12_000, 1],
      ],
      ["gap 10000-12000", "up 12000-13000", "gap 13000-20000"],
    ],
    [
      "what comes after does not count",
      [
        [19_000, 1],
        [23_000, 0],
      ],
      ["gap 10000-19000", "up 19000-20000"],
    ],
  ];
  for (const [what, points, expected] of cases) {
    test(what, () => assert.deepEqual(brief(spansOf(points, period, patience)), expected));
  }
});

test("time in which nobody looked is a gap, whatever stood meanwhile", () => {
  const spans: readonly Span[] = [
    { state: "up", from: 0, until: 10 },
    { state: "down", from: 10, until: 20 },
  ];
  assert.deepEqual(
    brief(
      withBlind(spans, [
        { from: 2, until: 4 },
        { from: 8, until: 12 },
        { from: 19, until: 30 },
      ]),
    ),
    ["up 0-2", "gap 2-4", "up 4-8", "gap 8-12", "down 12-19", "gap 19-20"],
  );
});

test("an outage says why it begins and ends", () => {
  const outages = outagesOf([
    { state: "down", from: 0, until: 1 },
    { state: "up", from: 1, until: 2 },
    { state: "down", from: 2, until: 3 },
    { state: "gap", from: 3, until: 4 },
    { state: "down", from: 4, until: 5 },
  ]);
  assert.deepEqual(
    outages.map(({ begins, ends }) => [begins, ends]),
    [
      ["period", "seen"],
      ["seen", "gap"],
      ["gap", "period"],
    ],
  );
});

const anyPoints = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.constantFrom(0, 1)), { selector: ([at]) => at })
  .map((points) => points.toSorted(([one], [other]) => one - other));
const anyPeriods = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 9000 })))
  .map((periods) => joined(periods.map(([from, length]) => ({ from, until: from + length }))));

test("spans follow each other without overlap, and up, down and gap make the period", () => {
  fc.assert(
    fc.property(anyPoints, anyPeriods, (points, blind) => {
      const spans = withBlind(spansOf(points, period, patience), blind);
      assert.equal(spans[0]?.from, period.from);
      assert.equal(spans.at(-1)?.until, period.until);
      for (const [index, { state, from, until }] of spans.entries()) {
        assert.ok(from < until);
        const next = spans[index + 1];
        if (next !== undefined) {
          assert.equal(next.from, until);
          assert.notEqual(next.state, state);
        }
        if (state !== "gap") assert.ok(blind.every((each) => each.until <= from || each.from >= until));
      }
      const { up, down, gap } = availabilityOf(spans);
      assert.equal(up + down + gap, period.until - period.from);
      const outages = outagesOf(spans);
      assert.equal(
        outages.reduce((sum, { from, until }) => sum + until - from, 0),
        down,
      );
      const middle = { from: 13_000, until: 17_000 };
      const parts = availabilityOf(within(spans, middle));
      assert.equal(parts.up + parts.down + parts.gap, 4000);
    }),
  );
});
