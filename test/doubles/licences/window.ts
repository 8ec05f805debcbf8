/** So many requests in each window of so many milliseconds, wherever it begins. */
export class Window {
  readonly limit: number;
  readonly #ms: number;
  readonly #at: number[] = [];

  constructor(limit: number, ms: number) {
    this.limit = limit;
    this.#ms = ms;
  }

  /** How many are left after this one; undefined where it is one too many. */
  take(): number | undefined {
    const now = performance.now();
    while (this.#at[0] !== undefined && this.#at[0] <= now - this.#ms) this.#at.shift();
    if (this.#at.length >= this.limit) return undefined;
    this.#at.push(now);
    return this.limit - this.#at.length;
  }
}
