import type { Instance, Inventory } from "../inventory.ts";
import { kindsSeenFrom, type TargetKind, type VantageId } from "../report.ts";
import { type ProbeKind, probeKinds } from "./kinds.ts";

/** What is probed: an address, and for all but ICMP a port; of gateways also what they speak there. */
export interface Target extends Partial<Pick<Instance, "protocol" | "speaks" | "staticKey">> {
  readonly id: string;
  readonly address: string;
  readonly port?: number;
}

type Kinds = Readonly<Record<TargetKind, ProbeKind>>;

const listed: Readonly<Record<TargetKind, (inventory: Inventory, kind: ProbeKind) => readonly Target[]>> = {
  link: ({ links }) => links.map(({ id, address }) => ({ id, address })),
  site: ({ sites }) => sites.map(({ id, router }) => ({ id, address: router })),
  host: ({ hosts }, { method, port = "rdp" }) => {
    if (method === "icmp") return hosts.map(({ name, address }) => ({ id: name, address }));
    const asked = method === "ssh" || method === "rdp" ? method : port;
    return hosts.map(({ name, address, ports }) => ({ id: name, address, port: ports[asked] }));
  },
  gateway: ({ instances }) =>
    instances.map(({ id, address, port, protocol, speaks, staticKey }) => ({
      id,
      address,
      port,
      protocol,
      speaks,
      staticKey,
    })),
};

/** The targets that are watched from a vantage point, by kind; every kind of that point is there, if only empty. */
export function targetsFrom(
  vantage: VantageId,
  inventory: Inventory,
  kinds: Kinds = probeKinds,
): ReadonlyMap<TargetKind, readonly Target[]> {
  return new Map(kindsSeenFrom[vantage].map((kind) => [kind, listed[kind](inventory, kinds[kind])]));
}
