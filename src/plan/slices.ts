import {
  bodyResources,
  type CloudSliceInput,
  hostsResources,
  hubResources,
  type SliceResources,
  watchResources,
} from "./azure-resources.ts";
import { PlanError } from "./error.ts";
import type { Fleet } from "../fleet/schema.ts";
import type { BodyPlan, GatewayPlan, Plan, SlicePlan, Target } from "./types.ts";

/**
 * How the plan is cut into stacks. A slice's content hangs only on its own part of the plan, so none moves when another
 * grows: a pool's hosts are cut by network, and only its last slice fills up before the next begins.
 */

/** Resources of the lab's slices: namespaces, cables, gateways, pools and daemons, never a desk. */
export const labResources = {
  /** The authority, the operator's key, the public side's namespace, the hub router's, and its routing daemon. */
  hub: 5,
  /** Namespace, cables to the public side and the hub, firewall, people's gateway, sites' gateway, routing daemon. */
  instance: 7,
  /** Home of the body's people on the public side, and its cable. */
  body: 2,
  /** Namespace, cable, hosts, SSH and RDP servers. */
  pool: 5,
  /** Namespace and routing daemon. */
  site: 2,
  /** The line router's namespace, cables to the carrier and to the site, the wire in the tunnel, its IKEv2 end. */
  link: 5,
  /** The stand-ins of services, all in one daemon; where the fleet has any. */
  services: 1,
  /** The videoconferences' server, where the fleet has one of its own. */
  livekit: 1,
  /** Namespace, cable, four pages; Prometheus, Alertmanager, receiver, exporter, two probers. */
  watch: 12,
  /** The daemon that tells the exporter of seats, where the lab has seats and somebody to have them. */
  seats: 1,
} as const;

type SliceInput = CloudSliceInput & Pick<Plan, "services" | "videoconference"> & { readonly watchesSeats: boolean };

/** Whether the lab's watch asks who has a seat: there is a list, and the vendor is the lab's own. */
export function watchesSeats({ videoconference }: Pick<Fleet, "videoconference">): boolean {
  return videoconference?.provider === "livekit" && videoconference.people !== undefined;
}

export function planSlices(input: SliceInput): readonly SlicePlan[] {
  const slices = [...azureSlices(input), ...labSlices(input)];
  const seen = new Map<string, SlicePlan>();
  for (const slice of slices) {
    const other = seen.get(slice.stack);
    if (other !== undefined) {
      throw new PlanError(`${nameOf(other)} and ${nameOf(slice)} would both be the stack ${slice.stack}; rename one`);
    }
    seen.set(slice.stack, slice);
  }
  return slices;
}

function nameOf(slice: SlicePlan): string {
  if (slice.pool !== undefined) return `network ${(slice.network ?? 0) + 1} of pool ${slice.pool}`;
  return slice.body === undefined ? `the ${slice.kind}` : `body ${slice.body}`;
}

const common = { body: undefined, pool: undefined, network: undefined } as const;

function azureSlices(input: CloudSliceInput): readonly SlicePlan[] {
  const hub: SlicePlan = {
    ...common,
    stack: "azure-hub",
    target: "azure",
    kind: "hub",
    ...hubResources(input),
    after: [],
  };
  const ofBodies = input.bodies.flatMap((body): SlicePlan[] => {
    const pools = body.pools.filter((pool) => pool.kind !== "physical");
    if (pools.length === 0) return [];
    const stack = `azure-${body.id}`;
    const own: SlicePlan = {
      ...common,
      stack,
      target: "azure",
      kind: "body",
      body: body.id,
      ...bodyResources(input, body),
      after: [hub.stack],
    };
    const hosts = pools.flatMap((pool) =>
      pool.networks.map((_, network): SlicePlan => ({
        stack: `${stack}-${pool.name}-${network + 1}`,
        target: "azure",
        kind: "hosts",
        body: body.id,
        pool: pool.id,
        network,
        ...hostsResources(input, body, pool, network),
        after: [stack],
      })),
    );
    return [own, ...hosts];
  });
  return withWatch("azure", [hub, ...ofBodies], watchResources(input));
}

function labSlices({ bodies, gateways, services, videoconference, watchesSeats }: SliceInput): readonly SlicePlan[] {
  const count = labResources;
  const servers = (services.length > 0 ? count.services : 0) + (videoconference === "livekit" ? count.livekit : 0);
  const hub: SlicePlan = {
    ...common,
    stack: "lab-hub",
    target: "lab",
    kind: "hub",
    ...made(count.hub + count.instance * instancesOf(gateways) + servers),
    after: [],
  };
  const ofBodies = bodies
    .filter((body) => body.pools.length > 0 || body.sites.length > 0 || body.laptops > 0)
    .map((body): SlicePlan => ({
      ...common,
      stack: `lab-${body.id}`,
      target: "lab",
      kind: "body",
      body: body.id,
      ...made(
        count.body + count.pool * body.pools.length + count.site * body.sites.length + count.link * linksOf([body]),
      ),
      after: [hub.stack],
    }));
  return withWatch("lab", [hub, ...ofBodies], made(count.watch + (watchesSeats ? count.seats : 0)));
}

function withWatch(target: Target, slices: readonly SlicePlan[], resources: SliceResources): readonly SlicePlan[] {
  const after = slices.map((slice) => slice.stack);
  return [...slices, { ...common, stack: `${target}-watch`, target, kind: "watch", ...resources, after }];
}

/** What the lab makes costs nobody's budget of writes. */
function made(resources: number): SliceResources {
  return { resources, writes: [] };
}

function instancesOf(gateways: readonly GatewayPlan[]): number {
  return gateways.reduce((sum, gateway) => sum + gateway.instances.length, 0);
}

function linksOf(bodies: readonly BodyPlan[]): number {
  return bodies.reduce((sum, body) => sum + body.sites.reduce((links, site) => links + site.links.length, 0), 0);
}
