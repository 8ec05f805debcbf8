import { desksThatBreak } from "../demand.ts";
import { numbered } from "../hosts.ts";
import { limits } from "../limits.ts";
import type { PoolPlan, ProofRow } from "../types.ts";
import { type ProofInput, proofRow } from "./row.ts";

/** The cloud's limits on host pools, subscriptions and names; none where no pool is in the cloud. */
export function azureRows(input: ProofInput): readonly ProofRow[] {
  const pools = input.plan.bodies.flatMap((body) => body.pools).filter((pool) => pool.kind !== "physical");
  const [first, ...rest] = pools;
  if (first === undefined) return [];
  const largest = rest.reduce((most, pool) => (pool.hosts > most.hosts ? pool : most), first);
  return [
    proofRow({
      group: "Azure",
      what: `session hosts in the largest host pool, ${largest.id}`,
      demand: largest.hosts,
      limit: limits.hostsPerHostPool.value,
      unit: "hosts",
      source: limits.hostsPerHostPool.source,
    }),
    ...subscriptionRows(input),
    ...nameRows(pools),
  ];
}

function subscriptionRows({ fleet, stage, demand }: ProofInput): ProofRow[] {
  const subscriptions = fleet.azure?.subscriptions.length ?? 1;
  const over = subscriptions === 1 ? "one subscription" : `${subscriptions} subscriptions`;
  const all = subscriptions * limits.vmsPerSubscription.value;
  const autoscaled = subscriptions * limits.autoscaledVmsPerSubscription.value;
  return [
    proofRow({
      group: "Azure",
      what: `VMs over ${over}`,
      demand: demand.vms,
      limit: all,
      unit: "VMs",
      source: limits.vmsPerSubscription.source,
      breaksAtDesks: desksThatBreak(fleet, stage, (each) => each.vms, all),
    }),
    proofRow({
      group: "Azure",
      what: `autoscaled VMs over ${over}`,
      demand: demand.autoscaledVms,
      limit: autoscaled,
      unit: "VMs",
      source: limits.autoscaledVmsPerSubscription.source,
      breaksAtDesks: desksThatBreak(fleet, stage, (each) => each.autoscaledVms, autoscaled),
    }),
  ];
}

function nameRows(pools: readonly PoolPlan[]): ProofRow[] {
  const prefix = longest(pools.map((pool) => pool.hostPrefix));
  const computer = longest(pools.map((pool) => numbered(pool.hostPrefix, Math.max(1, pool.hosts))));
  return [
    proofRow({
      group: "Azure",
      what: `longest host name prefix, "${prefix}"`,
      demand: prefix.length,
      limit: limits.hostPrefixLength.value,
      unit: "characters",
      source: limits.hostPrefixLength.source,
    }),
    proofRow({
      group: "Azure",
      what: `longest computer name, "${computer}"`,
      demand: computer.length,
      limit: limits.computerNameLength.value,
      unit: "characters",
      source: limits.computerNameLength.source,
    }),
  ];
}

function longest(names: readonly string[]): string {
  return names.reduce((most, name) => (name.length > most.length ? name : most), "");
}
