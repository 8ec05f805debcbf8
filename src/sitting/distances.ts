/** When a sitting is looked at, and for what: each check is due from a distance on, up to the sitting's end. */

const hour = 3_600_000;

/** Before a sitting begins, milliseconds. */
export const distances = {
  "7 days": 168 * hour,
  "24 hours": 24 * hour,
  "1 hour": hour,
  "10 minutes": hour / 6,
} as const;
export type Distance = keyof typeof distances;

/** In the order in which they are told. */
export const dueFrom = {
  host: "7 days",
  deputy: "7 days",
  people: "7 days",
  capacity: "7 days",
  overlaps: "7 days",
  seats: "7 days",
  room: "24 hours",
  grants: "24 hours",
  lines: "24 hours",
  desks: "1 hour",
} as const satisfies Readonly<Record<string, Distance>>;
export type CheckName = keyof typeof dueFrom;

/** From here on nobody has the time to look again: what could not be seen counts as a risk. */
export const strictFrom: Distance = "10 minutes";

export function isWithin(distance: Distance, start: number, now: number): boolean {
  return start - now <= distances[distance];
}
