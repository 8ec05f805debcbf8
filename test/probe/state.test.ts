import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { step, type TargetState, unknownState } from "../../src/probe/state.ts";

const thresholds = { misses: 3, hits: 2 };

/** `+` an answer, `-` a miss, one a second; gives the verdict after each: `1`, `0`, `?`. */
function verdicts(results: string, limits = thresholds): string {
  let state = unknownState;
  return results
    .split("")
    .map((result, index) => {
      state = step(state, result === "+", index + 1, limits);
      return state.up === undefined ? "?" : state.up ? "1" : "0";
    })
    .join("");
}

const table = [
  ["first verdict up", "++", "?1"],
  ["first verdict down", "---", "??0"],
  ["nothing certain", "+-+-+-", "??????"],
  ["misses that do not add up", "++--+--+--+", "?1111111111"],
  ["down after the third miss", "++---", "?1110"],
  ["up after the second answer", "---+-++", "??00001"],
] as const;

for (const [what, results, expected] of table) {
  test(what, () => assert.equal(verdicts(results), expected));
}

test("says since when, and counts reversals but not the first verdict", () => {
  const results = [true, true, false, false, false, true, true];
  const states: TargetState[] = [];
  for (const [index, answered] of results.entries()) {
    states.push(step(states.at(-1) ?? unknownState, answered, 100 + index, thresholds));
  }
  assert.deepEqual(
    states.map(({ up, since, transitions }) => [up, since, transitions]),
    [
      [undefined, 0, 0],
      [true, 101, 0],
      [true, 101, 0],
      [true, 101, 0],
      [false, 104, 1],
      [false, 104, 1],
      [true, 106, 2],
    ],
  );
});

const limits = fc.record({ misses: fc.integer({ min: 1, max: 9 }), hits: fc.integer({ min: 1, max: 9 }) });

test("the verdict is the last long enough run's", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), limits, (results, { misses, hits }) => {
      let state = unknownState;
      let expected: boolean | undefined;
      let run = 0;
      for (const [index, answered] of results.entries()) {
        run = index > 0 && results[index - 1] === answered ? run + 1 : 1;
        if (run >= (answered ? hits : misses)) expected = answered;
        state = step(state, answered, index, { misses, hits });
        assert.equal(state.up, expected);
      }
    }),
  );
});

test("fewer misses in a row than the limit never make a target down", () => {
  const burst = fc.integer({ min: 0, max: 4 });
  fc.assert(
    fc.property(fc.array(burst), (bursts) => {
      const results = `++${bursts.map((count) => `${"-".repeat(count)}+`).join("")}`;
      assert.ok(!verdicts(results, { misses: 5, hits: 2 }).includes("0"));
    }),
  );
});
