import { Temporal } from "temporal-polyfill";
import type { Job } from "../../inventory.ts";

/** What is known of a job's runs; milliseconds since 1970. */
export interface JobRuns {
  /** undefined: it never said that it had run. */
  readonly lastSuccess: number | undefined;
  /** Since when it is watched: before this nobody was there to hear it. */
  readonly watchedSince: number;
}

/**
 * When the job's next run must have ended, milliseconds since 1970: late is who has this behind them. A run counts for
 * the hour, day or week (Monday to Sunday) in which it ends, also where it ends after its time; the next one is then
 * due in the next. Times of day are those of the job's time zone, on the days when its clocks change too: a time that
 * such a day leaves out is one hour later, one that it has twice is the first.
 */
export function dueAt(job: Job, { lastSuccess, watchedSince }: JobRuns): number {
  if (lastSuccess !== undefined) return deadlineOf(job, startOf(job, lastSuccess).add(lengthOf(job)));
  const start = startOf(job, watchedSince);
  const first = deadlineOf(job, start);
  return first >= watchedSince ? first : deadlineOf(job, start.add(lengthOf(job)));
}

function lengthOf({ every }: Job): Temporal.DurationLike {
  return { [`${every}s`]: 1 };
}

/** The beginning of the hour, day or week that holds the moment. */
function startOf({ every, timezone }: Job, at: number): Temporal.ZonedDateTime {
  const moment = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  if (every === "hour") return moment.round({ smallestUnit: "hour", roundingMode: "floor" });
  const day = moment.startOfDay();
  return every === "day" ? day : day.subtract({ days: moment.dayOfWeek - 1 }).startOfDay();
}

/** Of an hour `by` gives the minute, of a week the time on its Sunday. */
function deadlineOf({ every, by }: Job, start: Temporal.ZonedDateTime): number {
  const time = Temporal.PlainTime.from(by);
  if (every === "hour") return start.add({ minutes: time.minute }).epochMilliseconds;
  const day = start.toPlainDate().add({ days: every === "week" ? 6 : 0 });
  return day.toZonedDateTime({ timeZone: start.timeZoneId, plainTime: time }).epochMilliseconds;
}
