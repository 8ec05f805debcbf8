import * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../src/inventory.ts";
import { hostsOf } from "../../src/plan/names.ts";
import type { BodyPlan, LinkPlan, PoolPlan, SitePlan } from "../../src/plan/types.ts";
import { bodyEntry, deskEntries, hostEntry, linkEntry, poolEntry, siteEntries } from "../inventory-parts.ts";
import { siteBirdDaemon } from "./config/bird.ts";
import { poolFolder, rdpDaemon, sshDaemon } from "./config/desks.ts";
import { lineIkeDaemon } from "./config/strongswan.ts";
import type { LinkProps } from "./kinds/link.ts";
import { declare, type LabResource } from "./resources.ts";
import {
  bare,
  homeCable,
  homeNamespace,
  innerMtu,
  instanceNamespace,
  instances,
  lineCarrier,
  lineInterface,
  lineNamespace,
  poolCable,
  poolInterface,
  poolNamespace,
  siteNamespace,
  type Topology,
  tunnelRange,
} from "./topology.ts";

/** The slice `lab-<body>`: its sites with their lines, its pools of desks, and a home from which its people come in. */
export function bodySlice(map: Topology, body: BodyPlan): pulumi.Input<Partial<InventoryPart>> {
  const sites = new Map(body.sites.map((site) => [site.id, siteResources(map, site)]));
  const pools = body.pools.map((pool) =>
    poolResources(map, body, pool, pool.site === undefined ? undefined : sites.get(pool.site)),
  );
  const home = homeResources(map, body);
  const hostLists = body.pools.map((pool, index) => pools[index]?.hostKeys.apply((keys) => hostList(pool, keys)) ?? []);
  return {
    bodies: [bodyEntry(body)],
    sites: siteEntries(body),
    links: body.sites.flatMap((site) =>
      site.links.map((link) => ({ ...linkEntry(link), counters: counters(map, link) })),
    ),
    pools: body.pools.map((pool) => ({
      ...poolEntry(pool),
      enter: ["ip", "netns", "exec", poolNamespace(map, pool)],
    })),
    hosts: pulumi.all(hostLists).apply((lists) => lists.flat()) as never,
    desks: body.pools.flatMap(deskEntries),
    homes: [{ body: body.id, enter: ["ip", "netns", "exec", home] }],
  };
}

function hostList(pool: PoolPlan, keys: readonly string[]): InventoryPart["hosts"] {
  return Array.from(hostsOf(pool), (host, index) => hostEntry(pool, host, [keys[index] ?? ""]));
}

function counters(map: Topology, link: LinkPlan): string[] {
  return ["ip", "-n", lineNamespace(map, link), "-j", "-s", "link", "show", "dev", "carrier"];
}

function homeResources(map: Topology, body: BodyPlan): string {
  const name = homeNamespace(map, body);
  const cable = homeCable(map, body);
  const space = declare("Namespace", "home", { name, addresses: [], local: [], unreachable: [] });
  declare(
    "Link",
    "home-internet",
    {
      a: { namespace: map.internet, interface: `home${body.ordinal}`, address: cable.near },
      b: { namespace: name, interface: "up", address: cable.far, routes: [{ to: "default", via: bare(cable.near) }] },
    },
    [space],
  );
  return name;
}

/** A site's router and its lines; gives the router's namespace. */
function siteResources(map: Topology, site: SitePlan): LabResource {
  const label = site.id.split("/")[1] ?? site.id;
  const space = declare("Namespace", `site-${label}`, {
    name: siteNamespace(map, site),
    addresses: [`${site.router}/32`],
    local: [],
    unreachable: [],
  });
  const lines = site.links.map((link) => lineResources(map, site, link, space));
  declare("Daemon", `bird-${label}`, siteBirdDaemon(map, site), lines);
  return space;
}

