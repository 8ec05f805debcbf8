import { desksThatBreak } from "../demand.ts";
import { collecting, limits, natGateway, profileShare, readBudget, sizing } from "../limits.ts";
import { addressesOut, cloudHosts } from "../nat.ts";
import type { BodyPlan, PoolPlan, ProofRow } from "../types.ts";
import { nameRows } from "./names.ts";
import { type ProofInput, proofRow, type RowInput, subscriptionName } from "./row.ts";

/** The cloud's limits on desks, subscriptions and names; none where no pool is in the cloud. */
export function azureRows(input: ProofInput): readonly ProofRow[] {
  const pools = input.plan.bodies.flatMap((body) => body.pools).filter((pool) => pool.kind !== "physical");
  const [first, ...rest] = pools;
  if (first === undefined) return [];
  const largest = rest.reduce((most, pool) => (pool.hosts > most.hosts ? pool : most), first);
  return [
    limited("hostsPerHostPool", {
      what: `session hosts in the largest host pool, ${largest.id}`,
      demand: largest.hosts,
      unit: "hosts",
    }),
    ...subscriptionRows(input),
    ...readRows(input),
    ...tenantRows(input.plan.bodies, pools),
    ...sessionRows(pools),
    ...profileRows(pools),
    ...outRows(input.plan.bodies),
    limited("instancesPerResourceGroup", {
      what: "lines in the hub's resource group",
      demand: input.plan.bodies.flatMap((body) => body.sites).reduce((sum, site) => sum + site.links.length, 0),
      unit: "lines",
    }),
    ...nameRows(input.plan, pools),
  ];
}

/** A row held against one of the limits. */
function limited(limit: keyof typeof limits, row: Omit<RowInput, "group" | "limit" | "source">): ProofRow {
  const { value, source } = limits[limit];
  return proofRow({ ...row, group: "Azure", limit: value, source });
}

/** VMs of each subscription: a body's all live in one. */
function subscriptionRows({ fleet, stage, demand }: ProofInput): ProofRow[] {
  const { value } = limits.vmsPerSubscription;
  return [...demand.subscriptions].map(([name, vms]) =>
    limited("vmsPerSubscription", {
      what: `VMs in ${subscriptionName(name)}`,
      demand: vms,
      unit: "VMs",
      breaksAtDesks: desksThatBreak(fleet, stage, ({ subscriptions }) => subscriptions.get(name) ?? 0, value),
    }),
  );
}

/** What the watch reads to tell of hosts, sessions and quotas: one list a pool, and one a subscription. */
function readRows({ plan, demand }: ProofInput): ProofRow[] {
  return [...demand.subscriptions.keys()].map((name) =>
    proofRow({
      group: "Azure",
      what: `reads a minute by the watch in ${subscriptionName(name)}`,
      demand: readsPerMinute(
        plan.bodies
          .filter((body) => (body.subscription ?? "") === name)
          .flatMap((body) => body.pools.flatMap(({ kind, hosts }) => (kind === "physical" ? [] : [hosts]))),
      ),
      limit: readBudget.perSecond * 60,
      unit: "reads",
      source: readBudget.source,
    }),
  );
}

/** Of pools with so many hosts each, which stand in one subscription and region. */
export function readsPerMinute(pools: readonly number[]): number {
  const { poolsSeconds, quotaSeconds, hostsPerPage } = collecting;
  const pages = pools.reduce((sum, hosts) => sum + Math.max(1, Math.ceil(hosts / hostsPerPage)), 0);
  return Math.ceil((pages * 60) / poolsSeconds + 60 / quotaSeconds);
}

/** One workspace a body, one host pool, application group and scaling plan a pool. */
function tenantRows(bodies: readonly BodyPlan[], pools: readonly PoolPlan[]): ProofRow[] {
  const workspaces = bodies.map((body) => ({
    id: body.id,
    pools: body.pools.filter((pool) => pool.kind !== "physical").length,
  }));
  const clouded = workspaces.filter((workspace) => workspace.pools > 0);
  const fullest = clouded.reduce((most, workspace) => (workspace.pools > most.pools ? workspace : most));
  return [
    limited("applicationGroupsPerTenant", {
      what: "application groups in the tenant",
      demand: pools.length,
      unit: "groups",
    }),
    limited("workspacesPerTenant", { what: "workspaces in the tenant", demand: clouded.length, unit: "workspaces" }),
    limited("poolsPerWorkspace", {
      what: `host pools in the fullest workspace, ${fullest.id}`,
      demand: fullest.pools,
      unit: "pools",
    }),
  ];
}

/** People at once on one multi-session host: what its pool's session limit is set to. */
function sessionRows(pools: readonly PoolPlan[]): ProofRow[] {
  return pools
    .filter((pool) => pool.kind === "pooled" && pool.hosts > 0)
    .map((pool) =>
      proofRow({
        group: "Azure",
        what: `people at once on one host of ${pool.id}`,
        demand: Math.ceil(Number((Math.min(pool.desks, pool.desksPerHost) * pool.concurrency).toFixed(6))),
        limit: sizing.vcpusPerHost * sizing.usersPerVcpu[pool.class ?? "power"],
        unit: "people",
        source: sizing.source,
      }),
    );
}

/** People of a pooled pool have their profiles in one share. */
function profileRows(pools: readonly PoolPlan[]): ProofRow[] {
  return pools
    .filter((pool) => pool.kind === "pooled")
    .map((pool) =>
      proofRow({
        group: "Azure",
        what: `profiles of ${pool.id}, ${profileShare.gibPerDesk} GiB a desk`,
        demand: pool.desks * profileShare.gibPerDesk,
        limit: profileShare.largestGib,
        unit: "GiB",
        source: "Azure Files: scale targets of a premium share (read in 2026)",
      }),
    );
}

/** Public addresses by which the hosts of a body go out. */
function outRows(bodies: readonly BodyPlan[]): ProofRow[] {
  return bodies
    .filter((body) => cloudHosts(body) > 0)
    .map((body) =>
      proofRow({
        group: "Azure",
        what: `public addresses by which the hosts of ${body.id} go out`,
        demand: addressesOut(cloudHosts(body)),
        limit: natGateway.addresses,
        unit: "addresses",
        source: "Azure NAT Gateway: addresses of one gateway (read in 2026)",
      }),
    );
}
