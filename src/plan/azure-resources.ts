import type {
  BodyPlan,
  CloudPlan,
  GatewayPlan,
  HubNetworkPlan,
  LinkPlan,
  PlanAccess,
  PoolPlan,
  SliceWrites,
} from "./types.ts";
import { virtualWan } from "./limits.ts";
import { hostsInNetwork } from "./names.ts";
import { addressesOut, cloudHosts } from "./nat.ts";

/**
 * How many resources a slice in the cloud has, exactly as the engine counts them (all but the stack itself). Each part
 * is what one piece of `stacks/azure/` declares; a test holds the sums against what the program really declares.
 */
interface Part {
  /** Resources of the network provider, which has a budget of writes of its own (private DNS is one of them). */
  readonly network: number;
  /** Resources of the cloud's other providers. */
  readonly others: number;
  /** Those that the engine keeps to itself: components and providers. */
  readonly own: number;
}

const part = (network: number, others = 0, own = 0): Part => ({ network, others, own });

export const azureParts = {
  /** One a subscription that the slice reaches into. */
  provider: part(0, 0, 1),
  /** Of a role to a group. */
  grant: part(0, 1),
  /** Private endpoint and its zone group. */
  endpoint: part(2),
  /** Link of a private zone to a network. */
  zoneLink: part(1),
  /** Public address. */
  address: part(1),

  /** Two security groups, network, NAT gateway, endpoints' subnet; group, identity, workspace, its logs; three components. */
  body: part(5, 4, 3),
  /** The body's end of the peering; the hub's end lies in the hub's subscription. */
  peering: part(1),
  /** Connection of a body's network to a Virtual WAN hub. */
  connection: part(1),
  /** Host pool, application group, scaling plan, two schedules, logs; the component. */
  pool: part(0, 6, 1),
  /** Account, service, share; the component. */
  profiles: part(0, 3, 1),

  /** Subnet; resource group; the component. */
  hosts: part(1, 1, 1),
  /** Network card; VM, its three extensions, what ties it to the collection rule. */
  host: part(1, 5),

  /**
   * The hub, but for its gateways: two security groups, network, address and NAT gateway, three subnets, resolver and
   * its endpoint, two zones, each linked, the vault's endpoint; group, logs, hosts' rule, vault and its logs.
   */
  hub: part(16, 5, 4),
  /** The desktops' two zones, each linked. */
  desktopZones: part(4),
  /** The workspace by which people's clients find the others, and its endpoint. */
  globalFeed: part(2, 1, 1),
  /** A VPN gateway with its subnet; its logs. */
  gateway: part(2, 1, 1),
  /** Public address of a gateway, and its logs. */
  gatewayAddress: part(1, 1),
  /** A line's local gateway and connection. */
  line: part(2),
  /** The Virtual WAN, its configuration of people's access, the hub's network on it. */
  wan: part(3, 0, 1),
  /** Virtual hub, its gateway for people, its gateway for sites; the gateways' logs. */
  virtualHub: part(3, 2),
  /** A site of the Virtual WAN; and its lines at one virtual hub, which are one connection. */
  wanSite: part(1),
  wanConnection: part(1),
  /** A line's shared key in the vault. */
  lineKey: part(0, 1),

  /** The watch: all but one role a subscription. */
  watch: part(13, 24, 6),
} as const satisfies Record<string, Part>;

type PartName = keyof typeof azureParts;
type Counts = Partial<Record<PartName, number>>;

export interface CloudSliceInput {
  readonly bodies: readonly BodyPlan[];
  readonly gateways: readonly GatewayPlan[];
  readonly access: Pick<PlanAccess, "way">;
  readonly cloud: CloudPlan | undefined;
}

/** Resources of a slice in all, and the writes that they ask of each subscription. */
export interface SliceResources {
  readonly resources: number;
  readonly writes: readonly SliceWrites[];
}

