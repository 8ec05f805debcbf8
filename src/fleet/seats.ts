import { Temporal } from "temporal-polyfill";
import type { Fleet } from "./schema.ts";

/** What the fleet file says of videoconference seats and of those who keep theirs. */

type Videoconference = NonNullable<Fleet["videoconference"]>;

/** Groups that a list of people may name: protected ones, and those of sittings. */
export function groupsOf({ protect, sittings }: Videoconference): readonly string[] {
  return [...new Set([...protect, ...sittings.flatMap(groupsOfSitting)])];
}

function groupsOfSitting({ host, members = [], deputy }: Videoconference["sittings"][number]): readonly string[] {
  return [host, ...members, ...(deputy === undefined || deputy.includes("@") ? [] : [deputy])];
}

/** Groups whose seats nobody takes at that moment (milliseconds since 1970): protected, or host of a sitting to come. */
export function untouchableAt(
  { protect, sittings }: Videoconference,
  timezone: string,
  now: number,
): ReadonlySet<string> {
  const coming = sittings.filter(({ date, at, minutes }) => {
    const begins = Temporal.PlainDateTime.from(`${date}T${at}`).toZonedDateTime(timezone);
    return begins.add({ minutes }).epochMilliseconds > now;
  });
  return new Set([...protect, ...coming.map(({ host }) => host)]);
}

/** When the licences end, ISO 8601 in UTC: with their last day, as the fleet's clocks have it. */
export function licenceEnds({ ends }: Videoconference, timezone: string): string | undefined {
  if (ends === undefined) return undefined;
  const after = Temporal.PlainDate.from(ends).add({ days: 1 }).toZonedDateTime(timezone);
  return new Date(after.epochMilliseconds).toISOString();
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The moment (ISO 8601 in UTC) before which a seat must have been used last to count as idle at `now`. */
export function idleBeforeAt({ idle }: Videoconference, now: number): string {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(idle) ?? [];
  return new Date(now - Number(number) * units[unit as keyof typeof units]).toISOString();
}
