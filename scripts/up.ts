import type { OutputMap } from "@pulumi/pulumi/automation/index.js";
import { defineCommand } from "citty";
import { plan as planFleet } from "../src/plan/plan.ts";
import type { Plan, Target } from "../src/plan/types.ts";
import { CommandError, fleetArgs, jsonArg, note, print, printJson, targetArg } from "./cli.ts";
import { type EngineContext, engineContext, openStack, openWorkspace, settle } from "./engine.ts";
import { loadFleetOrFail } from "./fleet.ts";
import { refreshInventory } from "./inventory.ts";
import { inOrder, type StackRun } from "./order.ts";
import { requireFreePorts, requireLabMachine } from "./machine.ts";

export interface UpResult {
  readonly stacks: readonly {
    readonly name: string;
    readonly created: number;
    readonly updated: number;
    readonly deleted: number;
    readonly same: number;
    readonly seconds: number;
  }[];
  readonly changed: number;
  readonly seconds: number;
}

export default defineCommand({
  meta: { name: "up", description: "build or mend all slices of a target, in order, side by side where they may" },
  args: { ...fleetArgs, ...targetArg, ...jsonArg },
  async run({ args }) {
    const result = await up(args.fleet, args.stage, args.target);
    if (args.json) printJson(result);
    else
      print(
        `${result.stacks.length} stacks up in ${result.seconds.toFixed(1)} s, ${result.changed === 0 ? "no changes" : `${result.changed} changes`}`,
      );
  },
});

/** Brings a target to its plan. Throws CommandError with the engine's own words. */
export async function up(fleetFile: string, stage: string | undefined, target: Target): Promise<UpResult> {
  if (target !== "lab") throw new CommandError(`target ${target} has no components yet; use --target lab`, 2);
  const began = performance.now();
  const plan = planFleet(loadFleetOrFail(fleetFile), stage);
  const context = engineContext(fleetFile, stage);
  requireLabMachine(context.lab);
  await requireFreePorts(context.lab);
  const workspace = await openWorkspace(context);
  const slices = plan.slices.filter((slice) => slice.target === target);
  const stale = (await workspace.listStacks())
    .map((each) => each.name)
    .filter((name) => name.startsWith(`${target}-`) && !slices.some((slice) => slice.stack === name));
  for (const name of stale) {
    note(`${name}: no longer in the plan, taken down`);
    const stack = await openStack(workspace, name);
    await settle(context, stack);
    await stack.destroy({ onOutput: () => undefined });
    await stack.workspace.removeStack(name);
  }
  const stacks: UpResult["stacks"][number][] = [];
  const outputs = new Map<string, OutputMap>();
  await inOrder(
    slices.map((slice): StackRun => ({ name: slice.stack, after: slice.after })),
    async (name) => {
      // The watch's daemons start from the inventory; they follow it afterwards.
      if (name === `${target}-watch`) await refreshInventory(workspace, context.lab, target, outputs);
      const result = await upStack(context, workspace, name);
      outputs.set(name, result.outputs);
      stacks.push(result.report);
    },
  );
  await refreshInventory(workspace, context.lab, target, outputs);
  const changed = stacks.reduce((sum, each) => sum + each.created + each.updated + each.deleted, 0);
  return { stacks, changed, seconds: (performance.now() - began) / 1000 };
}

interface Upped {
  readonly report: UpResult["stacks"][number];
  readonly outputs: OutputMap;
}

type Workspace = Awaited<ReturnType<typeof openWorkspace>>;

async function upStack(context: EngineContext, workspace: Workspace, name: string): Promise<Upped> {
  const began = performance.now();
  const stack = await openStack(workspace, name);
  await settle(context, stack);
  try {
    const { summary, outputs } = await stack.up({ suppressProgress: true, color: "never" });
    const changes = (summary.resourceChanges ?? {}) as Record<string, number>;
    const seconds = (performance.now() - began) / 1000;
    const replaced = changes["replace"] ?? 0;
    const report = {
      name,
      created: (changes["create"] ?? 0) + replaced,
      updated: changes["update"] ?? 0,
      deleted: changes["delete"] ?? 0,
      same: changes["same"] ?? 0,
      seconds,
    };
    note(`${name}: ${describe(report)} in ${seconds.toFixed(1)} s`);
    return { report, outputs };
  } catch (error) {
    throw new CommandError(`${name} did not come up:\n${engineWords(error)}`, 1, { cause: error });
  }
}

function describe(result: { created: number; updated: number; deleted: number; same: number }): string {
  const parts = [
    [result.created, "made"],
    [result.updated, "mended"],
    [result.deleted, "removed"],
    [result.same, "as they were"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** The engine's own diagnostics; all that it said where it gave none. */
function engineWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const diagnostics = /\nDiagnostics:\n([^]*?)\n(?:Outputs|Resources|Policies):/.exec(text)?.[1];
  return (diagnostics ?? text).trimEnd();
}

export function planOf(fleetFile: string, stage: string | undefined): Plan {
  return planFleet(loadFleetOrFail(fleetFile), stage);
}
