import type { TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";

export interface Clock {
  now: number;
  /** Milliseconds, one by one, so that nothing is late. */
  advance(ms: number): Promise<void>;
}

/** Timers and the monotonic clock that pass when the test says so. */
export function clockOf(t: Pick<TestContext, "mock">): Clock {
  const clock: Clock = {
    now: 1_000,
    advance: async (ms) => {
      for (let left = ms; left > 0; left -= 1) {
        clock.now += 1;
        t.mock.timers.tick(1);
        await setImmediate();
      }
    },
  };
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => clock.now);
  return clock;
}
