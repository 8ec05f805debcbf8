import { Pace, type Rate } from "./pace.ts";
import { VendorError } from "./vendor-error.ts";

/** A vendor's quota: a pace that we keep to, and what the vendor says of it meanwhile. */
export class Quota {
  readonly #name: string;
  readonly #pace: Pace;
  readonly #patienceMs: number;
  /** By the wall clock, as vendors say it. */
  #closedUntil = 0;

  /** `patienceMs`: who would have to wait longer for the vendor is refused at once. Throws RangeError. */
  constructor(name: string, rate: Rate, patienceMs: number) {
    this.#name = name;
    this.#pace = new Pace(rate);
    this.#patienceMs = patienceMs;
  }

  /** The vendor wants no request for so long. */
  close(ms: number): void {
    if (ms <= this.#patienceMs) this.#pace.hold(ms);
    else this.#closedUntil = Math.max(this.#closedUntil, Date.now() + ms);
  }

  /** Waits for its turn. Throws VendorError where the vendor wants none for too long, and the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    const ms = this.#closedUntil - Date.now();
    if (ms <= this.#patienceMs) {
      if (ms > 0) this.#pace.hold(ms);
      return this.#pace.take(1, signal);
    }
    const until = new Date(this.#closedUntil).toISOString();
    throw new VendorError("passing", `${this.#name}: not asked: it wants no request before ${until}`, {
      retryAfterMs: ms,
    });
  }
}
