import { key } from "./ids.ts";
import type { State } from "./state.ts";

/** The engine runs so many operations at once where it is not told otherwise (`pulumi up --parallel`). */
const lanes = 16;

/**
 * Virtual time. Nothing sleeps: each operation of the engine goes along one of its lanes, from the time that the lane
 * and all that it depends on are free, and its requests, waits and polls move that lane on.
 */
export class Clock {
  readonly #state: State;
  readonly #lanes: number[];

  constructor(state: State) {
    this.#state = state;
    this.#lanes = Array.from({ length: lanes }, () => this.#base());
  }

  /** Providers that run at the same time start at the same time; one that runs alone starts where the last ended. */
  #base(): number {
    const alive = this.#state.rows("SELECT pid, base FROM clients").filter(({ pid }) => isAlive(Number(pid)));
    const now = Number(this.#state.row("SELECT value FROM counters WHERE name = 'seconds'")?.["value"] ?? 0);
    const base = Math.min(now, ...alive.map(({ base }) => Number(base)));
    this.#state.run("INSERT OR IGNORE INTO clients VALUES (?, ?)", process.pid, base);
    return base;
  }

  /** An operation on what stands beside `ids`: it starts when they are done. */
  start(ids: readonly string[]): Operation {
    const lane = this.#lanes.indexOf(Math.min(...this.#lanes));
    const done = ids.map((id) => this.#state.row("SELECT made_at FROM resources WHERE key = ?", key(id))?.["made_at"]);
    const time = Math.max(this.#lanes[lane] ?? 0, ...done.map((at) => Number(at ?? 0)));
    return new Operation(time, (end) => {
      this.#lanes[lane] = end;
      this.#state.run(
        `INSERT INTO counters VALUES ('seconds', ?) ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)`,
        end,
      );
    });
  }
}

/** One operation's own time, in virtual seconds. */
export class Operation {
  time: number;
  readonly began: number;
  readonly #done: (time: number) => void;
  constructor(time: number, done: (time: number) => void) {
    this.time = time;
    this.began = time;
    this.#done = done;
  }

  wait(seconds: number): void {
    this.time += seconds;
  }

  end(): void {
    this.#done(this.time);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
