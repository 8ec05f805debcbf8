import type { ListedPerson } from "../fleet/people.ts";
import { type CheckName, dueFrom, isWithin, strictFrom } from "./distances.ts";
import type { Facts, Seen } from "./facts.ts";
import { roomSize, type Sitting } from "./sitting.ts";

/** The pre-flight of a sitting: what is missing, whose it is, and whom to call. */

export interface Finding {
  readonly check: CheckName;
  /** `note` is worth knowing, and no danger. */
  readonly level: "risk" | "unknown" | "note";
  readonly says: string;
  /** The people whom it touches, by name; empty where it is everybody. */
  readonly people: readonly string[];
  /** Who can mend it. */
  readonly call: string;
}

export type State = "ok" | "risk" | "unknown";

/** From person to person; to the server and on from there; or whatever the vendor has. */
export type Encryption = "endToEnd" | "transport" | "vendor";

export interface Preflight {
  readonly sitting: Sitting;
  readonly encryption: Encryption;
  /** `unknown` also where no check is due yet. */
  readonly state: State;
  /** Due now, in order. */
  readonly due: readonly CheckName[];
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** Checks with a risk. */
  readonly failed: number;
}

type Said = Omit<Finding, "check">;
type Check = (sitting: Sitting, facts: Facts, all: readonly Sitting[]) => readonly Said[];

const whom = {
  seats: "whoever gives out the seats (deskbridge rollout apply)",
  list: "whoever keeps the list of people and the fleet file",
  schedule: (id: string): string => `the operators (deskbridge sitting schedule ${id})`,
  desks: "the operators of the desks",
  watch: "the operators of the watch (deskbridge status)",
} as const;

/** Of everybody, or of whom it is. */
function said(level: Finding["level"], says: string, call: string, people: readonly ListedPerson[] = []): Said {
  return { level, says, call, people: people.map(({ person }) => person) };
}

