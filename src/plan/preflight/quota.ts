import { gatewayAddresses } from "../azure-resources.ts";
import { profileShare, rollBatch, virtualWan, watchVm } from "../limits.ts";
import { addressesOut, cloudHosts } from "../nat.ts";
import type { CloudPlan, Plan, PoolPlan, VmSize } from "../types.ts";
import type { SubscriptionNeed, VcpuNeed } from "./types.ts";

/** The watch's machines: one in the hub, one outside. */
export const watchMachines = 2;

interface Machines {
  readonly subscription: string;
  readonly vm: VmSize;
  readonly count: number;
  readonly spare: number;
}

/** The hosts of desks, by where they live. */
export function deskMachines(plan: Plan, cloud: CloudPlan): readonly Machines[] {
  return plan.bodies.flatMap((body) =>
    body.pools.flatMap((pool): Machines[] => {
      if (pool.vm === undefined || pool.hosts === 0) return [];
      const subscription = body.subscription ?? cloud.hub.subscription;
      return [{ subscription, vm: pool.vm, count: pool.hosts, spare: batchOf(pool) }];
    }),
  );
}

/** Everything that runs. */
function machinesOf(plan: Plan, cloud: CloudPlan): readonly Machines[] {
  return [
    ...deskMachines(plan, cloud),
    { subscription: cloud.hub.subscription, vm: watchVm, count: watchMachines, spare: 0 },
  ];
}

/** Hosts of a pool that are made anew at once: a batch of a pooled pool; of a personal one, a desk at a time. */
function batchOf(pool: PoolPlan): number {
  return pool.kind === "pooled" ? Math.max(1, Math.ceil(pool.hosts * rollBatch.part)) : 1;
}

/** By family, and of each subscription in all: both are quotas. */
export function vcpuNeeds(plan: Plan, cloud: CloudPlan): readonly VcpuNeed[] {
  const subscriptions = Map.groupBy(machinesOf(plan, cloud), ({ subscription }) => subscription);
  return [...subscriptions].flatMap(([subscription, machines]) => {
    const families = Map.groupBy(machines, ({ vm }) => vm.family);
    return [
      ...[...families].map(([family, own]) => vcpuNeed(subscription, family, own)),
      vcpuNeed(subscription, "cores (total of the region)", machines),
    ];
  });
}

function vcpuNeed(subscription: string, family: string, machines: readonly Machines[]): VcpuNeed {
  return {
    subscription,
    family,
    vms: machines.reduce((sum, { count }) => sum + count, 0),
    vcpus: machines.reduce((sum, { count, vm }) => sum + count * vm.vcpus, 0),
    spare: machines.reduce((sum, { spare, vm }) => sum + spare * vm.vcpus, 0),
  };
}

export function subscriptionNeeds(plan: Plan, cloud: CloudPlan): readonly SubscriptionNeed[] {
  const machines = machinesOf(plan, cloud);
  return cloud.subscriptions.map((subscription) => {
    const bodies = plan.bodies.filter((body) => body.subscription === subscription && cloudHosts(body) > 0);
    const vms = machines.reduce((sum, each) => sum + (each.subscription === subscription ? each.count : 0), 0);
    const hub = subscription === cloud.hub.subscription ? hubAddresses(plan) : 0;
    return {
      subscription,
      vms,
      publicAddresses: hub + bodies.reduce((sum, body) => sum + addressesOut(cloudHosts(body)), 0),
      disks: vms,
      profilesGib: bodies.flatMap((body) => body.pools).reduce((sum, pool) => sum + shareGib(pool), 0),
    };
  });
}

/** Those of the gateway, of the hub's way out and of the watch's; a Virtual WAN brings its own. */
function hubAddresses(plan: Plan): number {
  const waysOut = 2;
  const wan = plan.gateways.some(({ sku }) => sku === virtualWan.name);
  return waysOut + (wan ? 0 : gatewayAddresses(plan.gateways));
}

/** What a pool's share of profiles is made with. */
export function shareGib(pool: PoolPlan): number {
  if (pool.kind !== "pooled") return 0;
  return Math.max(profileShare.smallestGib, pool.desks * profileShare.gibPerDesk);
}
