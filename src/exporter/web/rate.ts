import type { Rate } from "./settings.ts";

/** A token bucket, full at first. Moments in milliseconds of a clock that never goes back. */
export class Bucket {
  readonly rate: Rate;
  #left: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Whether one more may pass now. */
  take(now: number): boolean {
    const { everyMs, burst } = this.rate;
    this.#left = Math.min(burst, this.#left + (now - this.#at) / everyMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
