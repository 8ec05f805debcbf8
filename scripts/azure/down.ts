import { createInterface } from "node:readline/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { ArgsDef } from "citty";
import type { ArmClient } from "../../src/azure/client.ts";
import { ArmError } from "../../src/azure/error.ts";
import type { Plan } from "../../src/plan/types.ts";
import { CommandError, note } from "../cli.ts";
import { type EngineContext, openStack, openWorkspace } from "../engine.ts";
import { inOrder, takenDownBefore } from "../order.ts";
import { readState, writeState } from "../state.ts";
import { azureClient } from "./access.ts";
import { settleAzure, takeDown } from "./bring.ts";
import type { Leaving } from "./drain.ts";
import { freeHosts, leavingOf, releaseHosts } from "./leaving.ts";
import { type LossOptions, patienceOf, releaseOptions } from "./options.ts";

export const azureDownArgs = {
  confirm: { type: "string", valueHint: "FLEET", description: "azure: the fleet's name, where nobody can be asked" },
} as const satisfies ArgsDef;

export interface AzureDownOptions extends LossOptions {
  readonly confirm: string | undefined;
}

/**
 * Destroys the stacks in Azure: the watch, then hosts, then bodies, the hub last. Throws CommandError, with nothing
 * changed, where it is not confirmed or while people have sessions.
 */
export async function downAzure(
  context: EngineContext,
  plan: Plan,
  options: AzureDownOptions,
  stop: AbortSignal,
): Promise<void> {
  const workspace = await openWorkspace(context);
  const names = (await workspace.listStacks()).map((each) => each.name).filter((name) => name.startsWith("azure-"));
  if (names.length === 0) return;
  await confirm(plan, names, options);
  const patience = patienceOf(options, stop);
  const arm = azureClient(options.cloud);
  const stacks = new Map<string, Stack>();
  for (const name of names) stacks.set(name, await openStack(workspace, name));
  await refuseWithSessions(arm, [...stacks.values()], options, stop);
  const remove = async (name: string): Promise<void> => {
    const stack = stacks.get(name);
    if (stack === undefined) return;
    await settleAzure(context, stack, patience);
    await releaseHosts(arm, stack, releaseOptions(options), stop);
    await unprotect(stack);
    await takeDown(stack, patience);
    note(`${name}: removed`);
  };
  const runs = names.map((name) => ({ name, after: takenDownBefore(name, names) }));
  await inOrder(runs, remove, options.atOnce, stop);
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

/**
 * Before anything goes, all host pools that the stacks hold are asked: whoever has a session keeps all of it. With
 * `acceptLoss` too, since hosts that cannot be taken out of their pools would stop it half-way.
 */
async function refuseWithSessions(
  arm: ArmClient,
  stacks: readonly Stack[],
  options: AzureDownOptions,
  stop: AbortSignal,
): Promise<void> {
  const leaving: Leaving[] = [];
  for (const stack of stacks) {
    const own = leavingOf((await readState(stack)).deployment ?? {});
    leaving.push(...own.filter(({ machines }) => machines === undefined));
  }
  try {
    await freeHosts(arm, leaving, releaseOptions(options), stop);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    throw new CommandError(
      "nothing was changed: whether anybody has a session is not known, nor can hosts be taken out of their host " +
        `pools, which Azure else does not delete: ${error.message}`,
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
