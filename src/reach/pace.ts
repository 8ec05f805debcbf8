/** How many handshakes may run at once: in all, and for each pool. */
export interface Pace {
  readonly total: number;
  readonly perGroup: Readonly<Record<"ssh" | "rdp", number>>;
}

interface Paced {
  readonly via: "ssh" | "rdp";
  readonly group: string;
}

/**
 * Runs work at a pace that the servers bear: pools take turns, none gets more than its share at once, and one that has
 * its share full holds nobody else back.
 */
export class Pacer<T extends Paced> {
  readonly #pace: Pace;
  readonly #work: (task: T) => Promise<void>;
  readonly #groups = new Map<string, { readonly limit: number; readonly waiting: T[]; running: number }>();
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(pace: Pace, work: (task: T) => Promise<void>) {
    this.#pace = pace;
    this.#work = work;
  }

  add(task: T): void {
    const key = `${task.via} ${task.group}`;
    const group = this.#groups.get(key) ?? { limit: this.#pace.perGroup[task.via], waiting: [], running: 0 };
    this.#groups.set(key, group);
    group.waiting.push(task);
    this.#fill();
  }

  /** Resolves when all that was added has been done. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle = resolve;
      this.#fill();
    });
  }

  #fill(): void {
    let started = true;
    while (started && this.#running < this.#pace.total) {
      started = false;
      for (const [key, group] of this.#groups) {
        if (this.#running >= this.#pace.total) break;
        if (group.running >= group.limit || group.waiting.length === 0) continue;
        this.#start(group);
        // Back of the row, so that no pool is always first.
        this.#groups.delete(key);
        this.#groups.set(key, group);
        started = true;
        break;
      }
    }
    if (this.#running === 0 && [...this.#groups.values()].every(({ waiting }) => waiting.length === 0)) this.#idle?.();
  }

  #start(group: { readonly waiting: T[]; running: number }): void {
    const task = group.waiting.shift();
    if (task === undefined) return;
    group.running += 1;
    this.#running += 1;
    void this.#work(task).finally(() => {
      group.running -= 1;
      this.#running -= 1;
      this.#fill();
    });
  }
}
