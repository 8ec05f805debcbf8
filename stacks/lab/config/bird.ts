import { hubAsn } from "../../../src/plan/sites.ts";
import type { InstancePlan, LinkPlan, Plan, SitePlan } from "../../../src/plan/types.ts";
import type { DaemonProps } from "../kinds/daemon.ts";
import {
  bare,
  instanceNamespace,
  instances,
  instanceTransit,
  lineInterface,
  links,
  siteNamespace,
  type Topology,
} from "../topology.ts";

/*
 * Routing: BGP with BFD (200 ms × 4) between each site's router and the instances where its lines end, and between the
 * instances and the hub. A line's order of preference travels as a community, so that hub and both instances agree on
 * the site's first living line. Aggregates (desks, people, transit) flow outwards only while the hub is reached.
 */

const maxLines = 7;

/** The hub's router. */
export function hubBirdDaemon(map: Topology): DaemonProps {
  const peers = instances(map.plan).map((instance) =>
    peer(
      `gw${instance.ordinal}`,
      hubAsn,
      bare(instanceTransit(map, instance).near),
      bare(instanceTransit(map, instance).far),
      instance.asn,
      "rank_line(0); accept",
      "accept",
    ),
  );
  return birdDaemon("bird-hub", map.hub, map.hubRouter, [aggregates(map.plan), kernel("source = RTS_BGP"), ...peers]);
}

/** A gateway instance's router: the hub on one side, a neighbour a line on the other. */
export function gatewayBirdDaemon(map: Topology, instance: InstancePlan): DaemonProps {
  const own = instanceTransit(map, instance);
  const lines = links(map.plan)
    .filter(({ link }) => link.instance === instance.id)
    .map(({ site, link }) => linePeer(site, link, instance));
  const inside = `protocol direct { ipv4; interface "line*"; }`;
  const toHub = peer(
    "hub",
    instance.asn,
    bare(own.far),
    bare(own.near),
    hubAsn,
    "rank_line(5); accept",
    `if proto = "hub" then reject; accept`,
  );
  return birdDaemon(`bird-${instance.id}`, instanceNamespace(map, instance), bare(own.far), [
    inside,
    kernel(`source = RTS_BGP && ! (net ~ [ ${ranges(map.plan).join(", ")} ])`),
    toHub,
    ...lines,
  ]);
}

/** A site's router: a neighbour a line. */
export function siteBirdDaemon(map: Topology, site: SitePlan): DaemonProps {
  const pools = map.plan.bodies.flatMap((body) => body.pools).filter((pool) => pool.site === site.id);
  const own = [`${site.router}/32`, ...pools.map((pool) => pool.range)].map((range) => `route ${range} unreachable;`);
  const lines = site.links.map((link) => {
    const instance = instances(map.plan).find((each) => each.id === link.instance);
    const tag = `bgp_community.add((${community}, ${link.ordinal}));`;
    const first = `bgp_local_pref = ${200 - 10 * link.ordinal}; accept`;
    return peer(
      lineInterface(link),
      site.asn,
      link.tunnel.siteInner,
      link.tunnel.gatewayInner,
      instance?.asn ?? 0,
      first,
      `if source != RTS_STATIC then reject; ${tag} accept`,
    );
  });
  return birdDaemon(`bird-${site.id.replaceAll("/", "-")}`, siteNamespace(map, site), site.router, [
    `protocol static own { ipv4; ${own.join(" ")} }`,
    kernel("source = RTS_BGP"),
    ...lines,
  ]);
}

/** First half of the communities that carry a line's order in its site. */
const community = 64512;

function linePeer(site: SitePlan, link: LinkPlan, instance: InstancePlan): string {
  const onlyAggregates = `if proto = "hub" && bgp_path.len = 1 then accept; reject`;
  return peer(
    lineInterface(link),
    instance.asn,
    link.tunnel.gatewayInner,
    link.tunnel.siteInner,
    site.asn,
    "rank_line(0); accept",
    onlyAggregates,
  );
}

function ranges(plan: Plan): readonly string[] {
  return [plan.network.desks, plan.network.clients, plan.network.transit];
}

function aggregates(plan: Plan): string {
  return `protocol static aggregates { ipv4; ${ranges(plan)
    .map((range) => `route ${range} unreachable;`)
    .join(" ")} }`;
}

function kernel(which: string): string {
  return `protocol kernel { ipv4 { import none; export where ${which}; }; metric 32; scan time 5; }`;
}

function peer(
  name: string,
  asn: number,
  local: string,
  neighbor: string,
  neighborAsn: number,
  importing: string,
  exporting: string,
): string {
  return `protocol bgp ${name} {
  local ${local} as ${asn};
  neighbor ${neighbor} as ${neighborAsn};
  bfd on;
  hold time 9; keepalive time 3; connect delay time 1; connect retry time 2; startup hold time 9; error wait time 1, 4; error forget time 30;
  ipv4 { next hop self; import filter { ${importing}; }; export filter { ${exporting}; }; };
}`;
}

function birdDaemon(name: string, namespace: string, router: string, protocols: readonly string[]): DaemonProps {
  const cases = Array.from(
    { length: maxLines },
    (_, line) => `  if (${community}, ${line}) ~ bgp_community then bgp_local_pref = ${200 - 10 * line} - less;`,
  );
  const text = [
    `router id ${router};`,
    `log "{dir}/bird.log" { info, warning, error, fatal, bug };`,
    "protocol device { scan time 2; }",
    `protocol bfd { interface "*" { interval 200 ms; multiplier 4; }; }`,
    "function rank_line(int less) {",
    ...cases,
    "}",
    ...protocols,
    "",
  ].join("\n");
  return {
    name,
    namespace,
    argv: ["bird", "-f", "-c", "{dir}/bird.conf", "-s", "{dir}/control"],
    files: [{ path: "bird.conf", text, loads: true }],
    certificates: [],
    ready: { socket: "{dir}/control" },
    load: [["birdc", "-s", "{dir}/control", "configure"]],
  };
}
