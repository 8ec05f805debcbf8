import type { Inventory } from "../inventory.ts";
import type { LabelsOf } from "../metrics.ts";
import { kindsSeenFrom, type TargetKind, targetKinds, type VantageId, vantageIds } from "../report.ts";
import { shareOf, type Shard, wholeFleet } from "../shard.ts";

/** A target with the labels of its metrics, made once an inventory (rendering caches what these objects render to). */
export interface Watched<Labels> {
  readonly id: string;
  readonly labels: Labels;
}

/** The inventory without what nobody here asks for, which would be most of it: hosts' keys and ports, desks. */
export type WatchedInventory = Omit<Inventory, "hosts" | "desks"> & {
  readonly hosts: readonly Pick<Inventory["hosts"][number], "name" | "address">[];
};

export interface WatchedFleet {
  /** The part of the fleet that this exporter tells of. */
  readonly shard: Shard;
  /** What falls into that part. */
  readonly inventory: WatchedInventory;
  /** The whole fleet's: a part's lines may end at instances of another part. */
  readonly whole: Pick<Inventory, "instances" | "links">;
  readonly link: readonly Watched<LabelsOf<"link_up">>[];
  readonly site: readonly Watched<LabelsOf<"site_up">>[];
  readonly gateway: readonly Watched<LabelsOf<"gateway_up">>[];
  readonly host: readonly Watched<LabelsOf<"host_up">>[];
  readonly service: readonly Watched<LabelsOf<"service_up">>[];
  /** `host`: the host whose answer is the desk's. */
  readonly desk: readonly (Watched<LabelsOf<"desk_up">> & { readonly host: string })[];
  readonly ids: Readonly<Record<TargetKind, ReadonlySet<string>>>;
}

export const vantageOf = Object.fromEntries(
  vantageIds.flatMap((vantage) => kindsSeenFrom[vantage].map((kind) => [kind, vantage])),
) as Readonly<Record<TargetKind, VantageId>>;

/** What an exporter of a part of the fleet watches. */
export function watchFleet(all: Inventory, shard: Shard = wholeFleet): WatchedFleet {
  const inventory = shareOf(all, shard);
  const bodyOfPool = new Map(inventory.pools.map(({ id, body }) => [id, body]));
  const place = (pool: string) => ({ body: bodyOfPool.get(pool) ?? pool.split("/")[0] ?? "", pool });
  const hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
  const watched = {
    link: inventory.links.map(({ id, body, site, instance }) => ({
      id,
      labels: { body, site, gateway: instance, link: id, vantage: vantageOf.link },
    })),
    site: inventory.sites.map(({ id, body }) => ({ id, labels: { body, site: id, vantage: vantageOf.site } })),
    gateway: inventory.instances.map(({ id }) => ({ id, labels: { gateway: id, vantage: vantageOf.gateway } })),
    host: inventory.hosts.map(({ name, pool }) => ({
      id: name,
      labels: { ...place(pool), host: name, vantage: vantageOf.host },
    })),
    service: inventory.services.map(({ id, queue = "" }) => ({
      id,
      labels: { service: id, queue, vantage: vantageOf.service },
    })),
    desk: inventory.desks.map(({ id, host }) => ({
      id,
      host,
      labels: { ...place(hosts.get(host)?.pool ?? ""), desk: id, vantage: vantageOf.host },
    })),
  };
  const ids = Object.fromEntries(targetKinds.map((kind) => [kind, new Set(watched[kind].map(({ id }) => id))]));
  const { desks: _, ...kept } = inventory;
  const addresses = inventory.hosts.map(({ name, address }) => ({ name, address }));
  return {
    shard,
    inventory: { ...kept, hosts: addresses },
    whole: { instances: all.instances, links: all.links },
    ...watched,
    ids: ids as unknown as WatchedFleet["ids"],
  };
}
