import { type CloudNames, cloudNames } from "../cloud-names.ts";
import { numbered } from "../hosts.ts";
import { limits, nameLengths } from "../limits.ts";
import type { BodyPlan, PoolPlan, ProofRow } from "../types.ts";
import { type Draft, proofRow } from "./row.ts";

/** Names of what the cloud is asked for: the longest of each kind. */
export function nameRows(plan: Draft, pools: readonly PoolPlan[]): readonly ProofRow[] {
  const prefix = longest(pools.map((pool) => pool.hostPrefix));
  const computer = longest(pools.map((pool) => numbered(pool.hostPrefix, Math.max(1, pool.hosts))));
  const { hostPrefixLength, computerNameLength } = limits;
  return [
    row("host name prefix", prefix, hostPrefixLength.value, hostPrefixLength.source),
    row("computer name", computer, computerNameLength.value, computerNameLength.source),
    ...(plan.cloud === undefined ? [] : resourceRows(plan, pools)),
  ];
}

function resourceRows(plan: Draft, pools: readonly PoolPlan[]): readonly ProofRow[] {
  const names = cloudNames(plan.fleet);
  const bodies = plan.bodies.filter((body) => body.pools.some((pool) => pool.kind !== "physical"));
  const last = (pool: PoolPlan) => Math.max(0, pool.networks.length - 1);
  const desktops = [...bodies.map((body) => names.workspace(body)), ...pools.flatMap((pool) => poolNames(names, pool))];
  const groups = [
    ...bodies.map((body) => names.bodyGroup(body)),
    ...pools.map((pool) => names.hostsGroup(pool, last(pool))),
  ];
  const behind = [...bodies.map((body) => names.workspace(body)), ...pools.map((pool) => names.hostPool(pool))];
  const endpoints = behind.map((name) => names.privateEndpoint(name));
  const parts = [
    ...bodies.flatMap((body) => partNames(names, body)),
    ...pools.map((pool) => names.hostsSubnet(pool, last(pool))),
    ...plan.gateways.map(({ id }) => names.vpnGateway(id)),
  ];
  const { source, ...most } = nameLengths;
  return [
    row("resource group", longest([names.hubGroup, names.watchGroup, ...groups]), most.resourceGroup, source),
    row("network", longest([names.hubNetwork, ...bodies.map((body) => names.bodyNetwork(body))]), most.network, source),
    row("part of a network", longest(parts), most.partOfNetwork, source),
    row("private endpoint", longest(endpoints), most.privateEndpoint, source),
    row("workspace, host pool or scaling plan", longest(desktops), most.desktopObject, source),
  ];
}

function poolNames(names: CloudNames, pool: PoolPlan): readonly string[] {
  return [names.hostPool(pool), names.applicationGroup(pool), names.scalingPlan(pool)];
}

function partNames(names: CloudNames, body: BodyPlan): readonly string[] {
  const gateway = names.natGateway(body);
  return [
    names.hostsSecurityGroup(body),
    names.endpointsSecurityGroup(body),
    gateway,
    names.natAddress(gateway, 0),
    names.peering(names.bodyNetwork(body)),
  ];
}

function row(what: string, name: string, limit: number, source: string): ProofRow {
  return proofRow({
    group: "Azure",
    what: `longest ${what}${what.endsWith("name") || what.endsWith("prefix") ? "" : "'s name"}, "${name}"`,
    demand: name.length,
    limit,
    unit: "characters",
    source,
  });
}

function longest(names: readonly string[]): string {
  return names.reduce((most, name) => (name.length > most.length ? name : most), "");
}
