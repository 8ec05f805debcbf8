import type { BodyPlan, PoolPlan } from "./types.ts";

/**
 * What the cloud's resources are called: the usual abbreviations of the vendor's Cloud Adoption Framework, then where
 * they belong. Names are given, never generated, so that ids can be told before anything is made and slices need not
 * ask each other.
 */

type OfBody = Pick<BodyPlan, "id">;
type OfPool = Pick<PoolPlan, "body" | "name">;

export interface CloudNames {
  /** Resource groups: the hub's, a body's, that of one network of a pool's hosts (`network` from 0), the watch's. */
  readonly hubGroup: string;
  readonly watchGroup: string;
  bodyGroup(body: OfBody): string;
  hostsGroup(pool: OfPool, network: number): string;

  readonly hubNetwork: string;
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
  vault(suffix: string): string;
  readonly logs: string;
  /** The rule by which hosts send their figures and events to `logs`. */
  readonly hostsRule: string;

  /** AVD: workspace of a body; host pool, application group and scaling plan of a pool. */
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
    vault: (suffix) => `kv-${letters(fleet, 10)}-${suffix}`,
    logs: `log-${fleet}`,
    hostsRule: `dcr-${fleet}-hosts`,
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

/** The first letters and digits, where hyphens are not allowed or room is short. */
function letters(id: string, count: number): string {
  return id.replaceAll("-", "").slice(0, count);
}
