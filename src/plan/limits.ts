import type { DeskClass } from "../fleet/schema.ts";
import type { VmSize } from "./types.ts";

/**
 * Vendors' limits and sizing figures, once each, with source and date. Figures are data: when a vendor changes one,
 * change it here and nowhere else.
 */

export interface Limit {
  readonly value: number;
  readonly source: string;
}

/** A VPN gateway size. Sessions and VMs are counts, bandwidth is Mb/s. */
export interface GatewaySku {
  readonly name: string;
  readonly generation: 1 | 2;
  /** Site-to-site tunnels. */
  readonly tunnels: number;
  /** Point-to-site sessions, IKEv2 and OpenVPN. */
  readonly people: number;
  /** Site-to-site and point-to-site together. */
  readonly mbps: number;
  /** VMs in the hub and the peered networks (private endpoints and appliances count as well). */
  readonly vms: number;
  /** One tunnel with GCMAES256. */
  readonly mbpsPerTunnel: number;
}

export const gatewaySkuSource = "Azure VPN Gateway: about gateway SKUs (June 2026)";
export const tunnelSource = "Azure VPN Gateway: per-tunnel performance, GCMAES256 (January 2024)";

/**
 * The sizes that are weighed, cheapest first. Generation 2 where it exists; Basic is left out (no people, no BGP), and
 * so are the sizes without zones, which cannot be made since January 2025.
 */
export const gatewaySkus: readonly GatewaySku[] = [
  {
    name: "VpnGw1AZ",
    generation: 1,
    tunnels: 30,
    people: 250,
    mbps: 650,
    vms: 1_000,
    mbpsPerTunnel: 650,
  },
  {
    name: "VpnGw2AZ",
    generation: 2,
    tunnels: 30,
    people: 500,
    mbps: 1_250,
    vms: 2_000,
    mbpsPerTunnel: 1_250,
  },
  {
    name: "VpnGw3AZ",
    generation: 2,
    tunnels: 30,
    people: 1_000,
    mbps: 2_500,
    vms: 3_300,
    mbpsPerTunnel: 1_500,
  },
  {
    name: "VpnGw4AZ",
    generation: 2,
    tunnels: 100,
    people: 5_000,
    mbps: 5_000,
    vms: 4_400,
    mbpsPerTunnel: 2_300,
  },
  {
    name: "VpnGw5AZ",
    generation: 2,
    tunnels: 100,
    people: 10_000,
    mbps: 10_000,
    vms: 9_000,
    mbpsPerTunnel: 2_300,
  },
];

/** Where no gateway size holds: Virtual WAN, sized in scale units. */
export const virtualWan = {
  name: "VirtualWan",
  peoplePerHub: 100_000,
  mbpsPerHub: 200_000,
  peoplePerScaleUnit: 500,
  vmsPerHub: 50_000,
  tunnelsPerHub: 1_000,
  mbpsPerTunnel: 1_000,
  /** Of all sites of a hub. */
  siteMbpsPerHub: 20_000,
  routesPerHub: 10_000,
  source: "Azure Virtual WAN: limits (June 2026)",
  hubSource: "Azure Virtual WAN: limits (May 2022), virtual hub settings (August 2023)",
} as const;

/** AS numbers that nobody may use with a VPN gateway, first and last of each range. */
export const reservedAsns = {
  ranges: [
    [8_074, 8_075],
    [12_076, 12_076],
    [65_515, 65_515],
    [65_517, 65_520],
    [23_456, 23_456],
    [64_496, 64_511],
    [65_535, 65_551],
    [4_294_967_295, 4_294_967_295],
  ],
  source: "Azure VPN Gateway: BGP FAQ, AS numbers reserved by Azure and IANA (October 2023)",
} as const;

/** Addresses that a private endpoint takes: one for each member of what it leads to. */
export const endpointAddresses = {
  /** broker, diagnostics, gateway-ring-map, web */
  hostPool: 4,
  /** web-r0, web-r1 */
  workspace: 2,
  share: 1,
  source: "Azure Virtual Desktop: set up Private Link, members of static addresses (read in 2026)",
} as const;

