import { Pace, type Rate } from "../pace.ts";
import { largestBatch } from "./batch.ts";

/** An app's quota in a tenant. Bursts hold a whole batch. */
export interface GraphQuota {
  readonly writes: Rate;
  readonly units: Rate;
}

/** https://learn.microsoft.com/graph/throttling-limits, identity and access, an app and tenant; 2026-11-28. */
const published = {
  writes: { units: 3_000, perMs: 150_000 },
  /** Resource units by the tenant's users. */
  units: [
    { below: 50, units: 3_500 },
    { below: 501, units: 5_000 },
    { below: Number.POSITIVE_INFINITY, units: 8_000 },
  ],
  unitsPerMs: 10_000,
} as const;

/**
 * A tenant of so many users. A part is left unused, since requests do not take equally long to the vendor: what leaves in
 * one window may come there in a shorter one.
 */
export function quotaOf(users: number): GraphQuota {
  const units = published.units.find(({ below }) => users < below)?.units ?? published.units[0].units;
  const { writes } = published;
  return {
    writes: { units: writes.units * 0.97, perMs: writes.perMs, burst: 100 },
    units: { units: units * 0.9, perMs: published.unitsPerMs, burst: units / 10 },
  };
}

/** From this part of the limit on the vendor says how much is used. */
const told = 0.8;

/** Holds an app to its quota, and to what the vendor says of it. */
export class QuotaKeeper {
  readonly #writes: Pace;
  readonly #units: Pace;
  readonly #longestMs: number;

  /** `longestMs`: no longer than that does it stand still, whatever the vendor asks for. Throws RangeError. */
  constructor(quota: GraphQuota, longestMs: number) {
    if (Math.min(quota.writes.burst, quota.units.burst) < largestBatch) {
      throw new RangeError(`a burst at Microsoft Graph holds a batch of ${largestBatch}`);
    }
    this.#writes = new Pace(quota.writes);
    this.#units = new Pace(quota.units);
    this.#longestMs = longestMs;
  }

  async read(units: number, signal: AbortSignal): Promise<void> {
    await this.#units.take(units, signal);
  }

  /** A write is a unit too. */
  async write(count: number, signal: AbortSignal): Promise<void> {
    await this.#writes.take(count, signal);
    await this.#units.take(count, signal);
  }

  /** `taken`: units for this request; undefined where it has none of its own. */
  heed(headers: Headers, retryAfterMs: number | undefined, taken: number | undefined): void {
    if (retryAfterMs !== undefined) this.#units.hold(Math.min(retryAfterMs, this.#longestMs));
    const units = Number(headers.get("x-ms-resource-unit") ?? Number.NaN);
    if (taken !== undefined && units > taken) this.#units.owe(Math.min(units, 100) - taken);
    const used = Number(headers.get("x-ms-throttle-limit-percentage") ?? Number.NaN);
    if (used > told) this.#units.slow(1 + (Math.min(used, 2) - told) * 10);
    // More than we send: someone else writes in this app's name.
    if (used >= 1) this.#writes.slow(2);
  }
}
