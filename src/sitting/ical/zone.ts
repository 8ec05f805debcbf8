import { Temporal } from "temporal-polyfill";
import { contentLine } from "./text.ts";

const second = 1_000_000_000;

/**
 * A time zone's rules as far as a stretch of time needs them (VTIMEZONE, RFC 5545 3.6.5): the clock change before it and
 * those within, one observance each, from the zone's own data. Milliseconds since 1970.
 */
export function zoneLines(timezone: string, from: number, until: number): readonly string[] {
  const first = at(from, timezone);
  const before = first.getTimeZoneTransition("previous");
  const changes = [...(before === null ? [] : [before]), ...changesWithin(first, until)];
  const observances =
    before === null
      ? [
          observance("STANDARD", "19700101T000000", first.offsetNanoseconds, first.offsetNanoseconds),
          ...changes.flatMap(change),
        ]
      : changes.flatMap(change);
  return [
    contentLine("BEGIN", "VTIMEZONE"),
    contentLine("TZID", timezone),
    ...observances.flat(),
    contentLine("END", "VTIMEZONE"),
  ];
}

function changesWithin(from: Temporal.ZonedDateTime, until: number): readonly Temporal.ZonedDateTime[] {
  const found: Temporal.ZonedDateTime[] = [];
  let next = from.getTimeZoneTransition("next");
  while (next !== null && next.epochMilliseconds <= until) {
    found.push(next);
    next = next.getTimeZoneTransition("next");
  }
  return found;
}

function change(moment: Temporal.ZonedDateTime): readonly string[] {
  const before = moment.subtract({ nanoseconds: 1 }).offsetNanoseconds;
  const after = moment.offsetNanoseconds;
  // By the clock that was in use until then.
  const onset = new Temporal.PlainDateTime(1970, 1, 1).add({
    seconds: moment.epochMilliseconds / 1000 + before / second,
  });
  return observance(after > before ? "DAYLIGHT" : "STANDARD", localTime(onset), before, after);
}

function observance(kind: "STANDARD" | "DAYLIGHT", onset: string, before: number, after: number): readonly string[] {
  return [
    contentLine("BEGIN", kind),
    contentLine("DTSTART", onset),
    contentLine("TZOFFSETFROM", offset(before)),
    contentLine("TZOFFSETTO", offset(after)),
    contentLine("END", kind),
  ];
}

/** `20200310T100000` */
export function localTime(time: Temporal.PlainDateTime): string {
  return time.toString({ fractionalSecondDigits: 0 }).replaceAll(/[-:]/g, "");
}

/** `+0100`; with seconds only where there are some. */
function offset(nanoseconds: number): string {
  const seconds = Math.abs(nanoseconds) / second;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const written = parts.map((part) => String(part).padStart(2, "0"));
  return `${nanoseconds < 0 ? "-" : "+"}${(parts[2] === 0 ? written.slice(0, 2) : written).join("")}`;
}

function at(moment: number, timezone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timezone);
}
