import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Fleet } from "../../src/fleet/schema.ts";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import { type Impact, impactOf } from "../../src/plan/impact.ts";
import { freshText } from "../../src/plan/text/fresh.ts";
import { impactText } from "../../src/plan/text/impact.ts";
import { stepLines } from "../../src/plan/text/steps.ts";
import type { Plan } from "../../src/plan/types.ts";
import { agreed, CommandError, note } from "../cli.ts";
import { type EngineContext, programFolder } from "../engine.ts";
import { loadTenancyOrFail } from "../fleet.ts";
import { inOrder } from "../order.ts";
import { refreshStack, type Upped } from "../stack-up.ts";
import type { StackOfSlice, TargetWork } from "../target.ts";
import { azureClient, defaultToken } from "./access.ts";
import { bringUp, type Patience, patiently, settleAzure, takeDown } from "./bring.ts";
import { completeConfiguration, type Given, releaseSource } from "./configuration.ts";
import { writeImports } from "./import.ts";
import { endedBy, releaseHosts } from "./leaving.ts";
import { type AzureUpOptions, patienceOf, releaseOptions } from "./options.ts";
import { requireAzurePlugin } from "./plugin.ts";
import { type Preview, previewRemoval, previewStack } from "./steps.ts";
import { tellWatch, watchPlaces } from "./tell.ts";

/** How the target `azure` is brought up: reviewed first, then each stack with patience. */
export function azureWork(
  context: EngineContext,
  fleet: Fleet,
  plan: Plan,
  options: AzureUpOptions,
  stop: AbortSignal,
): TargetWork {
  requireAzurePlugin();
  if (options.imports.size > 0) {
    writeImports(context.fleetFile, fleet, options.imports);
    note(`${[...options.imports.keys()].join(", ")}: written under adopt: of ${tenancyPath(context.fleetFile)}`);
  }
  const tenancy = loadTenancyOrFail(context.fleetFile, fleet);
  const arm = azureClient(options.cloud);
  const given: Given = { plan, now: Date.now(), source: sourceOf(context, options) };
  const previews = new Map<string, Preview>();
  const patience = patienceOf(options, stop);
  const release = (stack: Stack, ended?: ReadonlySet<string>): Promise<void> =>
    releaseHosts(arm, stack, releaseOptions(options), stop, ended);
  return {
    atOnce: options.atOnce,
    async review(existing, stale) {
      refuseBrokenLimits(plan, options);
      tellAdvice(plan);
      const byName = new Map(existing.map((each) => [each.stack.name, each]));
      const review = async (name: string): Promise<void> => {
        const each = byName.get(name);
        if (each !== undefined) previews.set(name, await reviewed(context, given, each, options, patience));
      };
      await inOrder(
        [...byName.keys()].map((name) => ({ name, after: [] })),
        review,
        options.atOnce,
        stop,
      );
      for (const stack of stale) previews.set(stack.name, await previewRemoval(stack));
      const steps = [...previews.values()].flatMap((preview) => preview.steps);
      const impact = impactOf(steps, plan);
      if (previews.size > 0) note([impactText(impact), ...stepLines(steps)].join("\n"));
      const fresh = plan.slices.filter(({ stack, target }) => target === "azure" && !previews.has(stack));
      if (fresh.length > 0) note(freshText(fresh));
      if (options.preview) return "stop";
      refuseLoss(impact, options);
      await confirm(plan, previews.size > 0, options);
      return "go";
    },
    async bring(stack, slice) {
      const preview = previews.get(stack.name);
      if (preview?.unchanged === true) return asItIs(stack.name, preview);
      if (preview === undefined) {
        await settleAzure(context, stack, patience);
        await completeConfiguration(stack, slice, given);
      }
      await release(stack, endedBy(preview?.steps ?? []));
      return bringUp(context, stack, patience);
    },
    async remove(stack) {
      await settleAzure(context, stack, patience);
      await release(stack);
      await takeDown(stack, patience);
    },
    async tell(inventory) {
      if (!options.publish) return;
      try {
        note(await tellWatch(inventory, await watchPlaces(context, plan, tenancy), defaultToken()));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new CommandError(
          `all is up, but the watch was not told of it: ${why}\nthen run: npx deskbridge publish`,
          1,
          { cause: error },
        );
      }
    },
  };
}

/** A preview makes nothing, so it needs no release for the watch's machines either. */
function sourceOf(context: EngineContext, { preview, source }: AzureUpOptions): string | undefined {
  return preview ? source : releaseSource(programFolder(context.lab), source);
}

async function reviewed(
  context: EngineContext,
  given: Given,
  { stack, slice }: StackOfSlice,
  { refresh }: AzureUpOptions,
  patience: Patience,
): Promise<Preview> {
  await settleAzure(context, stack, patience);
  await completeConfiguration(stack, slice, given);
  if (refresh) await patiently(stack.name, patience, () => refreshStack(stack));
  return patiently(stack.name, patience, () => previewStack(stack));
}

function asItIs(name: string, { same, outputs }: Preview): Upped {
  return { report: { name, created: 0, updated: 0, deleted: 0, same, seconds: 0 }, outputs };
}

function refuseBrokenLimits(plan: Plan, { acceptLoss }: AzureUpOptions): void {
  const broken = plan.proof.filter((row) => !row.holds);
  if (broken.length === 0 || acceptLoss) return;
  const rows = broken.map((row) => `  ${row.what}: ${row.demand} of ${row.limit} ${row.unit}`);
  throw new CommandError(
    `the plan does not hold, so nothing was changed:\n${rows.join("\n")}\nsee npx deskbridge plan; --accept-loss goes on`,
  );
}

function tellAdvice(plan: Plan): void {
  for (const { what, demand, recommended, remedy, followed } of plan.advice)
    if (!followed) note(`${what}: ${demand}, where about ${recommended} are recommended: ${remedy}`);
}

function refuseLoss(impact: Impact, { acceptLoss }: AzureUpOptions): void {
  if (impact.refused.length === 0 || acceptLoss) return;
  const lines = impact.refused.map((change) => `  ${change.text}`);
  throw new CommandError(`nothing was changed:\n${lines.join("\n")}\n--accept-loss goes on`);
}

async function confirm(plan: Plan, exists: boolean, { yes }: AzureUpOptions): Promise<void> {
  if (yes) return;
  const what = exists ? "Change" : "Build";
  await agreed(`${what} fleet ${plan.fleet}, stage ${plan.stage}, in Azure?`);
}
