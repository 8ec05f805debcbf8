import { createInterface } from "node:readline/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { ArgsDef } from "citty";
import type { Cloud } from "../../src/azure/cloud.ts";
import { ArmError } from "../../src/azure/error.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { Plan } from "../../src/plan/types.ts";
import { CommandError, note } from "../cli.ts";
import { type EngineContext, openStack, openWorkspace } from "../engine.ts";
import { loadTenancyOrFail } from "../fleet.ts";
import { inOrder } from "../order.ts";
import { readState, writeState } from "../state.ts";
import { azureClient } from "./access.ts";
import { type Patience, settleAzure, takeDown } from "./bring.ts";
import { drainHosts } from "./drain.ts";
import { hostPoolId } from "./leaving.ts";

export const azureDownArgs = {
  confirm: { type: "string", valueHint: "FLEET", description: "azure: the fleet's name, where nobody can be asked" },
} as const satisfies ArgsDef;

export interface AzureDownOptions {
  readonly confirm: string | undefined;
  readonly acceptLoss: boolean;
  readonly drainMinutes: number;
  readonly atOnce: number;
  readonly tries: number;
  readonly retrySeconds: number;
  readonly cloud: Cloud;
}

/**
 * Destroys the stacks in Azure: the watch, then hosts, then bodies, the hub last. Throws CommandError, with nothing
 * changed, where it is not confirmed or while people have sessions.
 */
export async function downAzure(
  context: EngineContext,
  fleet: Fleet,
  plan: Plan,
  options: AzureDownOptions,
  stop: AbortSignal,
): Promise<void> {
  const workspace = await openWorkspace(context);
  const names = (await workspace.listStacks()).map((each) => each.name).filter((name) => name.startsWith("azure-"));
  if (names.length === 0) return;
  await confirm(plan, names, options);
  if (!options.acceptLoss) await refuseWithSessions(context, fleet, plan, options, stop);
  const patience: Patience = { tries: options.tries, waitSeconds: options.retrySeconds, stop };
  await inOrder(
    names.map((name) => ({ name, after: takenDownBefore(name, names) })),
    async (name) => {
      const stack = await openStack(workspace, name);
      await settleAzure(context, stack, patience);
      await unprotect(stack);
      await takeDown(stack, patience);
      note(`${name}: removed`);
    },
    options.atOnce,
    stop,
  );
}

/** What must be gone before a stack goes: the watch before all; a body's hosts before the body; all before the hub. */
export function takenDownBefore(name: string, all: readonly string[]): readonly string[] {
  if (name === "azure-watch") return [];
  const others = all.filter((other) => other !== name);
  return name === "azure-hub"
    ? others
    : others.filter((other) => other === "azure-watch" || other.startsWith(`${name}-`));
}

async function confirm(plan: Plan, names: readonly string[], { confirm: given }: AzureDownOptions): Promise<void> {
  const what = `fleet ${plan.fleet} in Azure: ${names.length} stacks, every desk with what is stored on it, the gateway`;
  if (given === undefined && process.stdin.isTTY) {
    const asked = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await asked.question(`This destroys ${what}.\nType the fleet's name to go on: `);
      if (answer.trim() === plan.fleet) return;
    } finally {
      asked.close();
    }
    throw new CommandError("nothing was changed");
  }
  if (given === plan.fleet) return;
  throw new CommandError(`this destroys ${what}; say --confirm ${plan.fleet}`, 2);
}

async function refuseWithSessions(
  context: EngineContext,
  fleet: Fleet,
  plan: Plan,
  { drainMinutes, cloud }: AzureDownOptions,
  stop: AbortSignal,
): Promise<void> {
  const tenancy = loadTenancyOrFail(context.fleetFile, fleet);
  const pools = plan.bodies.flatMap((body) => body.pools).filter((pool) => pool.vm !== undefined && pool.hosts > 0);
  const leaving = { pools: pools.map((pool) => hostPoolId(plan, tenancy, pool)), machines: undefined };
  const signal = AbortSignal.any([stop, AbortSignal.timeout((drainMinutes + 5) * 60_000)]);
  try {
    await drainHosts(azureClient(cloud), leaving, { minutes: drainMinutes, pollSeconds: 30 }, signal);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    throw new CommandError(
      `whether anybody has a session is not known: ${error.message}; --accept-loss goes on without knowing`,
      1,
      { cause: error },
    );
  }
}

/** Gateways are protected against every hand but this one, which was asked twice. */
async function unprotect(stack: Stack): Promise<void> {
  const saved = await readState(stack);
  const resources = saved.deployment?.resources ?? [];
  if (!resources.some((resource) => resource.protect === true)) return;
  const unprotected = resources.map(({ protect: _protect, ...rest }) => rest);
  await writeState(stack, { ...saved, deployment: { ...saved.deployment, resources: unprotected } });
}
