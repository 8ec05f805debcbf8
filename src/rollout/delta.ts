import type { Holder, Seats } from "./licences/provider.ts";

/** Somebody who is to have a seat. Earlier in the list is more urgent. */
export interface Person {
  readonly person: string;
  /** At the vendor, in lower case. */
  readonly account: string;
  readonly body: string;
  readonly desk: string | undefined;
  readonly groups: readonly string[];
}

export interface Wanted {
  /** The most urgent first. */
  readonly people: readonly Person[];
  /** Seats of each body at this stage, by its id. */
  readonly quotas: ReadonlyMap<string, number>;
  /** Groups whose seats nobody takes: protected ones, and hosts of a coming sitting. */
  readonly untouchable: ReadonlySet<string>;
  /** Whoever used a seat since then (ISO 8601 in UTC) keeps it. */
  readonly idleBefore: string;
  /** Accounts that were given their seat since then: they had no time to use it. */
  readonly newcomers: ReadonlySet<string>;
}

export interface Actual {
  readonly seats: Seats;
  readonly holders: readonly Holder[];
  /** Accounts in a meeting now. */
  readonly busy: ReadonlySet<string>;
}

/** Somebody who gets a seat, and whose idle one is freed for it where none is free. */
export interface Gift {
  readonly person: Person;
  readonly from: Person | undefined;
}

export interface Waiting {
  readonly person: Person;
  /** Their body has given all its seats, or the vendor has none left. */
  readonly why: "quota" | "vendor";
}

export interface BodySeats {
  readonly body: string;
  readonly quota: number;
  /** Held now. */
  readonly used: number;
  /** Set aside for those who get one, on top of `used` less `freed`. */
  readonly reserved: number;
  readonly freed: number;
}

/** What has to change, and what does not. Each person is in one of the parts; whose seat is freed is in `from`. */
export interface Delta {
  /** The most urgent first. */
  readonly give: readonly Gift[];
  readonly keep: readonly Person[];
  readonly wait: readonly Waiting[];
  /** Holders whom the list does not name: left alone. */
  readonly strangers: readonly Holder[];
  /** In the order of the quotas. */
  readonly seats: readonly BodySeats[];
  /** Licences that the vendor would have to sell for nobody to wait for it. */
  readonly short: number;
}

/**
 * Desired less actual. Nobody who uses a seat, is protected or sits in a meeting loses it, and none is freed while one is
 * free. In a body a seat goes to protected people first, then by the list.
 */
export function deltaOf(wanted: Wanted, actual: Actual): Delta {
  const { people, quotas } = wanted;
  const holders = new Map(actual.holders.map((holder) => [holder.account, holder]));
  const listed = new Set(people.map(({ account }) => account));
  const idle = people.filter((person) => isIdle(person, holders.get(person.account), wanted, actual.busy));
  const freeable = idle.toSorted((one, other) => lastUsedOf(one, holders) - lastUsedOf(other, holders));

  const give: Gift[] = [];
  const wait: Waiting[] = [];
  const freed = new Set<Person>();
  const asking = byUrgency(people, holders, wanted.untouchable);
  const used = countBy(
    people.filter(({ account }) => holders.has(account)),
    ({ body }) => body,
  );
  const room = new Map([...quotas].map(([body, quota]) => [body, quota - (used.get(body) ?? 0)]));
  const roomOf = (body: string): number => room.get(body) ?? 0;
  let left = Math.max(0, actual.seats.total - actual.seats.used);
  for (const person of asking) {
    const { body } = person;
    const hasRoom = roomOf(body) > 0;
    if (hasRoom && left > 0) {
      room.set(body, roomOf(body) - 1);
      left -= 1;
      give.push({ person, from: undefined });
      continue;
    }
    // In a body an idle seat changes hands and no quota moves; where the body has room, anybody's may be taken.
    const from = freeable.find((other) => !freed.has(other) && (hasRoom || (other.body === body && roomOf(body) >= 0)));
    if (from === undefined) {
      wait.push({ person, why: hasRoom ? "vendor" : "quota" });
      continue;
    }
    freed.add(from);
    if (from.body !== body) {
      room.set(body, roomOf(body) - 1);
      room.set(from.body, roomOf(from.body) + 1);
    }
    give.push({ person, from });
  }
  const reserved = countBy(give, ({ person }) => person.body);
  const gone = countBy([...freed], ({ body }) => body);
  return {
    give,
    keep: people.filter((person) => holders.has(person.account) && !freed.has(person)),
    wait,
    strangers: actual.holders.filter(({ account }) => !listed.has(account)),
    seats: [...quotas].map(([body, quota]) => ({
      body,
      quota,
      used: used.get(body) ?? 0,
      reserved: reserved.get(body) ?? 0,
      freed: gone.get(body) ?? 0,
    })),
    short: wait.filter(({ why }) => why === "vendor").length,
  };
}

/** A seat that may be given to another. A vendor that does not say when it was used keeps it where it is. */
export function isIdle(
  person: Person,
  holder: Holder | undefined,
  { untouchable, idleBefore, newcomers }: Omit<Wanted, "people" | "quotas">,
  busy: ReadonlySet<string>,
): boolean {
  if (holder?.lastUsed === undefined || holder.isInherited === true) return false;
  if (busy.has(person.account) || newcomers.has(person.account)) return false;
  if (person.groups.some((group) => untouchable.has(group))) return false;
  return Date.parse(holder.lastUsed) < Date.parse(idleBefore);
}

/** Protected people first; among them, and among the others, as the list has them. */
function byUrgency(
  people: readonly Person[],
  holders: ReadonlyMap<string, Holder>,
  untouchable: ReadonlySet<string>,
): readonly Person[] {
  const rank = ({ groups }: Person): number => (groups.some((group) => untouchable.has(group)) ? 0 : 1);
  return people.filter(({ account }) => !holders.has(account)).toSorted((one, other) => rank(one) - rank(other));
}

function lastUsedOf({ account }: Person, holders: ReadonlyMap<string, Holder>): number {
  return Date.parse(holders.get(account)?.lastUsed ?? "");
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
