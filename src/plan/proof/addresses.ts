import { hostsPerNetwork } from "../desk-network.ts";
import { parseRange, sizeOf } from "../addresses.ts";
import { endpointAddresses, limits, reservedAsns, subnetReserved } from "../limits.ts";
import type { BodyPlan, PoolPlan, ProofRow } from "../types.ts";
import { type Draft, type ProofInput, proofRow } from "./row.ts";

/** Addresses: people's (one instance alone bears everybody, N−1), each pool's room, and the cloud's networks. */
export function addressRows({ plan }: ProofInput): readonly ProofRow[] {
  const clients = plan.gateways
    .flatMap((gateway) => gateway.instances)
    .map((instance) =>
      proofRow({
        group: "addresses",
        what: `everybody on ${instance.id} alone (N−1)`,
        demand: instance.sessionsLimit,
        limit: sizeOf(parseRange(instance.clients)) - 3,
        unit: "addresses",
        source: "network.clients, an equal part an instance, less network, gateway and broadcast",
      }),
    );
  const rooms = plan.bodies
    .flatMap((body) => body.pools)
    .map((pool) =>
      proofRow({
        group: "addresses",
        what: `room of ${pool.id}`,
        demand: pool.hosts,
        limit: pool.roomForHosts,
        unit: "hosts",
        source: `network.desks, free up to the next pool, ${hostsPerNetwork} hosts a /24`,
      }),
    );
  return [...clients, ...rooms, ...cloudRows(plan.bodies), ...hubRows(plan), ...endpointRows(plan), asnRow(plan)];
}

function cloudRows(bodies: readonly BodyPlan[]): ProofRow[] {
  const hosts = bodies.map((body) =>
    body.pools.reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.hosts), 0),
  );
  const most = Math.max(...hosts);
  if (most === 0) return [];
  return [
    proofRow({
      group: "addresses",
      what: `addresses in the largest network, ${bodies[hosts.indexOf(most)]?.id}`,
      demand: most,
      limit: limits.addressesPerNetwork.value,
      unit: "addresses",
      source: limits.addressesPerNetwork.source,
    }),
    proofRow({
      group: "addresses",
      what: "addresses in the peered networks",
      demand: hosts.reduce((sum, count) => sum + count, 0),
      limit: limits.addressesPerPeeredGroup.value,
      unit: "addresses",
      source: limits.addressesPerPeeredGroup.source,
    }),
  ];
}

/** The gateway's own subnet, and the hub's peerings. */
function hubRows(plan: Draft): ProofRow[] {
  if (plan.cloud === undefined) return [];
  const { gatewaySubnetLength, peeringsPerNetwork } = limits;
  const bodies = plan.bodies.filter((body) => cloudPools(body).length > 0).length;
  return [
    proofRow({
      group: "addresses",
      what: `addresses that GatewaySubnet must have, ${plan.cloud.hub.subnets.gateway}`,
      demand: sizeOf({ first: 0, prefix: gatewaySubnetLength.value }),
      limit: sizeOf(parseRange(plan.cloud.hub.subnets.gateway)),
      unit: "addresses",
      source: gatewaySubnetLength.source,
    }),
    proofRow({
      group: "addresses",
      what: "networks peered with the hub",
      demand: bodies,
      limit: peeringsPerNetwork.value,
      unit: "networks",
      source: peeringsPerNetwork.source,
    }),
  ];
}

/** Private endpoints of each body: of its workspace and host pools where the broker is private, of profiles always. */
function endpointRows(plan: Draft): ProofRow[] {
  return plan.bodies.flatMap((body) => {
    const pools = cloudPools(body);
    if (body.endpoints === undefined || pools.length === 0) return [];
    const { hostPool, workspace, share, source } = endpointAddresses;
    const broker = plan.access.way === "gateway" ? workspace + pools.length * hostPool : 0;
    return [
      proofRow({
        group: "addresses",
        what: `private endpoints of ${body.id}, ${body.endpoints}`,
        demand: broker + share * pools.filter((pool) => pool.kind === "pooled").length,
        limit: sizeOf(parseRange(body.endpoints)) - subnetReserved,
        unit: "addresses",
        source,
      }),
    ];
  });
}

function cloudPools(body: BodyPlan): readonly PoolPlan[] {
  return body.pools.filter((pool) => pool.kind !== "physical");
}

/** AS numbers of the gateways and the sites: none may be one that is reserved, or another's. */
function asnRow(plan: Draft): ProofRow {
  const asns = [
    ...plan.gateways.flatMap((gateway) => gateway.instances.map((instance) => instance.asn)),
    ...plan.bodies.flatMap((body) => body.sites.map((site) => site.asn)),
  ];
  const reserved = asns.filter((asn) => reservedAsns.ranges.some(([first, last]) => asn >= first && asn <= last));
  return proofRow({
    group: "addresses",
    what: "AS numbers of gateways and sites that are reserved, or used twice",
    demand: reserved.length + asns.length - new Set(asns).size,
    limit: 0,
    unit: "numbers",
    source: reservedAsns.source,
  });
}
