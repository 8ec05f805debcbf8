import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { defineCommand } from "citty";
import { plan as planFleet } from "../src/plan/plan.ts";
import type { Plan, Target } from "../src/plan/types.ts";
import { azureUpArgs, type AzureUpOptions, azureUpOptions } from "./azure/options.ts";
import { azureWork } from "./azure/work.ts";
import { fleetArgs, jsonArg, note, print, printJson, targetArg } from "./cli.ts";
import { type EngineContext, engineContext, makeStack, openStack, openWorkspace, settle, unlock } from "./engine.ts";
import { loadFleetOrFail } from "./fleet.ts";
import { refreshInventory } from "./inventory.ts";
import { requireFreePorts, requireLabMachine } from "./machine.ts";
import { inOrder, type StackRun, takenDownBefore } from "./order.ts";
import { describeReport, removeStack, type StackReport, upStack } from "./stack-up.ts";
import type { Outputs } from "./state.ts";
import { stoppable } from "./stop.ts";
import type { StackOfSlice, TargetWork } from "./target.ts";

export interface UpResult {
  readonly stacks: readonly StackReport[];
  readonly changed: number;
  readonly seconds: number;
  /** Nothing was done: only the preview was asked for. */
  readonly previewed: boolean;
}

export default defineCommand({
  meta: { name: "up", description: "build or mend all slices of a target, in order, side by side where they may" },
  args: { ...fleetArgs, ...targetArg, ...azureUpArgs, ...jsonArg },
  async run({ args }) {
    const result = await up(args.fleet, args.stage, args.target, azureUpOptions(args));
    if (args.json) printJson(result);
    else if (!result.previewed)
      print(
        `${result.stacks.length} stacks up in ${result.seconds.toFixed(1)} s, ${result.changed === 0 ? "no changes" : `${result.changed} changes`}`,
      );
  },
});

/** Brings a target to its plan; Ctrl-C stops it in order. Throws CommandError with the engine's own words. */
export function up(
  fleetFile: string,
  stage: string | undefined,
  target: Target,
  options: AzureUpOptions = azureUpOptions({}),
): Promise<UpResult> {
  return stoppable((stop) => bringAll(fleetFile, stage, target, options, stop));
}

async function bringAll(
  fleetFile: string,
  stage: string | undefined,
  target: Target,
  options: AzureUpOptions,
  stop: AbortSignal,
): Promise<UpResult> {
  const began = performance.now();
  const fleet = loadFleetOrFail(fleetFile);
  const plan = planFleet(fleet, stage);
  const context = engineContext(fleetFile, stage);
  const work = target === "lab" ? await labWork(context) : azureWork(context, fleet, plan, options, stop);
  const workspace = await openWorkspace(context);
  const slices = plan.slices.filter((slice) => slice.target === target);
  const known = (await workspace.listStacks()).map((each) => each.name).filter((name) => name.startsWith(`${target}-`));
  const opened = new Map<string, StackOfSlice>();
  const open = async (name: string): Promise<StackOfSlice> => {
    const slice = slices.find((each) => each.stack === name);
    if (slice === undefined) throw new Error(`the plan has no stack ${name}`);
    const before = opened.get(name);
    if (before !== undefined) return before;
    unlock(context, name);
    const openOrMake = known.includes(name) ? openStack : makeStack;
    const each = { slice, stack: await openOrMake(workspace, name) };
    opened.set(name, each);
    return each;
  };
  const existing: StackOfSlice[] = [];
  for (const name of known) if (slices.some((slice) => slice.stack === name)) existing.push(await open(name));
  const stale = await Promise.all(
    known.filter((name) => !slices.some((slice) => slice.stack === name)).map((name) => openStack(workspace, name)),
  );
  if ((await work.review(existing, stale)) === "stop") {
    return { stacks: [], changed: 0, seconds: secondsSince(began), previewed: true };
  }
  await removeStale(stale, work, stop);
  const stacks: StackReport[] = [];
  const outputs = new Map<string, Outputs>();
  await inOrder(
    slices.map((slice): StackRun => ({ name: slice.stack, after: slice.after })),
    async (name) => {
      // The watch's daemons start from the inventory; they follow it afterwards.
      if (name === `${target}-watch`) await refreshInventory(workspace, context.lab, target, outputs);
      const { stack, slice } = await open(name);
      const result = await work.bring(stack, slice);
      note(`${name}: ${describeReport(result.report)} in ${result.report.seconds.toFixed(1)} s`);
      outputs.set(name, result.outputs);
      stacks.push(result.report);
    },
    work.atOnce,
    stop,
  );
  stop.throwIfAborted();
  await work.tell(await refreshInventory(workspace, context.lab, target, outputs));
  const changed = stacks.reduce((sum, each) => sum + each.created + each.updated + each.deleted, 0);
  return { stacks, changed, seconds: secondsSince(began), previewed: false };
}

/** Takes away what is no longer planned: a body's hosts before what they stand on. */
async function removeStale(stale: readonly Stack[], work: TargetWork, stop: AbortSignal): Promise<void> {
  const byName = new Map(stale.map((stack) => [stack.name, stack]));
  const names = [...byName.keys()];
  await inOrder(
    names.map((name) => ({ name, after: takenDownBefore(name, names) })),
    async (name) => {
      const stack = byName.get(name);
      if (stack === undefined) return;
      note(`${name}: no longer in the plan, taken down`);
      await work.remove(stack);
    },
    work.atOnce,
    stop,
  );
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}

async function labWork(context: EngineContext): Promise<TargetWork> {
  requireLabMachine(context.lab);
  await requireFreePorts(context.lab);
  return {
    atOnce: Number.POSITIVE_INFINITY,
    review: () => Promise.resolve("go"),
    bring: async (stack) => {
      await settle(context, stack);
      return upStack(stack);
    },
    remove: async (stack) => {
      await settle(context, stack);
      await removeStack(stack);
    },
    // The daemons follow the inventory's file.
    tell: () => Promise.resolve(),
  };
}

export function planOf(fleetFile: string, stage: string | undefined): Plan {
  return planFleet(loadFleetOrFail(fleetFile), stage);
}
