import type { ArmClient } from "../../src/azure/client.ts";
import { ArmError } from "../../src/azure/error.ts";
import { removeSessionHost } from "../../src/azure/remove-session-host.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { cloudNames } from "../../src/plan/cloud-names.ts";
import type { Plan, PoolPlan } from "../../src/plan/types.ts";
import { resourceId } from "../../stacks/azure/ids.ts";
import { CommandError, note } from "../cli.ts";
import { drainHosts, type DrainOptions, leavingHosts } from "./drain.ts";
import type { EngineStep } from "../../src/plan/impact.ts";

const machine = "azure-native:compute:VirtualMachine";
/** Operations after which a machine is no longer what it was. */
const ends = new Set(["delete", "delete-replaced", "replace", "create-replacement"]);

/** Names of the machines that an update takes away or makes anew. */
export function leavingMachines(steps: readonly EngineStep[]): readonly string[] {
  return [...new Set(steps.filter((step) => step.type === machine && ends.has(step.op)).map((step) => step.name))];
}

export interface Estate {
  readonly plan: Plan;
  readonly tenancy: Tenancy;
  readonly arm: ArmClient;
}

/**
 * Waits until nobody is on the machines that an update of a pool's hosts takes away, and takes them out of the pool: a
 * machine that is made anew under its name registers again. Throws CommandError where somebody stays, or where Azure
 * does not tell.
 */
export async function releaseMachines(
  { plan, tenancy, arm }: Estate,
  pool: PoolPlan,
  machines: readonly string[],
  options: DrainOptions & { readonly acceptLoss: boolean },
  stop: AbortSignal,
): Promise<void> {
  if (machines.length === 0) return;
  const leaving = { pools: [hostPoolId(plan, tenancy, pool)], machines };
  const signal = AbortSignal.any([stop, AbortSignal.timeout((options.minutes + 15) * 60_000)]);
  try {
    const hosts = options.acceptLoss
      ? await leavingHosts(arm, leaving, signal)
      : await drainHosts(arm, leaving, options, signal);
    for (const host of hosts) await removeSessionHost(arm, host.id, options.acceptLoss, signal);
  } catch (error) {
    if (!(error instanceof ArmError)) throw error;
    const hosts = machines.length === 1 ? "the host" : `the ${machines.length} hosts`;
    const go = machines.length === 1 ? "goes" : "go";
    const unknown = `whether anybody has a session on ${hosts} of ${pool.id} that ${go} is not known`;
    if (!options.acceptLoss) {
      throw new CommandError(`${unknown}: ${error.message}; --accept-loss goes on without knowing`, 1, {
        cause: error,
      });
    }
    note(`${unknown}, nor are they taken out of their host pool: ${error.message}`);
  }
}

export function hostPoolId(plan: Plan, tenancy: Tenancy, pool: PoolPlan): string {
  const names = cloudNames(plan.fleet);
  const body = plan.bodies.find((each) => each.id === pool.body);
  const subscription = tenancy.subscriptions[body?.subscription ?? ""] ?? "";
  return resourceId(
    subscription,
    names.bodyGroup({ id: pool.body }),
    "Microsoft.DesktopVirtualization/hostPools",
    names.hostPool(pool),
  );
}
