import type { Inventory } from "../inventory.ts";
import { kindsSeenFrom, type TargetKind, type VantageId } from "../report.ts";

/** What is probed: an address, and for gateways the public port. */
export interface Target {
  readonly id: string;
  readonly address: string;
  readonly port?: number;
  readonly protocol?: "udp" | "tcp";
}

const listed: Readonly<Record<TargetKind, (inventory: Inventory) => readonly Target[]>> = {
  link: ({ links }) => links.map(({ id, address }) => ({ id, address })),
  site: ({ sites }) => sites.map(({ id, router }) => ({ id, address: router })),
  host: ({ hosts }) => hosts.map(({ name, address }) => ({ id: name, address })),
  gateway: ({ instances }) => instances.map(({ id, address, port, protocol }) => ({ id, address, port, protocol })),
};

/** The targets that are watched from a vantage point, by kind; every kind of that point is there, if only empty. */
export function targetsFrom(vantage: VantageId, inventory: Inventory): ReadonlyMap<TargetKind, readonly Target[]> {
  return new Map(kindsSeenFrom[vantage].map((kind) => [kind, listed[kind](inventory)]));
}
