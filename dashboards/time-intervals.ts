/** Times of day and of the week, as Alertmanager takes them. */

export interface TimeRange {
  readonly start_time: string;
  readonly end_time: string;
}

/** A part of the week; days by Alertmanager's names, `monday` or `monday:friday`. */
export interface WeekPart {
  readonly weekdays: readonly string[];
  readonly times: readonly TimeRange[];
}

/** A day of each year, or of one. */
export interface ClosedDay {
  readonly days_of_month: readonly string[];
  readonly months: readonly string[];
  readonly years?: readonly string[];
}

/** `08:00-20:00` → that span of the day, and the rest of it; a span may go over midnight. */
export function dayAndNight(hours: string): {
  readonly day: readonly TimeRange[];
  readonly night: readonly TimeRange[];
} {
  const [start = "", end = ""] = hours.split("-");
  return { day: span(start, end), night: start === "00:00" && end === "24:00" ? [] : span(end, start) };
}

/** Minutes that the shorter of the two lasts; Infinity where one of them is all there is. */
export function shorterTurn(hours: string): number {
  const { day, night } = dayAndNight(hours);
  const lengths = [day, night].map((ranges) =>
    ranges.reduce((sum, { start_time, end_time }) => sum + minutesOf(end_time) - minutesOf(start_time), 0),
  );
  return Math.min(...lengths.map((length) => (length === 0 ? Number.POSITIVE_INFINITY : length)));
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

function span(start: string, end: string): readonly TimeRange[] {
  const ranges =
    start < end
      ? [[start, end]]
      : [
          ["00:00", end],
          [start, "24:00"],
        ];
  return ranges.flatMap(([from = "", to = ""]) => (from === to ? [] : [{ start_time: from, end_time: to }]));
}

/** What was read of opening hours; `unread` says what could not be. */
export type OpeningHours =
  | { readonly open: readonly WeekPart[]; readonly holidaysOff: boolean }
  | { readonly unread: string };

const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] as const;
const dayNames = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const timesForm = new RegExp(`^${clock}-(?:${clock}|24:00)(?:,${clock}-(?:${clock}|24:00))*$`);
const daysForm = /^(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?$/;

/**
 * The plain part of OpenStreetMap's notation: `Mo-Fr 08:00-20:00; Sa 09:00-13:00; PH off`. A later rule takes the days
 * that it names from an earlier one. Everything else (months, weeks, sunrise, a span over midnight) is not read.
 */
export function readOpeningHours(hours: string): OpeningHours {
  const week: (readonly TimeRange[])[] = days.map(() => []);
  let holidaysOff = false;
  const rules = hours
    .split(";")
    .map((rule) => rule.trim().replaceAll(/\s*([,-])\s*/g, "$1"))
    .filter((rule) => rule !== "");
  for (const rule of rules) {
    if (/^PH (off|closed)$/.test(rule)) {
      holidaysOff = true;
      continue;
    }
    const [first = "", ...rest] = (rule === "24/7" ? "00:00-24:00" : rule).split(/\s+/);
    const [named, times] = rest.length === 0 ? ["Mo-Su", first] : [first, rest.join(" ")];
    const touched = daysOf(named);
    const ranges = rangesOf(times);
    if (touched === undefined || ranges === undefined) return { unread: rule };
    for (const day of touched) week[day] = ranges;
  }
  const open = parts(week);
  // Nobody would ever hear a ticket.
  return open.length === 0 ? { unread: hours } : { open, holidaysOff };
}

function daysOf(text: string): readonly number[] | undefined {
  const words = text.split(",");
  if (!words.every((word) => daysForm.test(word))) return undefined;
  return words.flatMap((word) => {
    const [first = "", last = first] = word.split("-");
    const [from, to] = [days.findIndex((day) => day === first), days.findIndex((day) => day === last)];
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7);
  });
}

function rangesOf(text: string): readonly TimeRange[] | undefined {
  if (text === "off" || text === "closed") return [];
  if (!timesForm.test(text)) return undefined;
  const ranges = text.split(",").map((range) => {
    const [start_time = "", end_time = ""] = range.split("-");
    return { start_time, end_time };
  });
  return ranges.every(({ start_time, end_time }) => start_time < end_time) ? ranges : undefined;
}

/** Days with the same hours together. */
function parts(week: readonly (readonly TimeRange[])[]): readonly WeekPart[] {
  const byTimes = Map.groupBy(dayNames, (_, index) => JSON.stringify(week[index]));
  return [...byTimes].flatMap(([times, weekdays]) => {
    const ranges = JSON.parse(times) as readonly TimeRange[];
    return ranges.length === 0 ? [] : [{ weekdays, times: ranges }];
  });
}

/** `06-24` and `2026-12-24`. */
export function closedDay(date: string): ClosedDay {
  const [day = "", month = "", year] = date.split("-").toReversed();
  return {
    days_of_month: [String(Number(day))],
    months: [String(Number(month))],
    ...(year === undefined ? {} : { years: [year] }),
  };
}
