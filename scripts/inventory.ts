import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { type Inventory, inventoryPartSchema, inventorySchema, joinAzure } from "../src/inventory.ts";
import type { Target } from "../src/plan/types.ts";
import { deskbridgeFolder, type LabSettings } from "../stacks/lab/settings.ts";
import { CommandError } from "./cli.ts";
import { engineContext, openStack, openWorkspace } from "./engine.ts";
import { type Outputs, readOutputs } from "./state.ts";

type Stamp = Inventory["stacks"][number];

export function inventoryFile(lab: LabSettings, target: Target): string {
  return join(deskbridgeFolder(lab), target, "inventory.json");
}

/**
 * The inventory of a target: from the cache while no stack was updated since, else from the stacks' outputs, so that a
 * lone `pulumi up` is seen too. Throws CommandError where nothing is up.
 */
export async function currentInventory(target: Target): Promise<Inventory> {
  const context = engineContext("fleets/piemonte.yaml", undefined);
  const workspace = await openWorkspace(context);
  const stamps = await stackStamps(workspace, target);
  const cached = readCache(context.lab, target);
  if (cached !== undefined && JSON.stringify(cached.stacks) === JSON.stringify(stamps)) return cached;
  return refreshInventory(workspace, context.lab, target);
}

/**
 * Puts the stacks' parts together and writes the cache that the daemons of the watch follow. Outputs that an update
 * has just given (`known`, by stack) are not read again.
 */
export async function refreshInventory(
  workspace: LocalWorkspace,
  lab: LabSettings,
  target: Target,
  known: ReadonlyMap<string, Outputs> = new Map(),
): Promise<Inventory> {
  const stacks = await stackStamps(workspace, target);
  if (stacks.length === 0) {
    throw new CommandError(`nothing is up for target ${target}; run: npx deskbridge up --target ${target}`);
  }
  const outputs = await Promise.all(
    stacks.map(async ({ name }) => known.get(name) ?? readOutputs(await openStack(workspace, name))),
  );
  const inventory = assemble(target, stacks, outputs);
  const file = inventoryFile(lab, target);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}.tmp`, JSON.stringify(inventory));
  renameSync(`${file}.${process.pid}.tmp`, file);
  return inventory;
}

/** Stacks of a target that hold something, with their last update. */
async function stackStamps(workspace: LocalWorkspace, target: Target): Promise<readonly Stamp[]> {
  const all = await workspace.listStacks();
  return all
    .filter(
      (stack) =>
        stack.name.startsWith(`${target}-`) && stack.lastUpdate !== undefined && (stack.resourceCount ?? 0) > 0,
    )
    .map((stack) => ({ name: stack.name, updatedAt: stack.lastUpdate ?? "" }))
    .toSorted((left, right) => left.name.localeCompare(right.name));
}

function assemble(target: Target, stamps: readonly Stamp[], outputs: readonly Outputs[]): Inventory {
  const parts = outputs.map((output) => inventoryPartSchema.parse(output["inventory"] ?? {}));
  const planned = outputs
    .map((output) => output["planned"] as { fleet: string; stage: string } | undefined)
    .find((each) => each !== undefined);
  const all = <Key extends keyof (typeof parts)[number]>(key: Key): (typeof parts)[number][Key] =>
    parts.flatMap((part) => part[key] as never) as never;
  const azure = joinAzure(parts);
  const operator = parts.map((part) => part.operator).find((each) => each !== undefined);
  const videoconference = parts.find((part) => part.videoconference !== undefined)?.videoconference;
  return inventorySchema.parse({
    fleet: planned?.fleet ?? "",
    stage: planned?.stage ?? "",
    target,
    stacks: [...stamps],
    bodies: all("bodies"),
    instances: all("instances"),
    sites: all("sites"),
    links: all("links"),
    pools: all("pools"),
    hosts: all("hosts"),
    desks: all("desks"),
    services: all("services"),
    jobs: all("jobs"),
    deskTargets: all("deskTargets"),
    vantages: all("vantages"),
    homes: all("homes"),
    ...(operator === undefined ? {} : { operator }),
    ...(videoconference === undefined ? {} : { videoconference }),
    ...(azure === undefined ? {} : { azure }),
  });
}

function readCache(lab: LabSettings, target: Target): Inventory | undefined {
  try {
    return inventorySchema.parse(JSON.parse(readFileSync(inventoryFile(lab, target), "utf8")));
  } catch {
    return undefined; // absent or of an older shape: read anew
  }
}
