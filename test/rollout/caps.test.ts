import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { allowed, type Caps, judge, usualCaps } from "../../src/rollout/caps.ts";

const patient: Caps = { failed: { count: 5, percent: 2 }, deferred: { count: 20, percent: 10 } };

for (const [what, states, all, caps, why] of [
  ["as many failed as may", { done: 90, failed: 3 }, 150, usualCaps, undefined],
  ["one more", { failed: 4 }, 150, usualCaps, "4 of 150 failed; at most 3 may (5, or 2 %)"],
  ["of many the number counts", { failed: 6 }, 7000, usualCaps, "6 of 7000 failed; at most 5 may (5, or 2 %)"],
  ["of few none may", { failed: 1 }, 10, usualCaps, "1 of 10 failed; at most 0 may (5, or 2 %)"],
  [
    "who is out of reach counts",
    { failed: 2, unreachable: 2 },
    150,
    usualCaps,
    "4 of 150 failed, 2 of them out of reach; at most 3 may (5, or 2 %)",
  ],
  [
    "who is left for later counts where nothing is",
    { deferred: 4 },
    150,
    usualCaps,
    "4 of 150 failed; at most 3 may (5, or 2 %)",
  ],
  ["and not where it has a cap of its own", { deferred: 15, failed: 3 }, 150, patient, undefined],
  [
    "which may be crossed too",
    { deferred: 16 },
    150,
    patient,
    "16 of 150 are out of reach and left for later; at most 15 may (20, or 10 %)",
  ],
] as const) {
  test(what, () => {
    assert.deepEqual(judge(states, all, caps), why === undefined ? { kind: "go on" } : { kind: "stop", why });
  });
}

test("more that goes wrong never lets a roll-out go on that had stopped", () => {
  const count = fc.nat(30);
  fc.assert(
    fc.property(count, count, count, fc.integer({ min: 1, max: 9000 }), (failed, unreachable, deferred, all) => {
      for (const caps of [usualCaps, patient]) {
        if (judge({ failed, unreachable, deferred }, all, caps).kind === "go on") continue;
        for (const more of [
          { failed: failed + 1, unreachable, deferred },
          { failed, unreachable: unreachable + 1, deferred },
          { failed, unreachable, deferred: deferred + 1 },
        ])
          assert.equal(judge(more, all, caps).kind, "stop");
      }
    }),
  );
});

test("a percentage is rounded down, and exact", () => {
  assert.deepEqual(
    [100, 99, 49].map((all) => allowed({ count: 1000, percent: 7 }, all)),
    [7, 6, 3],
  );
});
