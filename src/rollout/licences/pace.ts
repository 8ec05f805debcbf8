/** So many units in so many milliseconds, of which so many may go at once. */
export interface Rate {
  readonly units: number;
  readonly perMs: number;
  readonly burst: number;
}

interface Waiter {
  readonly units: number;
  readonly pass: () => void;
}

/**
 * Keeps to a vendor's quota (generic cell rate algorithm): whatever the window, no more than `units` pass in `perMs`, the
 * burst included, since that is taken off the steady flow. Whoever comes first goes first.
 */
export class Pace {
  readonly #burst: number;
  readonly #unitMs: number;
  readonly #perMs: number;
  readonly #waiting: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When the quota would be unused again if nothing more came. */
  #full = 0;
  #heldUntil = 0;
  #slow = { times: 1, until: 0 };

  /** Throws RangeError. */
  constructor({ units, perMs, burst }: Rate) {
    if (!(units > burst && burst >= 1 && perMs > 0)) throw new RangeError("a pace needs more units than its burst");
    this.#burst = burst;
    this.#unitMs = perMs / (units - burst);
    this.#perMs = perMs;
  }

  /** Nothing passes for so many milliseconds, by the vendor's wish. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, performance.now() + ms);
  }

  /** So many times slower, until as long as the quota's window has passed without its being said again. */
  slow(times: number): void {
    this.#slow = { times, until: performance.now() + this.#perMs };
  }

  /** The vendor counted so many units more than were taken: the next ones wait for them. */
  owe(units: number): void {
    this.#full = Math.max(performance.now(), this.#full) + units * this.#unitMs;
  }

  /** Waits for its turn. Throws RangeError for more than the burst, and the signal's reason. */
  async take(units: number, signal: AbortSignal): Promise<void> {
    if (units > this.#burst) throw new RangeError(`${units} at once, of at most ${this.#burst}`);
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { units, pass: resolve };
    const leave = (): void => {
      const at = this.#waiting.indexOf(waiter);
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      reject(signal.reason);
      this.#next();
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#waiting.push(waiter);
    if (this.#waiting.length === 1) this.#next();
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Lets those pass whose turn it is, by the monotonic clock, and comes again for the next one. */
  #next(): void {
    clearTimeout(this.#timer);
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      const now = performance.now();
      const at = Math.max(this.#heldUntil, this.#full - (this.#burst - first.units) * this.#unitMs);
      if (at > now) {
        // A timer may fire up to a millisecond early, and knows no longer time than this.
        this.#timer = setTimeout(() => this.#next(), Math.min(Math.ceil(at - now), 2 ** 31 - 1));
        return;
      }
      const times = now < this.#slow.until ? this.#slow.times : 1;
      this.#full = Math.max(now, this.#full) + first.units * this.#unitMs * times;
      this.#waiting.shift();
      first.pass();
    }
  }
}
