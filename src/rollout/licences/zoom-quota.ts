import { z } from "zod";
import { type Call, type Meaning, retryAfterMs } from "./client.ts";
import type { Rate } from "./pace.ts";
import { Quota } from "./quota.ts";

/** What Zoom lets an account do: each call bears one of three labels. */
export interface ZoomRates {
  readonly light: Rate;
  readonly medium: Rate;
  readonly heavy: Rate;
  /** Between two requests for many users, milliseconds. */
  readonly bulkMs: number;
}

type Label = "light" | "medium" | "heavy";

/** A fifth is left to the account's other apps, which share it; a twentieth is added to the wait between bulk requests. */
function ratesOf(light: number, medium: number, heavy: number): ZoomRates {
  const rate = (units: number): Rate => ({ units: units * 0.8, perMs: 1000, burst: Math.floor(units / 5) });
  return { light: rate(light), medium: rate(medium), heavy: rate(heavy), bulkMs: 10_500 };
}

/** By the account's plan (Zoom: "Rate limits"). Education, Enterprise and Partner accounts have those of Business. */
export const zoomRates = { pro: ratesOf(30, 20, 10), business: ratesOf(80, 60, 40) } as const;

/** Zoom's quotas, one a label. Paths are relative to `/v2/`. */
export class ZoomQuota {
  readonly #quotas: Readonly<Record<Label, Quota>>;
  readonly #rates: ZoomRates;

  constructor(rates: ZoomRates, patienceMs: number) {
    const quota = (label: Label): Quota => new Quota(`zoom (${label})`, rates[label], patienceMs);
    this.#quotas = { light: quota("light"), medium: quota("medium"), heavy: quota("heavy") };
    this.#rates = rates;
  }

  enter(call: Call<unknown>, signal: AbortSignal): Promise<void> {
    return this.#quotas[labelOf(call)].take(signal);
  }

  /** The account's other apps may have used up what we have not. */
  heed(call: Call<unknown>, status: number, headers: Headers): void {
    const label = labels.find((each) => each === headers.get("x-ratelimit-category")?.toLowerCase()) ?? labelOf(call);
    const usedUp = status === 429 || headers.get("x-ratelimit-remaining") === "0";
    if (!usedUp) return;
    const now = Date.now();
    const ofTheDay = isOfTheDay(headers) ? untilMidnight(now) : this.#rates[label].perMs;
    this.#quotas[label].close(retryAfterMs(headers, now) ?? ofTheDay);
  }
}

const labels: readonly Label[] = ["light", "medium", "heavy"];

function labelOf({ method = "GET", path }: Call<unknown>): Label {
  if (path.startsWith("accounts/")) return "heavy";
  const [, user, list] = path.split("?")[0]?.split("/") ?? [];
  const one = user !== undefined && list === undefined && method !== "POST";
  return one ? "light" : "medium";
}

function isOfTheDay(headers: Headers): boolean {
  return /daily/i.test(headers.get("x-ratelimit-type") ?? "");
}

/** Quotas of the day begin anew at 00:00 UTC. */
function untilMidnight(now: number): number {
  const day = 86_400_000;
  return day - (now % day);
}

const refusal = z.object({ code: z.union([z.number(), z.string()]).optional(), message: z.string().optional() });

/** What Zoom's refusals mean. A user's own quota of the day is told by words alone. */
export function meaningOf(status: number, body: unknown, headers: Headers): Meaning {
  const { code, message } = refusal.safeParse(body).data ?? {};
  const told: Meaning = {
    ...(code === undefined || String(code) === String(status) ? {} : { code: String(code) }),
    ...(message === undefined ? {} : { message }),
  };
  if (status === 404 || code === 1001) return { ...told, kind: "unknown" };
  if (/not enough (seats|licen[cs]es)/i.test(message ?? "")) return { ...told, kind: "noSeats" };
  if (status !== 429) return told;
  const now = Date.now();
  const daily = isOfTheDay(headers) || /daily/i.test(message ?? "");
  const ms = retryAfterMs(headers, now) ?? (daily ? untilMidnight(now) : undefined);
  if (ms === undefined) return told;
  const words = `${message ?? "too many requests"}: not before ${new Date(now + ms).toISOString()}`;
  return { ...told, message: words, retryAfterMs: ms };
}
