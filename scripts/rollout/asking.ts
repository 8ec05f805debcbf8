import { resolve } from "node:path";
import type { ArgsDef } from "citty";
import { loadPeople } from "../../src/fleet/people.ts";
import type { Fleet, Videoconference } from "../../src/fleet/schema.ts";
import { groupsOf, idleBeforeAt, licenceEnds, untouchableAt } from "../../src/fleet/seats.ts";
import type { Inventory } from "../../src/inventory.ts";
import { poolsByDesk } from "../../src/plan/names.ts";
import type { Plan } from "../../src/plan/types.ts";
import { type Actual, type Delta, deltaOf, type Person, type Wanted } from "../../src/rollout/delta.ts";
import { JournalReadError } from "../../src/rollout/journal/errors.ts";
import { VendorError } from "../../src/rollout/licences/vendor-error.ts";
import { listRollouts, lookAt, newcomersOf } from "../../src/rollout/rollouts.ts";
import { SavedPlanError } from "../../src/rollout/saved-plan.ts";
import { seatFigures } from "../../src/rollout/watch/figures.ts";
import { changeReport } from "../../src/rollout/watch/report-file.ts";
import { CommandError, fleetArgs, note, targetArg } from "../cli.ts";
import { loadFleetOrFail, orFail, planOrFail } from "../fleet.ts";
import { inventoryArg } from "../link/built.ts";
import { nowOf } from "../link/line.ts";
import { stopped } from "./stops.ts";
import { reportFile, rolloutsFolder } from "./folder.ts";
import { openVendor, type Vendor, vendorArgs } from "./vendor.ts";

/** Who is to have a seat, and the vendor who says who has one: all that is asked before desks come into it. */

/** Of commands that ask about what is now. */
export const placeAskingArgs = {
  people: {
    type: "string",
    valueHint: "FILE",
    description: "who is to have a seat, CSV: person, account, body, desk, groups (default: the fleet file's list)",
  },
  ...vendorArgs,
  ...inventoryArg,
  ...targetArg,
  ...fleetArgs,
} as const satisfies ArgsDef;

export const askingArgs = {
  at: { type: "string", valueHint: "ISO", description: "what is taken for now, ISO 8601 (default: now)" },
  ...placeAskingArgs,
} as const satisfies ArgsDef;

export interface AskingArgs {
  readonly fleet: string;
  readonly stage?: string | undefined;
  readonly target: Plan["slices"][number]["target"];
  readonly people?: string | undefined;
  readonly at?: string | undefined;
  readonly inventory?: string | undefined;
  readonly credentials?: string | undefined;
}

export interface Asking {
  readonly fleet: Fleet;
  readonly plan: Plan;
  readonly videoconference: Videoconference;
  readonly people: readonly Person[];
  readonly quotas: ReadonlyMap<string, number>;
  readonly untouchable: ReadonlySet<string>;
  readonly idleBefore: string;
  /** When the licence ends, ISO 8601 in UTC; undefined where the fleet file does not say. */
  readonly expires: string | undefined;
  readonly vendor: Vendor;
  /** Where this target's roll-outs are kept. */
  readonly folder: string;
  /** Where the exporter is told of seats; undefined where what is asked for is not what the fleet has. */
  readonly report: string | undefined;
}

/** Reads the fleet file and its list. Throws CommandError. */
export function openAsking(args: AskingArgs, inventory: Inventory, open = openVendor): Asking {
  const fleet = loadFleetOrFail(args.fleet);
  const videoconference = videoconferenceOf(fleet);
  const plan = planOrFail(fleet, args.stage ?? inventory.stage);
  const people = peopleOf(args, fleet, plan);
  const now = nowOf(args.at, fleet.timezone);
  const quotas = new Map(plan.bodies.map(({ id, seats }) => [id, seats]));
  const isUsual = [args.people, args.at, args.stage].every((each) => each === undefined);
  return {
    fleet,
    plan,
    videoconference,
    people,
    quotas,
    untouchable: untouchableAt(videoconference, fleet.timezone, now),
    idleBefore: idleBeforeAt(videoconference, now),
    expires: licenceEnds(videoconference, fleet.timezone),
    vendor: open({ fleet, inventory, quotas, credentials: args.credentials }),
    folder: rolloutsFolder(args.target),
    report: isUsual && inventory.fleet === fleet.name ? reportFile(args.target) : undefined,
  };
}