export function bodyResources({ access, cloud, gateways }: CloudSliceInput, body: BodyPlan): SliceResources {
  const pools = body.pools.filter((pool) => pool.kind !== "physical");
  const pooled = pools.filter((pool) => pool.kind === "pooled").length;
  const behind = access.way === "gateway" ? 1 : 0;
  const granted = body.group === undefined ? 0 : 1;
  const wan = gateways.some(({ sku }) => sku === virtualWan.name);
  return sum([
    [
      subscriptionOf(body),
      {
        body: 1,
        address: addressesOut(cloudHosts(body)),
        pool: pools.length,
        profiles: pooled,
        grant: granted * (pools.length + pooled),
        endpoint: behind * (1 + pools.length) + pooled,
        peering: wan ? 0 : 1,
      },
    ],
    [
      hubSubscription(cloud?.hub),
      { ...(wan ? { connection: 1 } : { peering: 1 }), zoneLink: behind + (pooled > 0 ? 1 : 0) },
    ],
  ]);
}

export function hostsResources(
  { cloud }: CloudSliceInput,
  body: BodyPlan,
  pool: PoolPlan,
  network: number,
): SliceResources {
  const granted = body.group !== undefined && cloud?.join !== "domain" ? 1 : 0;
  return sum([[subscriptionOf(body), { hosts: 1, host: hostsInNetwork(pool, network), grant: granted }]]);
}

export function hubResources({ access, bodies, gateways, cloud }: CloudSliceInput): SliceResources {
  const sites = bodies.flatMap((body) => body.sites);
  const links = sites.flatMap((site) => site.links);
  const clouded = bodies.filter((body) => body.pools.some((pool) => pool.kind !== "physical"));
  const wan = gateways.some(({ sku }) => sku === virtualWan.name);
  return sum([
    [
      hubSubscription(cloud?.hub),
      {
        hub: 1,
        ...(access.way === "gateway" ? { desktopZones: 1, globalFeed: 1 } : {}),
        lineKey: links.length,
        ...(wan
          ? {
              wan: 1,
              virtualHub: gateways.length,
              wanSite: sites.filter((site) => site.links.length > 0).length,
              wanConnection: connectionsOf(gateways, links),
            }
          : { gateway: gateways.length, gatewayAddress: gatewayAddresses(gateways), line: links.length }),
      },
    ],
    // The broker's right to start and stop hosts, in each subscription that has some.
    ...[...new Set(clouded.map(subscriptionOf))].map((name): [string, Counts] => [name, { grant: 1 }]),
  ]);
}

/** Sites by gateway: the lines of one that end at the same virtual hub are one connection. */
function connectionsOf(gateways: readonly GatewayPlan[], links: readonly LinkPlan[]): number {
  const gatewayOf = new Map(gateways.flatMap(({ id, instances }) => instances.map((each) => [each.id, id] as const)));
  return new Set(links.map(({ instance, site }) => `${gatewayOf.get(instance) ?? ""} ${site}`)).size;
}

export function watchResources({ cloud }: CloudSliceInput): SliceResources {
  return sum([[hubSubscription(cloud?.hub), { watch: 1, grant: cloud?.subscriptions.length ?? 1 }]]);
}

/**
 * Public addresses of a VPN gateway: one an instance, and a third where two or more instances share the sessions of
 * people (ARM refuses such a gateway otherwise: ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations).
 */
export function gatewayAddresses(gateways: readonly GatewayPlan[]): number {
  return gateways.reduce((all, { instances }) => all + (instances.length > 1 ? 3 : 1), 0);
}

/** Where the fleet names no cloud, all lies in one subscription without a name. */
function subscriptionOf({ subscription }: BodyPlan): string {
  return subscription ?? "";
}

function hubSubscription(hub: HubNetworkPlan | undefined): string {
  return hub?.subscription ?? "";
}

function sum(parts: readonly (readonly [subscription: string, counts: Counts])[]): SliceResources {
  const writes = new Map<string, { network: number; others: number }>();
  let own = 0;
  for (const [subscription, counts] of parts) {
    const total = writes.get(subscription) ?? { network: 0, others: 0 };
    for (const [name, count] of Object.entries(counts)) {
      const each = azureParts[name as PartName];
      total.network += each.network * count;
      total.others += each.others * count;
      own += each.own * count;
    }
    writes.set(subscription, total);
  }
  const all = [...writes].map(([subscription, total]) => ({ subscription, ...total }));
  const made = all.reduce((total, { network, others }) => total + network + others, 0);
  return { resources: made + own + writes.size * azureParts.provider.own, writes: all };
}
