import assert from "node:assert/strict";
import { test } from "node:test";
import { type Check, judgeGate, valueOf } from "../../src/rollout/gate.ts";

const desks: Check = {
  what: "desks of the wave that answer",
  query: "avg(desk_up)",
  bound: "at least",
  limit: 0.98,
  sample: { query: "count(desk_up)", least: 10 },
};
const loss: Check = { what: "loss", query: "max(loss)", bound: "at most", limit: 0.02 };

test("passes where every check holds, at its limit too", () => {
  const gate = judgeGate(
    [desks, loss],
    [
      { value: 0.98, sample: 10 },
      { value: 0.02, sample: null },
    ],
  );
  assert.deepEqual(gate, {
    passed: true,
    figures: [
      { query: "avg(desk_up)", value: 0.98, limit: 0.98 },
      { query: "max(loss)", value: 0.02, limit: 0.02 },
    ],
    why: undefined,
  });
});

for (const [what, answers, why] of [
  ["too few answer", [0.97, 500, 0], "desks of the wave that answer: 0.97, and at least 0.98 is asked"],
  ["too much is lost", [1, 500, 0.021], "loss: 0.021, and at most 0.02 is asked"],
  ["nobody knows", [null, 500, 0], "desks of the wave that answer: Prometheus has no data"],
  ["too few were asked", [1, 9, 0], "desks of the wave that answer: of 9 samples, and at least 10 are needed"],
  [
    "nobody knows of how many it is",
    [1, null, 0],
    "desks of the wave that answer: of 0 samples, and at least 10 are needed",
  ],
  [
    "all is wrong",
    [0, 500, null],
    "desks of the wave that answer: 0, and at least 0.98 is asked; loss: Prometheus has no data",
  ],
] as const) {
  test(`stays shut where ${what}`, () => {
    const [value, sample, lost] = answers;
    const gate = judgeGate(
      [desks, loss],
      [
        { value, sample },
        { value: lost, sample: null },
      ],
    );
    assert.deepEqual([gate.passed, gate.why], [false, why]);
  });
}

test("one number is an answer; none, several, and what is no number are not", () => {
  assert.deepEqual([[0], [], [1, 2], [Number.NaN], [Number.POSITIVE_INFINITY]].map(valueOf), [
    0,
    null,
    null,
    null,
    null,
  ]);
});

test("a check without an answer is a mistake of ours, not a pass", () => {
  assert.throws(() => judgeGate([desks], []));
});
