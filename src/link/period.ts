import { Temporal } from "temporal-polyfill";

/** A stretch of time, in milliseconds since 1970; `until` is outside. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** A time that cannot be read. */
export class TimeError extends Error {
  override readonly name = "TimeError";
}

/** ISO 8601; without an offset it is the clock's at `timezone`, and a date alone its first moment. */
export function parseTime(option: string, text: string, timezone: string): number {
  try {
    if (/(?:Z|[+-]\d{2}(?::?\d{2})?)$/i.test(text) && /T/i.test(text))
      return Temporal.Instant.from(text).epochMilliseconds;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).epochMilliseconds;
  } catch (error) {
    const examples = "2026-11-27T22:00, 2026-11-27T22:00+01:00 or 2026-11-27T21:00Z";
    throw new TimeError(`${option} "${text}": not a time; write it as ${examples}`, { cause: error });
  }
}

/** The whole calendar month of a moment. */
export function monthAround(at: number, timezone: string): Period {
  const first = zoned(at, timezone).with({ day: 1 }).startOfDay();
  return { from: first.epochMilliseconds, until: first.add({ months: 1 }).startOfDay().epochMilliseconds };
}

/** The calendar month of the moment before `until`, from its first moment up to `until`. */
export function monthUpTo(until: number, timezone: string): Period {
  return { from: monthAround(until - 1, timezone).from, until };
}

/** `2026-11`, by the clock at `timezone`. */
export function monthOf(at: number, timezone: string): string {
  return zoned(at, timezone).toPlainDate().toPlainYearMonth().toString();
}

/** By the clock at `timezone`, and in UTC: `2026-11-27 15:04:05 +01:00 (2026-11-27T14:04:05Z)`. */
export function bothTimes(at: number, timezone: string): string {
  const there = zoned(at, timezone);
  const local = there.toPlainDateTime().toString({ fractionalSecondDigits: 0 }).replace("T", " ");
  return `${local} ${there.offset} (${isoOf(at)})`;
}

/** UTC, to the second below. */
export function isoOf(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString({ fractionalSecondDigits: 0 });
}

export function lengthOf({ from, until }: Period): number {
  return until - from;
}

/** `2 d 03 h 00 min 05 s`, to the nearest second. */
export function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first)
    .map(([value, unit], place) => `${place === 0 ? value : String(value).padStart(2, "0")} ${unit}`)
    .join(" ");
}

function zoned(at: number, timezone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
}
