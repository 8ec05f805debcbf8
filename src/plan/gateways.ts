import type { Fleet } from "../fleet/schema.ts";
import { formatRange, parseRange, type Range, sizeOf } from "./addresses.ts";
import type { Demand } from "./demand.ts";
import { PlanError } from "./error.ts";
import { type GatewaySku, gatewaySkus, virtualWan } from "./limits.ts";
import { instanceAsn } from "./sites.ts";
import type { GatewayChoice, GatewayColumn, GatewayPlan } from "./types.ts";

/** Which gateway carries a stage: the cheapest whose every column holds, else Virtual WAN. */
export function weighGateways(demand: Demand): readonly GatewayChoice[] {
  const weighed = gatewaySkus.map((sku) => ({ sku, columns: columnsOf(sku, demand) }));
  const picked = weighed.find(({ columns }) => columns.every(({ holds }) => holds));
  return weighed.map((choice) => ({
    sku: choice.sku.name,
    generation: choice.sku.generation,
    picked: choice === picked,
    columns: choice.columns,
  }));
}

function columnsOf(sku: GatewaySku, demand: Demand): readonly GatewayColumn[] {
  return [
    column("people at once", demand.people, sku.people),
    column("VMs", demand.vms, sku.vms),
    column("tunnels", demand.tunnels, sku.tunnels),
    column("Mb/s in all", demand.mbps, sku.mbps),
    column("Mb/s a tunnel", demand.fastestLink, sku.mbpsPerTunnel),
  ];
}

function column(what: GatewayColumn["what"], demand: number, limit: number): GatewayColumn {
  return { what, demand, limit, holds: demand <= limit };
}

/**
 * The gateways with their instances. One gateway `hub` with instances `hub-a`, `hub-b`, …; a Virtual WAN past one
 * hub's limits has more: `hub2` with `hub2-a`, … Each instance gets the next equal part of the clients' range, at
 * most a /16.
 */
export function planGateways(fleet: Fleet, demand: Demand, choices: readonly GatewayChoice[]): readonly GatewayPlan[] {
  const sku = choices.find((choice) => choice.picked)?.sku ?? virtualWan.name;
  const wan = sku === virtualWan.name;
  const hubs = wan
    ? Math.max(1, Math.ceil(demand.people / virtualWan.peoplePerHub), Math.ceil(demand.mbps / virtualWan.mbpsPerHub))
    : 1;
  const people = Math.ceil(demand.people / hubs);
  const perHub = fleet.access.instances;
  const parts = clientParts(fleet.network.clients, hubs * perHub);
  return Array.from({ length: hubs }, (_, hub) => {
    const id = hub === 0 ? "hub" : `hub${hub + 1}`;
    return {
      id,
      sku,
      scaleUnits: wan ? Math.max(1, Math.ceil(people / virtualWan.peoplePerScaleUnit)) : undefined,
      instances: Array.from({ length: perHub }, (_part, nth) => {
        const ordinal = hub * perHub + nth;
        return {
          id: `${id}-${String.fromCodePoint(97 + nth)}`,
          gateway: id,
          ordinal,
          clients: formatRange(parts[ordinal] ?? parseRange(fleet.network.clients)),
          sessionsLimit: people,
          asn: instanceAsn(ordinal),
        };
      }),
    };
  });
}

const largestClientPrefix = 16;
/** A client range smaller than this has no address for a client. */
const smallestClientPrefix = 29;

function clientParts(clients: string, count: number): readonly Range[] {
  const range = parseRange(clients);
  const prefix = Math.max(largestClientPrefix, range.prefix + Math.ceil(Math.log2(count)));
  if (prefix > smallestClientPrefix) {
    throw new PlanError(`${clients} cannot be cut for ${count} gateway instances; give network.clients more room`);
  }
  return Array.from({ length: count }, (_, part) => ({
    first: range.first + part * sizeOf({ first: 0, prefix }),
    prefix,
  }));
}
