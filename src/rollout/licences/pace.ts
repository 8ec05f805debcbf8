import { setTimeout as wait } from "node:timers/promises";

/** So many units in so many milliseconds, of which so many may go at once. */
export interface Rate {
  readonly units: number;
  readonly perMs: number;
  readonly burst: number;
}

/**
 * Keeps to a vendor's quota (generic cell rate algorithm): whatever the window, no more than `units` pass in `perMs`, the
 * burst included, since that is taken off the steady flow. Whoever comes first goes first.
 */
export class Pace {
  readonly #burst: number;
  readonly #unitMs: number;
  /** When the quota would be unused again if nothing more came. */
  #full = 0;
  #heldUntil = 0;

  /** Throws RangeError. */
  constructor({ units, perMs, burst }: Rate) {
    if (!(units > burst && burst >= 1 && perMs > 0)) throw new RangeError("a pace needs more units than its burst");
    this.#burst = burst;
    this.#unitMs = perMs / (units - burst);
  }

  /** Nothing passes for so long, by the vendor's wish. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, performance.now() + ms);
  }

  /** Waits for its turn. Throws RangeError for more than the burst, and the signal's reason. */
  async take(units: number, signal: AbortSignal): Promise<void> {
    if (units > this.#burst) throw new RangeError(`${units} at once, of at most ${this.#burst}`);
    const now = performance.now();
    const from = Math.max(now, this.#full);
    this.#full = from + units * this.#unitMs;
    await sleepUntil(this.#full - this.#burst * this.#unitMs, signal);
    while (this.#heldUntil > performance.now()) {
      await sleepUntil(this.#heldUntil, signal);
      // Whoever was held goes on at the pace, not all at once.
      this.#full = Math.max(performance.now(), this.#full) + units * this.#unitMs;
      await sleepUntil(this.#full - this.#burst * this.#unitMs, signal);
    }
  }
}

/** By the monotonic clock. A timer may fire up to a millisecond early. */
async function sleepUntil(at: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let left = at - performance.now(); left > 0; left = at - performance.now()) {
    await wait(Math.min(Math.ceil(left), 2 ** 31 - 1), undefined, { signal });
  }
}