/** One line: the carrier's cable, the line's own router with its IKEv2 end, and the wire inside the tunnel. */
function lineResources(map: Topology, site: SitePlan, link: LinkPlan, siteSpace: LabResource): pulumi.Resource {
  const instance = instances(map.plan).find((each) => each.id === link.instance);
  if (instance === undefined) throw new Error(`link ${link.id} ends on ${link.instance}, which is no gateway instance`);
  const label = link.id.split("/").slice(1).join("-");
  const router = lineNamespace(map, link);
  const name = lineInterface(link);
  const space = declare("Namespace", `line-${label}`, {
    name: router,
    addresses: [`${link.tunnel.siteOuter}/32`],
    local: [],
    unreachable: [tunnelRange(map.plan)],
  });
  const carrier = lineCarrier(map, link);
  const outside = declare(
    "Link",
    `line-${label}-carrier`,
    {
      a: { namespace: map.internet, interface: name, address: carrier.near },
      b: {
        namespace: router,
        interface: "carrier",
        address: carrier.far,
        routes: [{ to: map.plan.network.carriers, via: bare(carrier.near) }],
      },
      mbps: link.mbps,
    },
    [space],
  );
  const inside = declare(
    "Link",
    `line-${label}-lan`,
    {
      a: { namespace: router, interface: "lan", mtu: innerMtu },
      b: {
        namespace: siteNamespace(map, site),
        interface: name,
        address: `${link.tunnel.siteInner}/30`,
        mtu: innerMtu,
      },
    },
    [space, siteSpace],
  );
  const tunnel = declare(
    "Tunnel",
    `line-${label}-wire`,
    {
      vni: link.slot + 1,
      mtu: innerMtu,
      interface: name,
      gateway: {
        namespace: instanceNamespace(map, instance),
        outer: link.tunnel.gatewayOuter,
        address: `${link.tunnel.gatewayInner}/30`,
      },
      router: { namespace: router, outer: link.tunnel.siteOuter, bridge: "inner", port: "lan" },
    },
    [space, inside],
  );
  return declare("Daemon", `ike-${label}`, lineIkeDaemon(map, link, instance), [outside, tunnel]);
}

/** A pool's hosts and their servers, behind the hub (cloud) or behind their site (PCs that stay in the office). */
function poolResources(map: Topology, body: BodyPlan, pool: PoolPlan, siteSpace: LabResource | undefined): LabResource {
  const name = poolNamespace(map, pool);
  const space = declare("Namespace", `pool-${pool.name}`, {
    name,
    addresses: [],
    local: [pool.range],
    unreachable: [],
  });
  const up = declare(
    "Link",
    `pool-${pool.name}-up`,
    poolUpLink(map, body, pool),
    siteSpace === undefined ? [space] : [space, siteSpace],
  );
  const hosts = declare(
    "Pool",
    `pool-${pool.name}-hosts`,
    { namespace: name, folder: poolFolder(pool), runs: runsOf(pool) },
    [space],
  );
  declare("Daemon", `ssh-${pool.name}`, sshDaemon(map, pool), [up, hosts]);
  declare("Daemon", `rdp-${pool.name}`, rdpDaemon(map, pool), [up, hosts]);
  return hosts;
}

/** A pool's cable: to the hub, or to its site's router where its PCs stay in the office. */
export function poolUpLink(map: Topology, body: BodyPlan, pool: PoolPlan): LinkProps {
  const cable = poolCable(map, body, pool);
  const site = body.sites.find((each) => each.id === pool.site);
  return {
    a: {
      namespace: site === undefined ? map.hub : siteNamespace(map, site),
      interface: poolInterface(body, pool),
      address: cable.near,
      routes: [{ to: pool.range, via: bare(cable.far) }],
    },
    b: {
      namespace: poolNamespace(map, pool),
      interface: "up",
      address: cable.far,
      routes: [{ to: "default", via: bare(cable.near) }],
    },
  };
}

/** Host addresses as runs of consecutive ones. */
export function runsOf(pool: PoolPlan): { first: string; count: number }[] {
  const runs: { first: string; count: number; last: number }[] = [];
  for (const { address } of hostsOf(pool)) {
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const current = runs.at(-1);
    if (current !== undefined && current.last + 1 === value) {
      current.last = value;
      current.count += 1;
    } else runs.push({ first: address, count: 1, last: value });
  }
  return runs.map(({ first, count }) => ({ first, count }));
}