const checks: Readonly<Record<CheckName, Check>> = {
  host({ host, hostGroup }, { seats }) {
    if (host === undefined) return [said("risk", `nobody on the list is of the host's group ${hostGroup}`, whom.list)];
    if ("unseen" in seats) return [unseen("who holds a seat", seats, whom.seats)];
    if (seats.seen.has(host.account)) return [];
    return [said("risk", "the host has no seat, and cannot open it", whom.seats, [host])];
  },

  deputy({ deputies, missingDeputy, hostGroup }, { seats }) {
    if (missingDeputy !== undefined) {
      return [said("risk", `the deputy ${missingDeputy} is nobody on the list`, whom.list)];
    }
    if (deputies.length === 0) {
      return [said("risk", `the host has no deputy: nobody else is of the group ${hostGroup}`, whom.list)];
    }
    if ("unseen" in seats || deputies.some(({ account }) => seats.seen.has(account))) return [];
    return [said("risk", "no deputy has a seat: without the host nobody can open it", whom.seats, deputies)];
  },

  people({ emptyGroups, invited, planned }) {
    const more = `${invited.length} people are invited, and it is planned for ${planned}: the room is made for all`;
    return [
      ...emptyGroups.map((group) => said("risk", `nobody on the list is of the invited group ${group}`, whom.list)),
      ...(invited.length > planned ? [said("note", more, whom.list)] : []),
    ];
  },

  capacity(sitting, { capacity }) {
    if (capacity === "own") return [];
    const call = "whoever buys the licences: a larger one, or fewer people";
    const size = roomSize(sitting);
    if (capacity === "unknown")
      return [said("note", `whether a meeting holds ${size} people hangs on the licence`, call)];
    if (size <= capacity) return [];
    return [said("risk", `a meeting of this licence holds ${capacity} people, and ${size} are to come`, call)];
  },

  overlaps(sitting, _, all) {
    const call = "the hosts: one of the two must move";
    return all.flatMap((other): readonly Said[] => {
      if (other.id === sitting.id || other.start >= sitting.end || sitting.start >= other.end) return [];
      if (other.hostGroup === sitting.hostGroup) {
        return [said("risk", `at the same time ${sitting.hostGroup} hosts "${other.title}" (${other.id})`, call)];
      }
      const there = new Set(other.invited.map(({ account }) => account));
      const both = sitting.invited.filter(({ account }) => there.has(account));
      return both.length === 0
        ? []
        : [said("risk", `${persons(both, "is", "are")} also invited to "${other.title}" (${other.id})`, call, both)];
    });
  },

  seats({ host, invited }, { seats }) {
    // The host's own check has told it.
    if ("unseen" in seats) return host === undefined ? [unseen("who holds a seat", seats, whom.seats)] : [];
    const without = invited.filter(({ account }) => account !== host?.account && !seats.seen.has(account));
    if (without.length === 0) return [];
    return [said("risk", `${persons(without, "has", "have")} no seat, and cannot come in`, whom.seats, without)];
  },

  room({ id, room }, { rooms }) {
    if (rooms === undefined) return [];
    if ("unseen" in rooms) return [unseen("the meetings' server", rooms, whom.desks)];
    return rooms.seen.has(room) ? [] : [said("risk", `its room ${room} is not made`, whom.schedule(id))];
  },

  grants({ id, invited }, { grant }) {
    if (grant === undefined) return [];
    const found = invited.map((person) => ({
      person,
      state: person.desk === undefined ? undefined : grant(id, person.account),
    }));
    const at = (want: (state: Seen<boolean> | undefined) => boolean): readonly ListedPerson[] =>
      found.filter(({ state }) => want(state)).map(({ person }) => person);
    const missing = at((state) => state !== undefined && "seen" in state && !state.seen);
    const dark = at((state) => state !== undefined && "unseen" in state);
    const away = at((state) => state === undefined);
    const call = whom.schedule(id);
    return [
      ...(missing.length === 0
        ? []
        : [said("risk", `${persons(missing, "has", "have")} no good grant at the desk`, call, missing)]),
      ...(dark.length === 0
        ? []
        : [
            said(
              "unknown",
              `whether ${persons(dark, "has", "have")} a grant could not be seen at the desk`,
              whom.desks,
              dark,
            ),
          ]),
      ...(away.length === 0
        ? []
        : [
            said(
              "note",
              `${persons(away, "has", "have")} no desk that is built, so no grant was laid there`,
              call,
              away,
            ),
          ]),
    ];
  },

  desks({ invited }, { desks, places }) {
    const seated = invited.filter(({ desk }) => desk !== undefined);
    if ("unseen" in desks) return seated.length === 0 ? [] : [unseen("whether desks answer", desks, whom.watch)];
    const stateOf = ({ desk = "" }: ListedPerson): boolean | undefined => desks.seen.get(desk);
    const isBuilt = ({ desk = "" }: ListedPerson): boolean => places(desk) !== undefined;
    const unbuilt = seated.filter((person) => !isBuilt(person));
    const down = seated.filter((person) => isBuilt(person) && stateOf(person) === false);
    const dark = seated.filter((person) => isBuilt(person) && stateOf(person) === undefined);
    return [
      ...(unbuilt.length === 0 ? [] : [said("risk", `${desksOf(unbuilt)} not built`, whom.desks, unbuilt)]),
      ...(down.length === 0 ? [] : [said("risk", `${desksOf(down)} not answering`, whom.desks, down)]),
      ...(dark.length === 0 ? [] : [said("unknown", `${desksOf(dark)} not measured`, whom.watch, dark)]),
    ];
  },

  lines({ invited }, { lines, places }) {
    const placed = invited.flatMap((person) => {
      const place = person.desk === undefined ? undefined : places(person.desk);
      return place?.site === undefined ? [] : [{ person, site: place.site, lines: place.lines }];
    });
    const bySite = Map.groupBy(placed, ({ site }) => site);
    if ("unseen" in lines) return bySite.size === 0 ? [] : [unseen("whether lines are up", lines, whom.watch)];
    return [...bySite].flatMap(([site, there]): readonly Said[] => {
      const own = there[0]?.lines ?? [];
      const people = there.map(({ person }) => person);
      const down = own.filter(({ id }) => lines.seen.get(id) === false);
      const dark = own.filter(({ id }) => !lines.seen.has(id));
      const carriers = [...new Set(down.map(({ carrier, id }) => `${carrier} (deskbridge link ticket ${id})`))].join(
        ", ",
      );
      if (down.length + dark.length === own.length) {
        return dark.length === 0
          ? [said("risk", `all lines of ${site} are down`, carriers, people)]
          : [said("unknown", `no line of ${site} is known to be up`, whom.watch, people)];
      }
      if (down.length === 0) return [];
      return [
        said(
          "note",
          `${down.length} of ${own.length} lines of ${site} are down; the others carry it`,
          carriers,
          people,
        ),
      ];
    });
  },
};

const severity = { risk: 0, unknown: 1, note: 2 } as const;

/** Looks at one sitting with what is due now. `all`: the fleet's sittings. */
export function preflight(sitting: Sitting, facts: Facts, all: readonly Sitting[]): Preflight {
  const isStrict = isWithin(strictFrom, sitting.start, facts.now);
  const due = (Object.keys(dueFrom) as CheckName[]).filter((name) => isWithin(dueFrom[name], sitting.start, facts.now));
  const findings = due
    .flatMap((check) => checks[check](sitting, facts, all).map((each): Finding => ({ check, ...each })))
    .map((each): Finding => (isStrict && each.level === "unknown" ? { ...each, level: "risk" } : each))
    .toSorted((one, other) => severity[one.level] - severity[other.level]);
  const failed = new Set(findings.filter(({ level }) => level === "risk").map(({ check }) => check)).size;
  const isUnknown = due.length === 0 || findings.some(({ level }) => level === "unknown");
  const encryption = facts.rooms === undefined ? "vendor" : sitting.isEndToEnd ? "endToEnd" : "transport";
  return { sitting, encryption, state: failed > 0 ? "risk" : isUnknown ? "unknown" : "ok", due, findings, failed };
}

function unseen(what: string, { unseen }: { readonly unseen: string }, call: string): Said {
  return said("unknown", `${what} could not be seen: ${unseen}`, call);
}

function persons({ length }: readonly unknown[], one: string, more: string): string {
  return length === 1 ? `1 person ${one}` : `${length} people ${more}`;
}

function desksOf({ length }: readonly unknown[]): string {
  return length === 1 ? "1 desk is" : `${length} desks are`;
}
