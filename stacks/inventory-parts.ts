import type { InventoryPart } from "../src/inventory.ts";
import { desksOf, hostsOf } from "../src/plan/names.ts";
import type { BodyPlan, HostPlan, LinkPlan, PoolPlan, ServicePlan } from "../src/plan/types.ts";

/** What a body's stacks tell the inventory, the same for every target: it follows from the plan alone. */

/** Ports at which every host answers. */
export const hostPorts = { ssh: 22, rdp: 3389 } as const;

export function bodyEntry({ id, name, laptops }: BodyPlan): InventoryPart["bodies"][number] {
  return { id, name, laptops };
}

export function siteEntries(body: BodyPlan): InventoryPart["sites"] {
  return body.sites.map(({ id, router }) => ({ id, body: body.id, router }));
}

export function linkEntry(link: LinkPlan): InventoryPart["links"][number] {
  const { id, body, site, carrier, mbps, critical, availability, instance, tunnel } = link;
  const promised = availability === undefined ? {} : { availability };
  return { id, body, site, carrier, mbps, critical, ...promised, instance, address: tunnel.siteInner };
}

export function linkEntries(body: BodyPlan): InventoryPart["links"] {
  return body.sites.flatMap((site) => site.links.map(linkEntry));
}

export function poolEntry(pool: PoolPlan): InventoryPart["pools"][number] {
  const { id, body, kind, site, range, desksPerHost } = pool;
  return { id, body, kind, ...(site === undefined ? {} : { site }), range, desksPerHost };
}

export function serviceEntry({ id, queue, name, url }: ServicePlan): InventoryPart["services"][number] {
  return { id, ...(queue === undefined ? {} : { queue }), name, url };
}

/** `hostKeys`: OpenSSH public keys; none where a host has no SSH server. */
export function hostEntry(
  pool: PoolPlan,
  { name, address }: HostPlan,
  hostKeys: string[],
): InventoryPart["hosts"][number] {
  return { name, address, pool: pool.id, ports: hostPorts, hostKeys };
}

export function deskEntries(pool: PoolPlan): InventoryPart["desks"] {
  return Array.from(desksOf(pool), ({ id, host }) => ({ id, host }));
}

/** All of a body that no cloud makes: its sites, its lines, its pools, and the PCs that stay in the office. */
export function standingPart(body: BodyPlan) {
  const physical = body.pools.filter(({ kind }) => kind === "physical");
  return {
    bodies: [bodyEntry(body)],
    sites: siteEntries(body),
    links: linkEntries(body),
    pools: body.pools.map(poolEntry),
    hosts: physical.flatMap((pool) => Array.from(hostsOf(pool), (host) => hostEntry(pool, host, []))),
    desks: body.pools.flatMap(deskEntries),
  } satisfies Partial<InventoryPart>;
}
