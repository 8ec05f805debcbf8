import type { Inventory } from "../inventory.ts";
import type { Delta, Person } from "./delta.ts";
import type { PlannedSubject, SavedPlan } from "./saved-plan.ts";
import { type WaveSize, wavesOf } from "./waves.ts";

/** What was seen of somebody's desk who has a seat: the steps that are not so, or why nobody could look. */
export type Seen = { readonly missing: readonly string[] } | { readonly unseen: string };

/** Where somebody's client is set up. */
export interface Spot {
  readonly host: string;
  readonly pool: string;
  readonly site: string | undefined;
}

/** By a desk's id; a desk that is not up has none. */
export function spotsOf({ desks, hosts, pools }: Inventory): ReadonlyMap<string, Spot> {
  const poolByHost = new Map(hosts.map(({ name, pool }) => [name, pool]));
  const siteByPool = new Map(pools.map(({ id, site }) => [id, site]));
  return new Map(
    desks.flatMap(({ id, host }) => {
      const pool = poolByHost.get(host);
      return pool === undefined ? [] : [[id, { host, pool, site: siteByPool.get(pool) }] as const];
    }),
  );
}

/** A plan whose steps have no names yet (see `withSteps`). */
export type BarePlan = Omit<SavedPlan, "version" | "subjects"> & { readonly subjects: readonly BareSubject[] };
type BareSubject = Omit<PlannedSubject, "steps">;

/** What is written into the plan as it was asked for. */
export type Asked = Pick<
  SavedPlan,
  "fleet" | "stage" | "target" | "provider" | "made" | "caps" | "atOnce" | "soakSeconds" | "checks"
>;

export interface Choice {
  readonly waves: readonly WaveSize[];
  /** Groups that come last. */
  readonly untouchable: ReadonlySet<string>;
  /** Leaves the others for another time. */
  readonly isChosen: (person: Person) => boolean;
}

/** The roll-out of a delta: whoever gets a seat, and whoever has one and not all that belongs to it. */
export function planOf(
  delta: Delta,
  spots: ReadonlyMap<string, Spot>,
  seen: ReadonlyMap<string, Seen>,
  { waves, untouchable, isChosen }: Choice,
  asked: Asked,
): BarePlan {
  const spotOf = ({ desk }: Person): Spot | undefined => (desk === undefined ? undefined : spots.get(desk));
  const subject = (person: Person, from?: Person): BareSubject => {
    const spot = spotOf(person);
    const fromHost = from && spotOf(from)?.host;
    return {
      id: person.account,
      person: person.person,
      action: "seat",
      body: person.body,
      ...(spot && { host: spot.host, pool: spot.pool, ...(spot.site === undefined ? {} : { site: spot.site }) }),
      protected: person.groups.some((group) => untouchable.has(group)),
      ...(from && { from: { id: from.account, ...(fromHost === undefined ? {} : { host: fromHost }) } }),
    };
  };
  const gifts = delta.give.filter(({ person }) => isChosen(person));
  const subjects = [
    ...gifts.map(({ person, from }) => subject(person, from)),
    ...delta.keep
      .filter((person) => isChosen(person) && needsWork(seen.get(person.account)))
      .map((person) => subject(person)),
  ];
  const reserved = Map.groupBy(gifts, ({ person }) => person.body);
  return {
    ...asked,
    subjects,
    waves: wavesOf(subjects, waves).map((wave) => wave.map(({ id }) => id)),
    seats: [...reserved].map(([body, { length }]) => ({ body, reserved: length })),
  };
}

/** Takes seats back, at the desk too where the account has one. */
export function reclaimPlanOf(
  accounts: readonly { readonly account: string; readonly body: string }[],
  people: readonly Person[],
  spots: ReadonlyMap<string, Spot>,
  waves: readonly WaveSize[],
  asked: Asked,
): BarePlan {
  const byAccount = new Map(people.map((person) => [person.account, person]));
  const subjects = accounts.map(({ account, body }): BareSubject => {
    const person = byAccount.get(account);
    const spot = person?.desk === undefined ? undefined : spots.get(person.desk);
    return {
      id: account,
      person: person?.person ?? account,
      action: "free",
      body,
      ...(spot && { host: spot.host, pool: spot.pool }),
      protected: false,
    };
  });
  const cut = wavesOf(subjects, waves).map((wave) => wave.map(({ id }) => id));
  return { ...asked, subjects, waves: cut, seats: [] };
}

function needsWork(seen: Seen | undefined): boolean {
  if (seen === undefined) return false;
  return "unseen" in seen || seen.missing.length > 0;
}

/** What would change a person, in words; nothing where nothing would. */
export interface PersonChange {
  readonly person: string;
  readonly account: string;
  readonly body: string;
  readonly desk: string | null;
  readonly actions: readonly string[];
}

/** The people's changes, in the order of the delta. */
export function changesOf(
  delta: Delta,
  spots: ReadonlyMap<string, Spot>,
  seen: ReadonlyMap<string, Seen>,
  recipes: readonly { readonly name: string; readonly change: string }[],
): readonly PersonChange[] {
  const clients = ({ desk }: Person): readonly string[] => {
    if (desk === undefined) return ["no desk: the client is theirs to set up"];
    return spots.has(desk) ? recipes.map(({ change }) => change) : [`desk ${desk} is not up: nothing is set up there`];
  };
  const change = (person: Person, actions: readonly string[]): PersonChange => ({
    person: person.person,
    account: person.account,
    body: person.body,
    desk: person.desk ?? null,
    actions,
  });
  return [
    ...delta.give.map(({ person, from }) =>
      change(person, [
        from === undefined ? "gets a seat" : `gets the seat of ${from.person}, who has not used it`,
        ...clients(person),
      ]),
    ),
    ...delta.give.flatMap(({ person, from }) =>
      from === undefined ? [] : [change(from, [`loses an idle seat, to ${person.person}`])],
    ),
    ...delta.keep.flatMap((person) => {
      const found = seen.get(person.account);
      if (found === undefined || !needsWork(found)) return [];
      if ("unseen" in found) return [change(person, [`could not be looked at: ${found.unseen}`])];
      return [
        change(
          person,
          recipes.filter(({ name }) => found.missing.includes(name)).map((recipe) => recipe.change),
        ),
      ];
    }),
  ];
}