/** Addresses of a subnet that belong to the cloud: the first four and the last. */
export const subnetReserved = 5;

/** Longest names. */
export const nameLengths = {
  resourceGroup: 90,
  network: 64,
  privateEndpoint: 64,
  partOfNetwork: 80,
  desktopObject: 64,
  source: "Azure: naming rules and restrictions; @azure/arm-desktopvirtualization 1.2.0",
} as const;

/** Minutes that the vendor's own work on a gateway takes (Azure VPN Gateway documentation, June 2026). */
export const gatewayMinutes = { createAtLeast: 30, create: 60, upgrade: 45 } as const;

/** How long to wait for it: twice what making one takes. */
export const gatewayTimeoutMinutes: Limit = {
  value: 2 * gatewayMinutes.create,
  source: "Azure VPN Gateway: creation takes 30 to 60 minutes (June 2026), doubled",
};

const avd = "Azure Virtual Desktop: service limits (read in 2026)";
const arm = "Azure Resource Manager: subscription limits (read in 2026)";

export const limits = {
  bgpRoutes: { value: 4_000, source: "Azure VPN Gateway: limits (June 2026)" },
  revokedCertificates: { value: 300, source: "Azure VPN Gateway: limits (June 2026)" },
  rootCertificates: { value: 20, source: "Azure VPN Gateway: limits (June 2026)" },
  prefixesPerLocalGateway: { value: 1_000, source: "Azure VPN Gateway: limits (June 2026)" },
  trafficSelectors: { value: 100, source: "Azure VPN Gateway: limits (June 2026)" },
  sstpConnections: { value: 128, source: "Azure VPN Gateway: about gateway SKUs (June 2026)" },
  pushedRoutes: { value: 1_000, source: "Azure VPN Gateway: limits (June 2026), OpenVPN clients" },
  gatewaySubnetLength: { value: 27, source: "Azure VPN Gateway: about gateway settings, gateway subnet (2026)" },
  hostsPerHostPool: { value: 10_000, source: avd },
  vmsPerSubscription: { value: 5_000, source: `${avd}, recommended, one region` },
  autoscaledVmsPerSubscription: { value: 2_500, source: `${avd}, recommended, with autoscale` },
  applicationGroupsPerTenant: { value: 500, source: avd },
  workspacesPerTenant: { value: 1_300, source: avd },
  peeringsPerNetwork: { value: 500, source: `${arm}, networking (December 2022)` },
  poolsPerWorkspace: { value: 400, source: avd },
  roleAssignmentsPerDesktopObject: { value: 200, source: avd },
  coresPerHost: { value: 32, source: "Azure Virtual Desktop: session host sizing (July 2025)" },
  hostPrefixLength: { value: 11, source: avd },
  computerNameLength: { value: 15, source: "Windows: NetBIOS computer names" },
  instancesPerResourceGroup: { value: 800, source: `${arm}, instances of one type, some types exempt` },
  addressesPerNetwork: { value: 65_536, source: arm },
  addressesPerPeeredGroup: { value: 128_000, source: arm },
  resourcesPerStack: {
    value: 1_000,
    source: "measured: Pulumi previews and memory grow badly beyond (2026)",
  },
  labResources: { value: 149, source: "the lab's own aim: under 150 resources (docs/design.md)" },
  weeklyHours: { value: 48, source: "Directive 2003/88/EC, art. 6: 48 hours a week on average" },
} as const satisfies Record<string, Limit>;

/** Writes that Azure takes of one principal, in one subscription and region; a bucket that fills up again. */
export const writeBudget = {
  bucket: 200,
  perSecond: 10,
  source: "Azure Resource Manager: throttling, token buckets (read in 2026)",
  /** The network provider's own: so many PUTs in so many seconds. */
  network: { most: 1_000, seconds: 300, source: "Azure Resource Manager: network throttling (2020)" },
} as const;

/** The same for reads. All principals of a subscription together have so many times as much, of reads as of writes. */
export const readBudget = {
  bucket: 250,
  perSecond: 25,
  principals: 15,
  source: writeBudget.source,
  network: { most: 10_000, seconds: 300, source: writeBudget.network.source },
} as const;

