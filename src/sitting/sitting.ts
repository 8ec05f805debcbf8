import { Temporal } from "temporal-polyfill";
import type { ListedPerson } from "../fleet/people.ts";
import type { Fleet, FleetSitting } from "../fleet/schema.ts";

/** A sitting of the fleet file, with its people and its moments. */

export interface Sitting {
  readonly id: string;
  readonly title: string;
  /** `2020-03-10`, by the clock at `timezone`. */
  readonly date: string;
  /** `10:00`, likewise. */
  readonly at: string;
  readonly minutes: number;
  readonly timezone: string;
  /** Milliseconds since 1970; `end` is outside. */
  readonly start: number;
  readonly end: number;
  /** The group that hosts it. */
  readonly hostGroup: string;
  /** The first of the list who is of the host's group; undefined where nobody is. */
  readonly host: ListedPerson | undefined;
  /** Who can open it in the host's place, the most urgent first. */
  readonly deputies: readonly ListedPerson[];
  /** What the fleet file names as deputy, where nobody on the list is it. */
  readonly missingDeputy: string | undefined;
  /** Groups of which nobody is on the list. */
  readonly emptyGroups: readonly string[];
  /** Everybody who is let in, host and deputies too, in the order of the list. */
  readonly invited: readonly ListedPerson[];
  /** How many the fleet file plans. */
  readonly planned: number;
  /** Whether media is to be encrypted from person to person. */
  readonly isEndToEnd: boolean;
  /** Its room at the vendor. A sitting that moves to another day gets another room, so that old grants lead nowhere. */
  readonly room: string;
}

/** How long after its end somebody may still come in, milliseconds: sittings run over. */
export const graceMs = 30 * 60_000;

type Zoned = Pick<Fleet, "timezone" | "videoconference">;

/** The fleet's sittings, the next one first. */
export function sittingsOf({ timezone, videoconference }: Zoned, people: readonly ListedPerson[]): readonly Sitting[] {
  const sittings = (videoconference?.sittings ?? []).map((each) => sittingOf(each, timezone, people));
  return sittings.toSorted((one, other) => one.start - other.start || one.id.localeCompare(other.id));
}

function sittingOf(
  {
    id,
    title,
    date,
    at,
    minutes,
    people: planned,
    host: hostGroup,
    members = [],
    deputy,
    endToEnd = false,
  }: FleetSitting,
  timezone: string,
  people: readonly ListedPerson[],
): Sitting {
  const within = (group: string) => (person: ListedPerson) => person.groups.includes(group);
  const hosts = people.filter(within(hostGroup));
  const [host] = hosts;
  const named = deputy === undefined ? hosts : people.filter(isDeputy(deputy));
  const deputies = named.filter(({ account }) => account !== host?.account);
  const groups = [...new Set([hostGroup, ...members])];
  const invited = people.filter((person) => groups.some((group) => within(group)(person)) || deputies.includes(person));
  const start = startOf(date, at, timezone);
  return {
    id,
    title,
    date,
    at,
    minutes,
    timezone,
    start,
    end: start + minutes * 60_000,
    hostGroup,
    host,
    deputies,
    missingDeputy: deputy !== undefined && named.length === 0 ? deputy : undefined,
    emptyGroups: groups.filter((group) => !people.some(within(group))),
    invited,
    planned,
    isEndToEnd: endToEnd,
    room: `sitting-${id}-${date}`,
  };
}

function isDeputy(deputy: string): (person: ListedPerson) => boolean {
  const account = deputy.toLowerCase();
  return deputy.includes("@") ? (person) => person.account === account : (person) => person.groups.includes(deputy);
}

/**
 * The moment of a time of day. Of one that a clock change leaves out, as much later as the clock jumped; of one that comes
 * twice, the first: RFC 5545 (3.3.5) reads them so, and thus everybody's calendar.
 */
function startOf(date: string, at: string, timezone: string): number {
  return Temporal.PlainDateTime.from(`${date}T${at}`).toZonedDateTime(timezone).epochMilliseconds;
}

/** Seats that its room must have: for whoever is invited, and for as many as are planned. */
export function roomSize({ planned, invited }: Pick<Sitting, "planned" | "invited">): number {
  return Math.max(planned, invited.length);
}

/** Until when people are let in, milliseconds since 1970. */
export function openUntil({ end }: Pick<Sitting, "end">): number {
  return end + graceMs;
}

/** `Tuesday 10 March 2020, 10:00 to 13:00 (Europe/Rome)`; the end by the clock of its own moment. */
export function whenText({ start, end, timezone }: Pick<Sitting, "start" | "end" | "timezone">): string {
  const [from, until] = [start, end].map((at) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone),
  );
  if (from === undefined || until === undefined) throw new RangeError("a sitting begins and ends");
  const day = (at: Temporal.ZonedDateTime): string => {
    const [weekday, date] = [{ weekday: "long" }, { day: "numeric", month: "long", year: "numeric" }] as const;
    return [weekday, date].map((style) => at.toPlainDate().toLocaleString("en-GB", style)).join(" ");
  };
  const clock = (at: Temporal.ZonedDateTime): string => at.toPlainTime().toString({ smallestUnit: "minute" });
  const isSameDay = from.toPlainDate().equals(until.toPlainDate());
  return `${day(from)}, ${clock(from)} to ${isSameDay ? "" : `${day(until)}, `}${clock(until)} (${timezone})`;
}