export interface Answer {
  readonly wanted: Wanted;
  readonly actual: Actual;
  readonly delta: Delta;
}

/**
 * What the vendor says, and what is wanted. Who is in a meeting is asked only where somebody could lose a seat by it, or of
 * everybody. Throws VendorError, SavedPlanError and JournalReadError.
 */
export async function ask(asking: Asking, signal: AbortSignal, whose: "losers" | "everybody"): Promise<Answer> {
  const { people, quotas, untouchable, idleBefore, folder } = asking;
  const { provider } = asking.vendor;
  const before = await Promise.all((await listRollouts(folder)).map(lookAt));
  const standings = before.filter(({ plan }) => plan.provider === provider.name).map(({ standing }) => standing);
  const wanted = { people, quotas, untouchable, idleBefore, newcomers: newcomersOf(standings, idleBefore) };
  const [seats, holders] = await Promise.all([provider.seats(signal), provider.holders(signal)]);
  const idle = { seats, holders, busy: new Set<string>() };
  const delta = deltaOf(wanted, idle);
  if (whose === "losers" && !delta.give.some(({ from }) => from !== undefined)) return { wanted, actual: idle, delta };
  const accounts = holders.map(({ account }) => account);
  const actual = { ...idle, busy: await provider.inMeeting(accounts, signal) };
  return { wanted, actual, delta: deltaOf(wanted, actual) };
}

/** A vendor that is not heard of for so long is told of. */
const slowMs = 5000;

/** The same for commands, and the exporter hears of it. Throws CommandError. */
export async function askOrFail(asking: Asking, signal: AbortSignal, whose: "losers" | "everybody"): Promise<Answer> {
  const { name } = asking.vendor.provider;
  const slow = setTimeout(() => note(`${name} has not answered yet; it is waited for (Ctrl-C stops)`), slowMs);
  try {
    const answer = await ask(asking, signal, whose);
    if (asking.report !== undefined) await tellSeats(asking.report, asking, answer);
    return answer;
  } catch (error) {
    if (signal.aborted) throw stopped();
    if ([VendorError, SavedPlanError, JournalReadError].some((known) => error instanceof known)) {
      const old = error instanceof VendorError ? "" : "; restore it, or put its folder elsewhere";
      throw new CommandError(`${(error as Error).message}${old}`, 1, { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(slow);
  }
}

/** A report that cannot be written is told of, and keeps nobody from their work. */
export async function tellSeats(file: string, { vendor, expires }: Asking, { actual, delta }: Answer): Promise<void> {
  const seats = seatFigures(delta, actual.seats, new Date().toISOString(), expires);
  try {
    await changeReport(file, vendor.provider.name, { seats, faults: { seats: undefined } });
  } catch (error) {
    note(`the exporter is not told of the seats: ${(error as Error).message}`);
  }
}

export function videoconferenceOf({ videoconference, name }: Fleet): Videoconference {
  if (videoconference !== undefined) return videoconference;
  throw new CommandError(`the fleet "${name}" has no videoconference section: write one, with its provider and people`);
}

/** Throws CommandError. */
export function peopleOf(
  { people, fleet: file }: Pick<AskingArgs, "people" | "fleet">,
  fleet: Fleet,
  plan: Plan,
): readonly Person[] {
  const videoconference = videoconferenceOf(fleet);
  const [base, list] = people === undefined ? [file, videoconference.people] : [".", resolve(people)];
  if (list === undefined) {
    throw new CommandError(
      "who is to have a seat? name a list: --people FILE, or videoconference.people in the fleet file",
      2,
    );
  }
  const last = fleet.stages.at(-1)?.name === plan.stage ? plan : planOrFail(fleet, undefined);
  const pools = poolsByDesk(last.desks > plan.desks ? last : plan);
  return orFail(() =>
    loadPeople(base, list, {
      bodies: plan.bodies.map(({ id }) => id),
      groups: groupsOf(videoconference),
      poolOf: (desk) => pools.get(desk),
    }),
  );
}
