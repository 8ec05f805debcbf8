import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Order } from "../../src/rollout/engine.ts";
import { type Step, StepError } from "../../src/rollout/step.ts";
import { parseWaves, type Subject, wavesOf } from "../../src/rollout/waves.ts";

/**
 * Desks whose changes can be counted: each is a line of the file `made`, written at once or not at all, and is there
 * when its line is. Faults are files in a desk's folder.
 */
export class Desks {
  readonly #folder: string;
  /** At work now, by place, and the most there ever were. */
  readonly most = new Map<string, number>();
  readonly #now = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `away`: nobody answers there. `broken`: what is done has no effect. `stuck`: what is done never ends. */
  fault(desk: string, kind: "away" | "broken" | "stuck"): void {
    mkdirSync(join(this.#folder, desk), { recursive: true });
    writeFileSync(join(this.#folder, desk, kind), "");
  }

  mend(desk: string): void {
    for (const kind of ["away", "broken", "stuck"]) rmSync(join(this.#folder, desk, kind), { force: true });
  }

  /** Every change, in order: `d-0001 client`. */
  made(): readonly string[] {
    const file = join(this.#folder, "made");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  step(subject: string, name: string, where = subject): Step {
    const change = `${subject} ${name}`;
    const has = (fault: string): boolean => existsSync(join(this.#folder, subject, fault));
    const answers = (): void => {
      if (has("away")) throw new StepError("unreachable", `${subject} does not answer`);
    };
    return {
      subject,
      name,
      where,
      change,
      check: async () => {
        answers();
        return this.#at(where, () => this.made().includes(change) && !has("broken"));
      },
      apply: (signal) =>
        this.#at(where, async () => {
          answers();
          if (has("stuck"))
            await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error())));
          appendFileSync(join(this.#folder, "made"), `${change}\n`);
        }),
    };
  }

  async #at<Found>(where: string, work: () => Found | Promise<Found>): Promise<Found> {
    const now = (this.#now.get(where) ?? 0) + 1;
    this.#now.set(where, now);
    this.most.set(where, Math.max(now, this.most.get(where) ?? 0));
    // Others get their turn.
    await new Promise(setImmediate);
    try {
      return await work();
    } finally {
      this.#now.set(where, (this.#now.get(where) ?? 1) - 1);
    }
  }
}

export function subjectsOf(count: number): readonly Subject[] {
  return Array.from({ length: count }, (_, nth) => ({
    id: `d-${String(nth + 1).padStart(4, "0")}`,
    body: nth % 3 === 0 ? "a" : "b",
    protected: false,
  }));
}

/** Two steps a desk. */
export function orderOf(desks: Desks, count: number, more: Partial<Order> = {}): Order {
  return {
    waves: wavesOf(subjectsOf(count), parseWaves("1,5,rest")),
    stepsOf: (subject) => [desks.step(subject, "seat"), desks.step(subject, "client")],
    caps: { failed: { count: 3, percent: 100 }, deferred: undefined },
    atOnce: 4,
    seats: [],
    soakSeconds: 0,
    checks: [],
    ask: async () => [],
    ...more,
  };
}

export const begun = (run: string) => ({
  run,
  plan: "digest",
  who: "anna",
  command: "deskbridge rollout apply",
  host: "ops",
  pid: process.pid,
  version: "0.1.0",
});
