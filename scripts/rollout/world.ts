import type { ArgsDef } from "citty";
import type { Videoconference } from "../../src/fleet/schema.ts";
import type { Inventory } from "../../src/inventory.ts";
import { Prometheus } from "../../src/link/prometheus.ts";
import { joinStep } from "../../src/rollout/clients/join-step.ts";
import type { Recipe } from "../../src/rollout/desk-steps.ts";
import type { Means } from "../../src/rollout/order.ts";
import { type Spot, spotsOf } from "../../src/rollout/planning.ts";
import { commandRecipe } from "../../src/rollout/recipes.ts";
import { CommandError } from "../cli.ts";
import { inventoryOf } from "../link/built.ts";
import { answerMs, prometheusArg, prometheusUrl } from "../link/line.ts";
import { type Asking, askingArgs, type AskingArgs, openAsking, placeAskingArgs } from "./asking.ts";
import { entered } from "./entered.ts";
import { inventoryPath } from "./folder.ts";
import { type Desks, desksArgs, openDesks } from "./desks.ts";
import type { Vendor } from "./vendor.ts";

/** What the subcommands of `rollout` work on: who is to have a seat, the vendor, and the desks. */

/** Of commands that work on what is now. */
export const placeArgs = { ...placeAskingArgs, ...desksArgs, ...prometheusArg } as const satisfies ArgsDef;

export const worldArgs = { ...askingArgs, ...desksArgs, ...prometheusArg } as const satisfies ArgsDef;

export interface WorldArgs extends AskingArgs {
  readonly prometheus?: string | undefined;
  readonly user?: string | undefined;
  readonly key?: string | undefined;
  readonly "known-hosts"?: string | undefined;
  readonly via?: string | undefined;
}

export interface World extends Asking {
  readonly inventory: Inventory;
  readonly spots: ReadonlyMap<string, Spot>;
  readonly desks: Desks;
  readonly means: Means;
}

/** Works on the fleet's seats and desks; elsewhere, where alone that can be done. Throws CommandError. */
export async function inWorld(args: WorldArgs, work: (world: World) => Promise<void>): Promise<void> {
  const inventory = await inventoryOf(args.inventory, args.target);
  const more = [
    ...(args.inventory === undefined ? ["--inventory", inventoryPath(args.target)] : []),
    ...(args.prometheus === undefined ? ["--prometheus", "http://127.0.0.1:9090"] : []),
  ];
  if (await entered(inventory, more)) return;
  const asking = openAsking(args, inventory);
  const { vendor } = asking;
  const desks = await openDesks(inventory, args);
  try {
    const recipes = configured(asking.videoconference);
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
    await work({ ...asking, inventory, spots: spotsOf(inventory), desks, means });
  } catch (error) {
    // A full disk, above all; what it says is all that can be acted on.
    if (error instanceof Error && "syscall" in error) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  } finally {
    await desks.close();
  }
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
