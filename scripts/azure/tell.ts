import { allDashboards } from "../../dashboards/grafana/dashboards.ts";
import type { TokenSource } from "../../src/azure/client.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import type { Inventory } from "../../src/inventory.ts";
import type { Plan } from "../../src/plan/types.ts";
import { parseRelease, type Release, runbookOf } from "../../stacks/azure/watch/release.ts";
import { CommandError } from "../cli.ts";
import { type EngineContext, openStack, openWorkspace } from "../engine.ts";
import { publishDashboards } from "./grafana.ts";
import { readGrafana } from "./handover.ts";
import { publishInventory, storeOrigin } from "./publish.ts";

/** Where the watch is told things. */
export interface WatchPlaces {
  /** Address of the machines' store. */
  readonly store: string;
  readonly grafana: string;
  /** What the watch's machines run: its runbook is what dashboards link to. */
  readonly release: Release;
}

/** Throws CommandError where the watch is not up. */
export async function watchPlaces(context: EngineContext, plan: Plan, tenancy: Tenancy): Promise<WatchPlaces> {
  const workspace = await openWorkspace(context);
  const name = "azure-watch";
  const down = "the watch is not up: run `deskbridge up --target azure`";
  // To open a stack that is not there would make it.
  if (!(await workspace.listStacks()).some((stack) => stack.name === name)) throw new CommandError(down);
  const watch = await openStack(workspace, name);
  const grafana = await readGrafana(watch);
  if (grafana === undefined) throw new CommandError(down);
  const { value: source } = await watch.getConfig("deskbridge:source");
  return { store: storeOrigin(plan, tenancy), grafana, release: parseRelease(source) };
}

/**
 * Tells the watch what is there: the inventory to its machines, the dashboards to Grafana. Where one fails the other is
 * told all the same. Gives what was done, in words; throws CommandError with every failure.
 */
export async function tellWatch(inventory: Inventory, places: WatchPlaces, token: TokenSource): Promise<string> {
  const { grafana, store, release } = places;
  const message = `Deskbridge ${release.commit.slice(0, 12)}`;
  const told = await Promise.allSettled([
    publishInventory(inventory, { origin: store, token }),
    publishDashboards(allDashboards(runbookOf(release)), { origin: grafana, token, message }),
  ]);
  const failures = told.flatMap((each) => (each.status === "rejected" ? [each.reason as Error] : []));
  if (failures.length > 0) {
    throw new CommandError(failures.map((failure) => failure.message).join("\n"), 1, { cause: failures[0] });
  }
  const [, { value }] = told as [unknown, PromiseFulfilledResult<Awaited<ReturnType<typeof publishDashboards>>>];
  return (
    `inventory of ${inventory.hosts.length} hosts written; the machines of the watch fetch it within a minute\n` +
    `dashboards: ${value.written} written, ${value.same} as they were; ${grafana}/dashboards/f/deskbridge`
  );
}
