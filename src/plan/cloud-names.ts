import { createHash } from "node:crypto";
import type { BodyPlan, LinkPlan, PoolPlan, SitePlan } from "./types.ts";

/**
 * What the cloud's resources are called: the usual abbreviations of the vendor's Cloud Adoption Framework, then where
 * they belong. Names are given, never generated, so that ids can be told before anything is made and slices need not
 * ask each other.
 */

type OfBody = Pick<BodyPlan, "id">;
type OfPool = Pick<PoolPlan, "body" | "name">;
type OfSite = Pick<SitePlan, "id">;
type OfLink = Pick<LinkPlan, "id">;

export interface CloudNames {
  /** Resource groups: the hub's, a body's, that of one network of a pool's hosts (`network` from 0), the watch's. */
  readonly hubGroup: string;
  readonly watchGroup: string;
  bodyGroup(body: OfBody): string;
  hostsGroup(pool: OfPool, network: number): string;

  readonly hubNetwork: string;
  hubSecurityGroup(of: "endpoints" | "watch"): string;
  /** The resolver that desks and people ask, its endpoint, and that endpoint's subnet. */
  readonly resolver: string;
  readonly resolverEndpoint: string;
  readonly resolverSubnet: string;
  bodyNetwork(body: OfBody): string;
  /** Subnet of one network of a pool's hosts, in its body's network. */
  hostsSubnet(pool: OfPool, network: number): string;
  hostsSecurityGroup(body: OfBody): string;
  /** Subnet and security group of a body's private endpoints, in its network. */
  readonly endpointsSubnet: string;
  endpointsSecurityGroup(body: OfBody): string;
  /** Private endpoint of a resource, by that resource's name. */
  privateEndpoint(of: string): string;
  natGateway(of: "hub" | "outside" | OfBody): string;
  /** Public address of a NAT gateway, by the gateway's name; `nth` from 0. */
  natAddress(gateway: string, nth: number): string;
  /** Peering or connection to a network, by that network's name. */
  peering(to: string): string;

  /** `gateway`: id of a gateway of the plan. */
  vpnGateway(gateway: string): string;
  /** Public address of an instance, by its id; of all of a gateway's people, `<gateway>-people`. */
  gatewayAddress(of: string): string;
  /** A line's end at its site, the tunnel to it, and the secret that keeps its key. */
  siteGateway(link: OfLink): string;
  connection(link: OfLink): string;
  linkSecret(link: OfLink): string;
  readonly virtualWan: string;
  virtualHub(gateway: string): string;
  /** A virtual hub's gateways, and what all of them for people have in common. */
  peopleGateway(gateway: string): string;
  sitesGateway(gateway: string): string;
  readonly peopleConfiguration: string;
  vpnSite(site: OfSite): string;
  vault(suffix: string): string;
  readonly logs: string;
  /** The rule by which hosts send their figures and events to `logs`. */
  readonly hostsRule: string;

  /**
   * AVD: the workspace by which people find the others; workspace of a body; host pool, application group and scaling
   * plan of a pool.
   */
  readonly globalWorkspace: string;
  workspace(body: OfBody): string;
  hostPool(pool: OfPool): string;
  applicationGroup(pool: OfPool): string;
  scalingPlan(pool: OfPool): string;
  /** Managed identity of a body's hosts. */
  hostIdentity(body: OfBody): string;
  /** Storage account of a pool's profiles, and the share in it. */
  profilesAccount(pool: OfPool, suffix: string): string;
  readonly profilesShare: string;
  /** Of a host, by its name. */
  networkCard(host: string): string;
  systemDisk(host: string): string;
}

export function cloudNames(fleet: string): CloudNames {
  const poolOf = (pool: OfPool): string => `${fleet}-${pool.body}-${pool.name}`;
  return {
    hubGroup: `rg-${fleet}-hub`,
    watchGroup: `rg-${fleet}-watch`,
    bodyGroup: (body) => `rg-${fleet}-${body.id}`,
    hostsGroup: (pool, network) => `rg-${poolOf(pool)}-${network + 1}`,
    hubNetwork: `vnet-${fleet}-hub`,
    hubSecurityGroup: (of) => `nsg-${fleet}-hub-${of}`,
    resolver: `dnspr-${fleet}-hub`,
    resolverEndpoint: "in",
    resolverSubnet: "snet-resolver",
    bodyNetwork: (body) => `vnet-${fleet}-${body.id}`,
    hostsSubnet: (pool, network) => `snet-${pool.name}-${network + 1}`,
    hostsSecurityGroup: (body) => `nsg-${fleet}-${body.id}-hosts`,
    endpointsSubnet: "snet-endpoints",
    endpointsSecurityGroup: (body) => `nsg-${fleet}-${body.id}-endpoints`,
    privateEndpoint: (of) => `pep-${of}`,
    natAddress: (gateway, nth) => `pip-${gateway}-${nth + 1}`,
    peering: (to) => `peer-${to}`,
    natGateway: (of) => `ng-${fleet}-${typeof of === "string" ? of : of.id}`,
    vpnGateway: (gateway) => `vgw-${fleet}-${gateway}`,
    gatewayAddress: (of) => `pip-${fleet}-${of}`,
    siteGateway: ({ id }) => fitting(`lgw-${joined(id)}`, 80),
    connection: ({ id }) => fitting(`con-${joined(id)}`, 80),
    linkSecret: ({ id }) => fitting(`link-${joined(id)}`, 127),
    virtualWan: `vwan-${fleet}`,
    virtualHub: (gateway) => `vhub-${fleet}-${gateway}`,
    peopleGateway: (gateway) => `p2sgw-${fleet}-${gateway}`,
    sitesGateway: (gateway) => `vpng-${fleet}-${gateway}`,
    peopleConfiguration: `vpnsc-${fleet}`,
    vpnSite: ({ id }) => fitting(`vst-${joined(id)}`, 80),
    vault: (suffix) => `kv-${letters(fleet, 10)}-${suffix}`,
    logs: `log-${fleet}`,
    hostsRule: `dcr-${fleet}-hosts`,
    globalWorkspace: `vdws-${fleet}-global`,
    workspace: (body) => `vdws-${fleet}-${body.id}`,
    hostPool: (pool) => `vdpool-${poolOf(pool)}`,
    applicationGroup: (pool) => `vdag-${poolOf(pool)}`,
    scalingPlan: (pool) => `vdscaling-${poolOf(pool)}`,
    hostIdentity: (body) => `id-${fleet}-${body.id}-hosts`,
    profilesAccount: (pool, suffix) => `st${letters(pool.body, 7)}${letters(pool.name, 7)}${suffix}`,
    profilesShare: "profiles",
    networkCard: (host) => `nic-${host}`,
    systemDisk: (host) => `osdisk-${host}`,
  };
}

/** An id of several parts as one word: no id has two hyphens together, so no two become the same. */
export function joined(id: string): string {
  return id.replaceAll("/", "--");
}

/** A name of at most so many characters; a longer one is cut, and ends in eight digits of its own. */
function fitting(name: string, most: number): string {
  if (name.length <= most) return name;
  const digits = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, most - 9)}-${digits}`;
}

/** The first letters and digits, where hyphens are not allowed or room is short. */
function letters(id: string, count: number): string {
  return id.replaceAll("-", "").slice(0, count);
}
