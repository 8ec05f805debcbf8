import { resolve } from "node:path";
import { endpointOf, type Instance, type Inventory, type Service } from "../inventory.ts";
import { kindsSeenFrom, type TargetKind, type VantageId } from "../report.ts";
import { type ProbeKind, probeKinds } from "./kinds.ts";

/**
 * What is probed: an address, and for all but ICMP a port; of gateways also what they speak there. Of services the URL,
 * which names the port, and whose host is the address (by name) where none is given; `ca` is a whole path.
 */
export interface Target
  extends Partial<Pick<Instance, "protocol" | "staticKey">>, Partial<Pick<Service, "url" | "ca">> {
  readonly speaks?: Instance["speaks"] | "wireguard";
  readonly id: string;
  readonly address: string;
  readonly port?: number;
}

type Kinds = Readonly<Record<TargetKind, ProbeKind>>;
type List = (inventory: Inventory, kind: ProbeKind, labRoot: string) => readonly Target[];

const listed: Readonly<Record<TargetKind, List>> = {
  link: ({ links }) => links.map(({ id, address }) => ({ id, address })),
  site: ({ sites }) => sites.map(({ id, router }) => ({ id, address: router })),
  host: ({ hosts }, { method, port = "rdp" }) => {
    if (method === "icmp") return hosts.map(({ name, address }) => ({ id: name, address }));
    const asked = method === "ssh" || method === "rdp" ? method : port;
    return hosts.map(({ name, address, ports }) => ({ id: name, address, port: ports[asked] }));
  },
  gateway: ({ instances }) =>
    instances.map(({ id, address, port, protocol, speaks, staticKey, wireguard }) => ({
      id,
      address,
      port,
      protocol,
      speaks: speaks ?? (wireguard === undefined ? undefined : ("wireguard" as const)),
      staticKey,
    })),
  service: ({ services }, _, labRoot) =>
    services.map(({ id, url, address, ca }) => ({
      id,
      url,
      address: address ?? endpointOf(url).host,
      ...(ca === undefined ? {} : { ca: resolve(labRoot, ca) }),
    })),
};

/** How many targets of a kind the inventory lists. */
export function countOf(kind: TargetKind, { links, sites, hosts, instances, services }: Inventory): number {
  return { link: links, site: sites, host: hosts, gateway: instances, service: services }[kind].length;
}

/**
 * The targets that are watched from a vantage point, by kind; every kind of that point is there, if only empty.
 * `labRoot`: folder that files of the inventory are relative to.
 */
export function targetsFrom(
  vantage: VantageId,
  inventory: Inventory,
  kinds: Kinds = probeKinds,
  labRoot = ".",
): ReadonlyMap<TargetKind, readonly Target[]> {
  return new Map(kindsSeenFrom[vantage].map((kind) => [kind, listed[kind](inventory, kinds[kind], labRoot)]));
}
