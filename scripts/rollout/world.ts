import { join, resolve } from "node:path";
import type { ArgsDef } from "citty";
import { loadPeople } from "../../src/fleet/people.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import { groupsOf, idleBeforeAt, untouchableAt } from "../../src/fleet/seats.ts";
import type { Inventory } from "../../src/inventory.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { poolsByDesk } from "../../src/plan/names.ts";
import type { Plan } from "../../src/plan/types.ts";
import { joinStep } from "../../src/rollout/clients/join-step.ts";
import type { Person } from "../../src/rollout/delta.ts";
import type { Recipe } from "../../src/rollout/desk-steps.ts";
import type { Means } from "../../src/rollout/order.ts";
import { type Spot, spotsOf } from "../../src/rollout/planning.ts";
import { commandRecipe } from "../../src/rollout/recipes.ts";
import { deskbridgeFolder, labSettings } from "../../stacks/lab/settings.ts";
import { CommandError, fleetArgs, targetArg } from "../cli.ts";
import { loadFleetOrFail, orFail, planOrFail } from "../fleet.ts";
import { inventoryArg, inventoryOf } from "../link/built.ts";
import { answerMs, nowOf, prometheusArg, prometheusUrl } from "../link/line.ts";
import { entered } from "./entered.ts";
import { type Desks, desksArgs, openDesks } from "./desks.ts";
import { openVendor, type Vendor, vendorArgs } from "./vendor.ts";

/** What the subcommands of `rollout` work on: who is to have a seat, the vendor, and the desks. */

/** Of commands that work on what is now. */
export const placeArgs = {
  people: {
    type: "string",
    valueHint: "FILE",
    description: "who is to have a seat, CSV: person, account, body, desk, groups (default: the fleet file's list)",
  },
  ...vendorArgs,
  ...desksArgs,
  ...prometheusArg,
  ...inventoryArg,
  ...targetArg,
  ...fleetArgs,
} as const satisfies ArgsDef;

export const worldArgs = {
  at: { type: "string", valueHint: "ISO", description: "what is taken for now, ISO 8601 (default: now)" },
  ...placeArgs,
} as const satisfies ArgsDef;

export interface WorldArgs {
  readonly fleet: string;
  readonly stage?: string | undefined;
  readonly target: Plan["slices"][number]["target"];
  readonly people?: string | undefined;
  readonly at?: string | undefined;
  readonly inventory?: string | undefined;
  readonly prometheus?: string | undefined;
  readonly credentials?: string | undefined;
  readonly user?: string | undefined;
  readonly key?: string | undefined;
  readonly "known-hosts"?: string | undefined;
  readonly via?: string | undefined;
}

export interface World {
  readonly fleet: Fleet;
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly people: readonly Person[];
  readonly quotas: ReadonlyMap<string, number>;
  readonly untouchable: ReadonlySet<string>;
  readonly idleBefore: string;
  readonly spots: ReadonlyMap<string, Spot>;
  readonly vendor: Vendor;
  readonly desks: Desks;
  readonly means: Means;
  /** Where this target's roll-outs are kept. */
  readonly folder: string;
}

/** Works on the fleet's seats and desks; elsewhere, where alone that can be done. Throws CommandError. */
export async function inWorld(args: WorldArgs, work: (world: World) => Promise<void>): Promise<void> {
  const inventory = await inventoryOf(args.inventory, args.target);
  const file = join(deskbridgeFolder(labSettings(process.env)), args.target, "inventory.json");
  const more = [
    ...(args.inventory === undefined ? ["--inventory", file] : []),
    ...(args.prometheus === undefined ? ["--prometheus", "http://127.0.0.1:9090"] : []),
  ];
  if (await entered(inventory, more)) return;
  const fleet = loadFleetOrFail(args.fleet);
  const videoconference = videoconferenceOf(fleet);
  const plan = planOrFail(fleet, args.stage ?? inventory.stage);
  const people = peopleOf(args, fleet, plan);
  const now = nowOf(args.at, fleet.timezone);
  const quotas = new Map(plan.bodies.map(({ id, seats }) => [id, seats]));
  const vendor = openVendor({ fleet, inventory, quotas, credentials: args.credentials });
  const desks = await openDesks(inventory, args);
  try {
    const recipes = configured(videoconference);
    const prometheus = new Prometheus(prometheusUrl(args.prometheus), answerMs);
    const means: Means = {
      provider: vendor.provider,
      hands: desks.hands,
      targetOf: desks.targetOf,
      recipesFor: (account) => [...vendor.recipesFor(account), ...recipes],
      withdrawalsOf: vendor.withdrawalsOf,
      proofsAt: proofs(inventory, vendor, desks),
      ask: async (query) => (await prometheus.at(query, Date.now())).map(({ value }) => value),
    };
    await work({
      fleet,
      plan,
      inventory,
      people,
      quotas,
      untouchable: untouchableAt(videoconference, fleet.timezone, now),
      idleBefore: idleBeforeAt(videoconference, now),
      spots: spotsOf(inventory),
      vendor,
      desks,
      means,
      folder: rolloutsFolder(args.target),
    });
  } finally {
    await desks.close();
  }
}

export function rolloutsFolder(target: WorldArgs["target"]): string {
  return join(deskbridgeFolder(labSettings(process.env)), target, "rollouts");
}

type Videoconference = NonNullable<Fleet["videoconference"]>;

export function videoconferenceOf({ videoconference, name }: Fleet): Videoconference {
  if (videoconference !== undefined) return videoconference;
  throw new CommandError(`the fleet "${name}" has no videoconference section: write one, with its provider and people`);
}

/** Throws CommandError. */
export function peopleOf(
  { people, fleet: file }: Pick<WorldArgs, "people" | "fleet">,
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
  const last = planOrFail(fleet, undefined);
  const pools = poolsByDesk(last.desks > plan.desks ? last : plan);
  return orFail(() =>
    loadPeople(base, list, {
      bodies: plan.bodies.map(({ id }) => id),
      groups: groupsOf(videoconference),
      poolOf: (desk) => pools.get(desk),
    }),
  );
}

function configured({ client }: Videoconference): readonly Recipe[] {
  return client.map(({ id, check, apply }) => commandRecipe(id, `${id} is set up`, check, apply));
}

/** In the lab a person's client is tried from their desk's own network; elsewhere nothing of ours runs there. */
function proofs({ hosts, pools }: Inventory, { grantOf }: Vendor, { hands, targetOf }: Desks): Means["proofsAt"] {
  // PCs that stay in the office are addresses without an interface in the lab: WebRTC sends from interfaces only.
  const enters = new Map(pools.flatMap(({ id, kind, enter }) => (kind === "physical" ? [] : [[id, enter] as const])));
  const byHost = new Map(hosts.map(({ name, pool }) => [name, enters.get(pool)]));
  return (account, host) => {
    const [enter, target, grant] = [byHost.get(host), targetOf(host), grantOf(account)];
    if (enter === undefined || target === undefined || grant === undefined) return [];
    return [joinStep(account, target, grant, enter, hands)];
  };
}
