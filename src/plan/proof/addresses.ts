import { hostsPerNetwork } from "../desk-network.ts";
import { parseRange, sizeOf } from "../addresses.ts";
import { limits } from "../limits.ts";
import type { BodyPlan, ProofRow } from "../types.ts";
import { type ProofInput, proofRow } from "./row.ts";

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
  return [...clients, ...rooms, ...cloudRows(plan.bodies)];
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