/** Ours: how often the watch's collectors ask Azure. A list of hosts comes in pages, of how many nobody says. */
export const collecting = { poolsSeconds: 60, quotaSeconds: 600, hostsPerPage: 100 } as const;

/**
 * Ours: pooled hosts that a roll of the image makes anew at once, as a part of each pool and at least the first host,
 * its canary. The old host goes first, but Azure gives its vCPUs back late, so the quota holds as many more.
 */
export const rollBatch = { part: 0.25 } as const;

/** Hours for which costs are told: the vendor's month, and the hours in which scaling plans keep hosts running. */
export const monthHours = {
  always: 730,
  /** From the ramp-up at 07:00 to the ramp-down at 20:00, Monday to Friday, of 365 / 12 days a month. */
  atWork: Math.round((13 * 5 * 365) / 7 / 12),
  source: "8,760 hours a year / 12; the scaling plans' weekdays, 07:00 to 20:00",
} as const;

/** Azure Virtual Desktop session-host sizing guidelines (July 2025). */
export const sizing = {
  /** Cores of a multi-session host: two of 8 beat one of 16 when everybody logs on. */
  vcpusPerHost: 8,
  usersPerVcpu: { light: 6, medium: 4, heavy: 2, power: 1 },
  source: "Azure Virtual Desktop: session host sizing (July 2025)",
} as const;

/**
 * Profiles of people at pooled desks: 30 GB each (Azure Virtual Desktop: FSLogix storage, July 2025); a premium share has
 * 100 to 102,400 GiB (Azure Files scale targets, read in 2026).
 */
export const profileShare = { gibPerDesk: 30, smallestGib: 100, largestGib: 102_400 } as const;

/** Ports that one public address of a NAT gateway gives, and the addresses of one (Azure NAT Gateway, read in 2026). */
export const natGateway = {
  portsPerAddress: 64_512,
  addresses: 16,
  /** Ours: connections of one host to one and the same endpoint at once, below which people notice. */
  portsPerHost: 64,
} as const;

const dasv5 = (vcpus: number): VmSize => ({
  name: `Standard_D${vcpus}as_v5`,
  family: "standardDASv5Family",
  vcpus,
  memoryGiB: vcpus * 4,
});
const nvadsA10v5 = (vcpus: number, memoryGiB: number): VmSize => ({
  name: `Standard_NV${vcpus}ads_A10_v5`,
  family: "StandardNVADSA10v5Family",
  vcpus,
  memoryGiB,
});

/**
 * Sizes of the cloud's hosts by kind of pool and class: the sizing guide's vCPU and memory (single session: light 2/8,
 * medium 4/16, heavy 8/32, power with a GPU from 6/56; multi-session hosts of 8 vCPU, power with a GPU), as sizes of
 * the series Dasv5 and NVadsA10 v5 (Azure Virtual Machines: sizes, read in 2026).
 */
export const vmSizes = {
  personal: { light: dasv5(2), medium: dasv5(4), heavy: dasv5(8), power: nvadsA10v5(6, 55) },
  pooled: { light: dasv5(8), medium: dasv5(8), heavy: dasv5(8), power: nvadsA10v5(12, 110) },
} as const satisfies Record<"personal" | "pooled", Record<DeskClass, VmSize>>;

/** The machines of the watch: 2 vCPU and 8 GiB, the smallest of the desks' own series (one quota for both). */
export const watchVm: VmSize = dasv5(2);

/** Azure Monitor: service limits, Prometheus metrics (May 2025); that of the expression's length is not published. */
export const managedPrometheus = {
  rulesPerGroup: 20,
  groupsPerWorkspace: 500,
  /** Shortest interval of a rule group, seconds. */
  interval: 60,
  /** Samples a minute that a workspace takes, unless more is asked for. */
  samplesPerMinute: 1_000_000,
} as const;

/** Mb/s of one person at work: the middle of "web, 300–700 kb/s" for RDP at 1080p. */
export const mbpsPerPerson: Limit = {
  value: 0.5,
  source: "Azure Virtual Desktop: RDP bandwidth at 1080p (July 2025)",
};
