import assert from "node:assert/strict";
import { test } from "node:test";
import { Board } from "../../src/probe/board.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import { type Method, missed } from "../../src/probe/outcome.ts";
import { Rounds } from "../../src/probe/rounds.ts";
import { SimulatedClock } from "./simulated-clock.ts";

/** Numbers from 0 to below 1 that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const ids = Array.from({ length: 100 }, (_, index) => ({ id: `h-${index}` }));

for (const loss of [0.01, 0.05]) {
  test(`100 hosts for an hour with ${loss * 100} % loss: none is ever down, and all are covered`, async () => {
    const clock = new SimulatedClock();
    const random = numbers(7);
    const pace = probeKinds.host;
    const board = new Board(probeKinds, clock.now);
    board.setTargets(
      "host",
      ids.map(({ id }) => id),
    );
    const method: Method<{ readonly id: string }> = (_, { timeoutMs }) =>
      new Promise((resolve) => {
        if (random() < loss) {
          clock.after(timeoutMs, () => resolve(missed({ kind: "timeout", stage: "connect", afterMs: timeoutMs })));
        } else clock.after(1, () => resolve({ kind: "answered", rtt: 0.001 }));
      });
    let misses = 0;
    const rounds = new Rounds({
      pace,
      clock,
      random,
      method,
      onResult: (id, at, outcome) => {
        if (outcome.kind === "unprobed") return;
        const rtt = outcome.kind === "answered" ? outcome.rtt : undefined;
        if (rtt === undefined) misses += 1;
        board.record({ kind: "host", id, at, rtt });
      },
    });
    rounds.retarget(ids);
    await clock.run(20_000);
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.run(60_000);
      assert.equal(board.kinds()[0]?.coverage, 1);
    }
    const records = board.take()[0]?.records ?? [];
    assert.ok(records.every(({ up, transitions }) => up === 1 && transitions === 0));
    const attempts = records.reduce((sum, { attempts: each }) => sum + each, 0);
    assert.ok(Math.abs(misses / attempts - loss) < loss / 5, `${misses} of ${attempts} were lost`);
    await rounds.stop();
  });
}
