import type { Clock } from "../../src/probe/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
}

/** Time that passes when it is told to, so that an hour takes a moment and nothing depends on the machine. */
export class SimulatedClock implements Clock {
  #now = 1000;
  #date = 1_700_000_000;
  #order = 0;
  readonly #timers = new Set<Timer>();

  readonly now = (): number => this.#now;
  readonly date = (): number => this.#date + this.#now / 1000;
  readonly after = (ms: number, call: () => void): (() => void) => {
    this.#order += 1;
    const timer = { at: this.#now + ms, order: this.#order, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get pending(): number {
    return this.#timers.size;
  }

  /** Sets the date, which timing must not notice. */
  setDate(seconds: number): void {
    this.#date += seconds;
  }

  /** Time passes for all but this process. */
  standStill(ms: number): void {
    this.#now += ms;
  }

  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) {
        if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
          next = timer;
      }
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
      // What hangs on the call's promises comes before more time passes.
      for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    }
    this.#now = Math.max(this.#now, end);
  }
}
