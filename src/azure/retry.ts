/**
 * When to ask again. Azure says so in `Retry-After`, in seconds or as a date
 * (learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling; RFC 9110, 10.2.3).
 */

/** Answers that another try may mend. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

/** Milliseconds that the answer asks to wait; undefined where it says nothing, or nothing that can be read. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const precise = headers.get("retry-after-ms") ?? headers.get("x-ms-retry-after-ms");
  if (precise !== null && /^\d+$/.test(precise)) return Number(precise);
  const text = headers.get("retry-after")?.trim();
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const firstWaitMs = 500;
const longestOwnWaitMs = 8000;

/** Our own wait before try `nth` (from 1), where Azure names none: doubling, and spread so that callers part. */
export function backOffMs(nth: number, random: number): number {
  const whole = Math.min(longestOwnWaitMs, firstWaitMs * 2 ** (nth - 1));
  return whole / 2 + (random * whole) / 2;
}
