import type { State } from "./state.ts";

/** A token bucket: it holds at most `capacity` requests and gains `perSecond`. */
export interface Bucket {
  readonly name: string;
  readonly capacity: number;
  readonly perSecond: number;
}

export type Verb = "read" | "write" | "delete";

/**
 * Azure Resource Manager's limits a subscription and principal (request-limits-and-throttling): buckets of 250 reads
 * (+25 a second), 200 writes (+10), 200 deletes (+10).
 */
const manager: Readonly<Record<Verb, Omit<Bucket, "name">>> = {
  read: { capacity: 250, perSecond: 25 },
  write: { capacity: 200, perSecond: 10 },
  delete: { capacity: 200, perSecond: 10 },
};

/** The network provider's own: 1,000 writes and deletes, 10,000 reads in five minutes (same page, 2020). */
const network: Readonly<Record<Verb, Omit<Bucket, "name">>> = {
  read: { capacity: 10_000, perSecond: 10_000 / 300 },
  write: { capacity: 1000, perSecond: 1000 / 300 },
  delete: { capacity: 1000, perSecond: 1000 / 300 },
};

export function bucketsOf(verb: Verb, subscription: string, arm: string): readonly Bucket[] {
  const own = { name: `${verb} ${subscription}`, ...manager[verb] };
  if (!arm.toLowerCase().startsWith("microsoft.network/")) return [own];
  return [own, { name: `network ${verb} ${subscription}`, ...network[verb] }];
}

/** How far a late request is carried into seconds that others have already used; a bucket is full again by then. */
const carried = 60;

/**
 * Takes a token at a virtual time: 0 where there was one, else the seconds to wait (Retry-After). Times may come out
 * of order, since each of the engine's parallel operations has its own.
 */
export function take(state: State, bucket: Bucket, time: number): number {
  const second = Math.floor(time);
  const before = state.row(
    "SELECT second, count, level FROM requests WHERE bucket = ? AND second <= ? ORDER BY second DESC LIMIT 1",
    bucket.name,
    second,
  );
  const level = levelAt(bucket, before, second);
  const used = before?.["second"] === second ? Number(before["count"]) : 0;
  if (level - used < 1) return Math.max(1, Math.ceil((1 - (level - used)) / bucket.perSecond));
  state.run(
    `INSERT INTO requests VALUES (?, ?, 1, ?) ON CONFLICT (bucket, second) DO UPDATE SET count = count + 1`,
    bucket.name,
    second,
    level,
  );
  state.run(
    "UPDATE requests SET level = level - 1 WHERE bucket = ? AND second > ? AND second <= ?",
    bucket.name,
    second,
    second + carried,
  );
  return 0;
}

function levelAt(bucket: Bucket, before: ReturnType<State["row"]>, second: number): number {
  if (before === undefined) return bucket.capacity;
  const level = Number(before["level"]);
  if (before["second"] === second) return level;
  const gained = (second - Number(before["second"])) * bucket.perSecond;
  return Math.min(bucket.capacity, level - Number(before["count"]) + gained);
}
