import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { ArmClient } from "../../src/azure/client.ts";
import { ArmError } from "../../src/azure/error.ts";
import { removeSessionHost } from "../../src/azure/remove-session-host.ts";
import type { EngineStep } from "../../src/plan/impact.ts";
import { CommandError, note } from "../cli.ts";
import { readState, type ResourceState, type StackState } from "../state.ts";
import { drainHosts, type DrainOptions, type Leaving, leavingHosts } from "./drain.ts";

/**
 * What registers in a host pool is no resource of a stack: Azure keeps a host there until it is taken out, also when its
 * machine is gone. It refuses to delete a host pool that has any (azure-native deletes without `force`, and offers no
 * such input: pulumi-azure-native provider.go, hostPool.d.ts 3.28.0), and another host under the same name.
 */

const types = {
  machine: "azure-native:compute:VirtualMachine",
  extension: "azure-native:compute:VirtualMachineExtension",
  hostPool: "azure-native:desktopvirtualization:HostPool",
} as const;
/** Operations after which a resource is no longer what it was. */
const ends = new Set(["delete", "delete-replaced", "replace", "create-replacement"]);

/** URNs of the machines and host pools that an update takes away or makes anew. */
export function endedBy(steps: readonly EngineStep[]): ReadonlySet<string> {
  const ours: readonly string[] = [types.machine, types.hostPool];
  return new Set(steps.filter(({ op, type }) => ends.has(op) && ours.includes(type)).map(({ urn }) => urn));
}

/**
 * Who leaves a host pool with the resources of a stack that end, or with all of them: told from its state, since the
 * plan may know the pool no more. A machine that has no agent yet has not registered.
 */
export function leavingOf({ resources = [] }: StackState, ended?: ReadonlySet<string>): readonly Leaving[] {
  const going = resources.filter(({ urn }) => ended?.has(urn) ?? true);
  const machines = new Map(
    going.filter(({ type }) => type === types.machine).map((machine) => [textIn(machine, "vmName"), machine]),
  );
  const byPool = new Map<string, string[]>();
  for (const agent of resources.filter(({ type }) => type === types.extension)) {
    const name = textIn(agent, "vmName");
    const pool = poolOf(agent, machines.get(name));
    if (pool !== undefined) byPool.set(pool, [...(byPool.get(pool) ?? []), name]);
  }
  const pools = going.flatMap(({ type, id }) => (type === types.hostPool && id !== undefined ? [id] : []));
  return [
    ...[...byPool].map(([pool, names]) => ({ pool, machines: [...new Set(names)] })),
    ...pools.map((pool) => ({ pool, machines: undefined })),
  ];
}

/** The host pool of the name that the agent was told; it stands beside the identity that the body gives its hosts. */
function poolOf(agent: ResourceState, machine: ResourceState | undefined): string | undefined {
  const name = textIn(agent, "settings", "properties", "hostPoolName");
  const group = textIn(machine, "identity", "userAssignedIdentities", "0").split("/providers/")[0];
  return name === "" || group === ""
    ? undefined
    : `${group}/providers/Microsoft.DesktopVirtualization/hostPools/${name}`;
}

function textIn(resource: ResourceState | undefined, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    resource?.inputs,
  );
  return typeof found === "string" ? found : "";
}

export interface ReleaseOptions extends DrainOptions {
  readonly acceptLoss: boolean;
}

/**
 * Waits until nobody is on the hosts that go with `ended`, or with the whole stack, and takes them out of their host
 * pools; being ended on the way, or run again, it does no harm. Throws CommandError where somebody stays, or where Azure
 * does not tell.
 */
export async function releaseHosts(
  arm: ArmClient,
  stack: Stack,
  options: ReleaseOptions,
  stop: AbortSignal,
  ended?: ReadonlySet<string>,
): Promise<void> {
  if (ended?.size === 0) return;
  const leaving = leavingOf((await readState(stack)).deployment ?? {}, ended);
  try {
    for (const host of await freeHosts(arm, leaving, options, stop)) {
      await removeSessionHost(arm, host.id, options.acceptLoss, stop);
    }
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const unknown = `${stack.name}: whether anybody has a session on hosts that go is not known`;
    const pools = leaving.filter(({ machines }) => machines === undefined).map(({ pool }) => pool.split("/").at(-1));
    if (pools.length > 0) {
      const hosts = `nor can its hosts be taken out of ${pools.join(", ")}, which Azure else does not delete`;
      throw new CommandError(`${unknown}, ${hosts}: ${error.message}`, 1, { cause: error });
    }
    if (!options.acceptLoss) {
      const go = "--accept-loss goes on without knowing";
      throw new CommandError(`${unknown}: ${error.message}; ${go}`, 1, { cause: error });
    }
    note(`${unknown}, nor are they taken out of their host pool: ${error.message}`);
  }
}

/** The hosts, once nobody is on them or nobody cares. */
export function freeHosts(
  arm: ArmClient,
  leaving: readonly Leaving[],
  options: ReleaseOptions,
  stop: AbortSignal,
): ReturnType<typeof leavingHosts> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout((options.minutes + 15) * 60_000)]);
  return options.acceptLoss ? leavingHosts(arm, leaving, signal) : drainHosts(arm, leaving, options, signal);
}
