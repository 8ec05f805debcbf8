/** A vendor's quota: so much in any stretch of so many milliseconds. */
export class SlidingWindow {
  readonly limit: number;
  readonly perMs: number;
  readonly #taken: { readonly at: number; readonly units: number }[] = [];
  #sum = 0;
  /** The most that was ever in one window. */
  most = 0;
  refused = 0;

  constructor(limit: number, perMs: number) {
    this.limit = limit;
    this.perMs = perMs;
  }

  /** Part of the limit that is used. */
  get used(): number {
    return this.#sum / this.limit;
  }

  /** What is left of the limit. */
  get left(): number {
    return this.limit - this.#sum;
  }

  /** Milliseconds until there is room; 0 where it was taken. */
  take(units: number): number {
    const now = performance.now();
    for (let first = this.#taken[0]; first !== undefined && first.at <= now - this.perMs; first = this.#taken[0]) {
      this.#sum -= first.units;
      this.#taken.shift();
    }
    if (this.#sum + units > this.limit) {
      this.refused += 1;
      return Math.max(1, (this.#taken[0]?.at ?? now) + this.perMs - now);
    }
    this.#taken.push({ at: now, units });
    this.#sum += units;
    this.most = Math.max(this.most, this.#sum);
    return 0;
  }
}
