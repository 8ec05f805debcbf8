import type { BodyPlan, InstancePlan, LinkPlan, Plan, PoolPlan, SitePlan } from "../../src/plan/types.ts";
import { hostPorts } from "../inventory-parts.ts";

/**
 * The lab's map: names of namespaces and interfaces, and the addresses that only the lab needs, all derived from the
 * plan's stable ordinals and slots. Pure.
 *
 * Transit range (lower half; the upper half is the plan's): +1 the hub's router, +2 LiveKit, +256 instances, +512 ops, +8192
 * pools (/30 each), +16384 services. Carriers range: instances from its start, homes from +32768, lines from +65536 (by slot).
 */
export interface Topology {
  readonly plan: Plan;
  readonly prefix: string;
  readonly internet: string;
  readonly hub: string;
  readonly ops: string;
  readonly hubRouter: string;
  readonly opsCable: Cable;
}

/** Addresses of a cable: `near` is the end that is closer to the hub or the internet; CIDR forms with /30. */
export interface Cable {
  readonly near: string;
  readonly far: string;
}

/** Inside an IPsec tunnel over 1500-byte lines: 1400 (strongSwan's tunnel device) less VXLAN's 50, rounded down. */
export const innerMtu = 1340;
export const openVpnPort = 1194;
export const { ssh: sshPort, rdp: rdpPort } = hostPorts;

export function topology(plan: Plan, prefix: string): Topology {
  return {
    plan,
    prefix,
    internet: `${prefix}-internet`,
    hub: `${prefix}-hub`,
    ops: `${prefix}-ops`,
    hubRouter: add(plan.network.transit, 1),
    opsCable: cable(plan.network.transit, 512),
  };
}

export const instanceNamespace = (map: Topology, instance: InstancePlan): string => `${map.prefix}-gw-${instance.id}`;
export const siteNamespace = (map: Topology, site: SitePlan): string => `${map.prefix}-site-${dashed(site.id)}`;
export const lineNamespace = (map: Topology, link: LinkPlan): string => `${map.prefix}-line-${dashed(link.id)}`;
export const poolNamespace = (map: Topology, pool: PoolPlan): string => `${map.prefix}-pool-${dashed(pool.id)}`;
export const homeNamespace = (map: Topology, body: BodyPlan): string => `${map.prefix}-home-${body.id}`;

export const lineInterface = (link: LinkPlan): string => `line${link.slot}`;
export const poolInterface = (body: BodyPlan, pool: PoolPlan): string => `pool${poolNumber(body, pool)}`;

export const instanceTransit = (map: Topology, instance: InstancePlan): Cable =>
  cable(map.plan.network.transit, 256 + 4 * instance.ordinal);
export const instancePublic = (map: Topology, instance: InstancePlan): Cable =>
  cable(map.plan.network.carriers, 4 * instance.ordinal);
export const homeCable = (map: Topology, body: BodyPlan): Cable =>
  cable(map.plan.network.carriers, 32_768 + 4 * body.ordinal);
export const lineCarrier = (map: Topology, link: LinkPlan): Cable =>
  cable(map.plan.network.carriers, 65_536 + 8 * link.slot);
export const poolCable = (map: Topology, body: BodyPlan, pool: PoolPlan): Cable =>
  cable(map.plan.network.transit, 8192 + 4 * poolNumber(body, pool));

/** Where the stand-ins of services are, behind the hub: room for as many as a fleet may have. */
export const serviceRange = (map: Topology): string => `${add(map.plan.network.transit, 16_384)}/22`;
export const serviceAddress = (map: Topology, ordinal: number): string => add(serviceRange(map), 1 + ordinal);

/** Of the videoconferences' server, in the hub's namespace. */
export const livekitAddress = (map: Topology): string => add(map.plan.network.transit, 2);

export function instances(plan: Plan): readonly InstancePlan[] {
  return plan.gateways.flatMap((gateway) => gateway.instances);
}

export function links(plan: Plan): readonly { readonly site: SitePlan; readonly link: LinkPlan }[] {
  return plan.bodies.flatMap((body) => body.sites.flatMap((site) => site.links.map((link) => ({ site, link }))));
}

/** Upper half of the transit range, where the plan places the lines' tunnels. */
export function tunnelRange(plan: Plan): string {
  const [base = "", length = "16"] = plan.network.transit.split("/");
  const half = Number(length) + 1;
  return `${add(`${base}/${length}`, 2 ** (32 - half))}/${half}`;
}

/** Address without its prefix length. */
export function bare(cidr: string): string {
  return cidr.split("/")[0] ?? cidr;
}

/** The address `offset` past the start of a range. */
export function add(range: string, offset: number): string {
  const value =
    bare(range)
      .split(".")
      .reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

function cable(range: string, offset: number): Cable {
  return { near: `${add(range, offset + 1)}/30`, far: `${add(range, offset + 2)}/30` };
}

function poolNumber(body: BodyPlan, pool: PoolPlan): number {
  return body.ordinal * 64 + pool.ordinal;
}

function dashed(id: string): string {
  return id.replaceAll("/", "-");
}
