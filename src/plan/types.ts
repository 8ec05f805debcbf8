import type { DeskClass, Fleet, ListedDesk, PoolKind, Videoconference } from "../fleet/schema.ts";

/**
 * The plan: plain data computed from a fleet and a stage by `plan()`. Everything after it only reads it.
 * Addresses are IPv4 text, ranges are CIDR text; bandwidth is Mb/s; counts are whole.
 */
export interface Plan {
  readonly fleet: string;
  readonly stage: string;
  /** ISO date of the stage. */
  readonly date: string;
  readonly desks: number;
  readonly hosts: number;
  /** People connected at once through the gateway at this stage (rounded up). */
  readonly peopleAtOnce: number;
  readonly network: PlanNetwork;
  readonly access: PlanAccess;
  readonly bodies: readonly BodyPlan[];
  readonly gateways: readonly GatewayPlan[];
  /** Every gateway size that was weighed, cheapest first, and which of its columns the stage breaks. */
  readonly gatewayChoices: readonly GatewayChoice[];
  readonly slices: readonly SlicePlan[];
  readonly services: readonly ServicePlan[];
  /** Who has the videoconferences; undefined where the fleet has none. */
  readonly videoconference: Videoconference["provider"] | undefined;
  /** What the cloud needs to know; undefined where the fleet names no cloud. */
  readonly cloud: CloudPlan | undefined;
  readonly proof: readonly ProofRow[];
  /** What the vendor recommends: known and shown, not a limit that is broken. */
  readonly advice: readonly Advice[];
  /** What the loss of one part takes with it: known and shown, not a limit that is broken. */
  readonly risks: readonly Risk[];
}

export interface PlanNetwork {
  /** All desks, all bodies. */
  readonly desks: string;
  /** People from outside, all instances. */
  readonly clients: string;
  readonly transit: string;
  readonly carriers: string;
}

/** How people come in: what their profiles hang on. */
export type PlanAccess = Pick<Fleet["access"], "way" | "people" | "sites" | "authentication">;

/** The cloud's part: names only, no ids (those are the tenancy's). */
export interface CloudPlan {
  readonly region: string;
  /** IANA time zone of the scaling plans. */
  readonly timezone: string;
  readonly join: "entra" | "domain";
  /** Name of the image that desks are made from. */
  readonly image: string;
  readonly subscriptions: readonly string[];
  readonly hub: HubNetworkPlan;
}

/** The hub's network in the cloud, cut from the lower half of the transit range. */
export interface HubNetworkPlan {
  readonly subscription: string;
  readonly range: string;
  readonly subnets: {
    /** `GatewaySubnet`. */
    readonly gateway: string;
    readonly resolver: string;
    readonly endpoints: string;
    readonly watch: string;
  };
  /** Address of the DNS resolver that desks and people ask. */
  readonly resolver: string;
  /** A network of its own, joined to nothing: the vantage point `public`. */
  readonly outside: string;
  /** Of each gateway that is a Virtual WAN hub, in the gateways' order. */
  readonly virtualHubs: readonly string[];
}

export interface BodyPlan {
  readonly id: string;
  readonly name: string;
  /** Directory group that may use the desks. */
  readonly group: string | undefined;
  /** Subscription of its cloud desks; undefined where the fleet names no cloud. */
  readonly subscription: string | undefined;
  /** Network of its private endpoints in the cloud; undefined where the fleet names no cloud. */
  readonly endpoints: string | undefined;
  /** Position in the fleet file; addresses hang on it, so bodies are appended, never reordered. */
  readonly ordinal: number;
  readonly desks: number;
  readonly hosts: number;
  readonly laptops: number;
  readonly peopleAtOnce: number;
  readonly seats: number;
  readonly pools: readonly PoolPlan[];
  readonly sites: readonly SitePlan[];
}

export interface PoolPlan {
  /** `<body>/<pool>` */
  readonly id: string;
  readonly body: string;
  readonly name: string;
  /** Position in the body. */
  readonly ordinal: number;
  readonly kind: PoolKind;
  readonly class: DeskClass | undefined;
  /** `<body>/<site>` for physical pools. */
  readonly site: string | undefined;
  readonly desks: number;
  readonly hosts: number;
  /** 1, but for pooled: how many desks one host carries. */
  readonly desksPerHost: number;
  readonly concurrency: number;
  readonly peopleAtOnce: number;
  /** Whether its people come through the VPN gateway (else through the cloud's own broker). */
  readonly viaGateway: boolean;
  /** Hosts that fit before the next pool's addresses begin. */
  readonly roomForHosts: number;
  /** All that is the pool's own, up to the next pool: its network in the cloud, which growth never changes. */
  readonly block: string;
  /** What its hosts are in the cloud; undefined for physical pools. */
  readonly vm: VmSize | undefined;
  /** Smallest range that holds all the pool's networks: what is routed. */
  readonly range: string;
  /** One network a slice of hosts, in order. */
  readonly networks: readonly string[];
  /** Cloud hosts are `<prefix>-00001`; physical hosts bear their desk's name, so theirs is `<body>-<pool>`. */
  readonly hostPrefix: string;
  readonly listed: readonly ListedDesk[];
  /** Which SSH server the lab runs here: tinysshd for the mass, OpenSSH on one pool. */
  readonly sshServer: "tinysshd" | "openssh";
}

/** A size of virtual machine. */
export interface VmSize {
  readonly name: string;
  /** As the cloud's quota calls its family. */
  readonly family: string;
  readonly vcpus: number;
  readonly memoryGiB: number;
}

export interface HostPlan {
  readonly name: string;
  readonly address: string;
  /** Zero-based position in the pool. */
  readonly ordinal: number;
}

export interface DeskPlan {
  readonly id: string;
  /** Name of the host. */
  readonly host: string;
  readonly person: string | undefined;
}

export interface SitePlan {
  /** `<body>/<site>` */
  readonly id: string;
  readonly body: string;
  readonly name: string;
  readonly ordinal: number;
  readonly unit: string | undefined;
  /** The site router's own address, reached over any of its links: what `site_up` probes. */
  readonly router: string;
  /** Private AS number of the site's router. */
  readonly asn: number;
  /** Ids of its physical pools. */
  readonly pools: readonly string[];
  /** Desks that stand here. */
  readonly desks: number;
  readonly peopleAtOnce: number;
  readonly links: readonly LinkPlan[];
}

export interface LinkPlan {
  /** `<body>/<site>/<link>` */
  readonly id: string;
  readonly body: string;
  readonly site: string;
  readonly name: string;
  /** Order of preference in the site, from 0. */
  readonly ordinal: number;
  readonly carrier: string;
  readonly mbps: number;
  readonly critical: boolean;
  /** The part of a month in which it is up by contract; undefined where the fleet says nothing. */
  readonly availability: number | undefined;
  /** Gateway instance where the line ends. */
  readonly instance: string;
  /** Number of the line's slot, unique in the fleet and stable: `transit` = base of the link half + 8 × slot. */
  readonly slot: number;
  /** /29 of the transit range: +1/+2 outer tunnel ends (gateway, site), +5/+6 inner ends (gateway, site router). */
  readonly transit: string;
  readonly tunnel: {
    readonly gatewayOuter: string;
    readonly siteOuter: string;
    readonly gatewayInner: string;
    /** What `link_up` probes. */
    readonly siteInner: string;
  };
}

export interface GatewayPlan {
  readonly id: string;
  /** Vendor's SKU that carries this stage, or "VirtualWan". */
  readonly sku: string;
  /** Only for VirtualWan. */
  readonly scaleUnits: number | undefined;
  readonly instances: readonly InstancePlan[];
}

/** A gateway size held against what the stage asks of it. */
export interface GatewayChoice {
  readonly sku: string;
  readonly generation: 1 | 2;
  readonly picked: boolean;
  readonly columns: readonly GatewayColumn[];
}

export interface GatewayColumn {
  readonly what: "people at once" | "VMs" | "tunnels" | "Mb/s in all" | "Mb/s a tunnel";
  readonly demand: number;
  readonly limit: number;
  readonly holds: boolean;
}

export interface InstancePlan {
  /** `hub-a`, `hub-b`, … */
  readonly id: string;
  readonly gateway: string;
  readonly ordinal: number;
  /** Addresses that people get here. */
  readonly clients: string;
  /** Sessions that one instance must carry alone: all people at once (N−1). */
  readonly sessionsLimit: number;
  readonly asn: number;
}

/** What desks are for, and what callers of the contact centre ask about. */
export interface ServicePlan {
  /** Of a tool `<queue>/<tool>`. */
  readonly id: string;
  /** Whose callers ask about it; undefined for what desks are for. */
  readonly queue?: string;
  readonly name: string;
  readonly url: string;
}

export type Target = "azure" | "lab";

export interface SlicePlan {
  /** `<target>-<slice>`, a Pulumi stack's name. */
  readonly stack: string;
  readonly target: Target;
  readonly kind: "hub" | "body" | "hosts" | "watch";
  readonly body: string | undefined;
  /** For kind `hosts`: the pool and its network (index into `networks`). */
  readonly pool: string | undefined;
  readonly network: number | undefined;
  /** As the engine counts them, but for the stack itself. */
  readonly resources: number;
  /** Writes that making them asks of the cloud, by subscription; none for the lab. */
  readonly writes: readonly SliceWrites[];
  /** Stacks that must be up before. */
  readonly after: readonly string[];
}

export interface SliceWrites {
  /** Its name in the fleet file; "" where the fleet names no cloud. */
  readonly subscription: string;
  /** To the network provider, which has a budget of its own. */
  readonly network: number;
  /** To all other providers. */
  readonly others: number;
}

export const proofGroups = ["gateway", "lines", "Azure", "addresses", "people", "stacks"] as const;
export type ProofGroup = (typeof proofGroups)[number];

export interface ProofRow {
  readonly group: ProofGroup;
  /** What is held against what, in plain words. */
  readonly what: string;
  readonly demand: number;
  readonly limit: number;
  readonly unit: string;
  /** Where the limit comes from, with its date. */
  readonly source: string;
  /** limit − demand */
  readonly headroom: number;
  /** The next demand that breaks it, in the same unit. */
  readonly breaksAt: number;
  /** Total desks of the stage at which the demand breaks it, all else as it is; undefined where desks do not count. */
  readonly breaksAtDesks: number | undefined;
  readonly holds: boolean;
}

export interface Advice {
  /** What is held against what, in plain words. */
  readonly what: string;
  readonly demand: number;
  readonly recommended: number;
  readonly unit: string;
  /** Where it comes from, with its date. */
  readonly source: string;
  /** Total desks of the stage at which it is passed, all else as it is; undefined where no number of desks does. */
  readonly passedAtDesks: number | undefined;
  readonly followed: boolean;
  /** What to expect where it is not followed, or what to do. */
  readonly remedy: string;
}

export const riskKinds = ["gateway", "instance", "line", "carrier", "host"] as const;

export interface Risk {
  /** Which part is lost. */
  readonly kind: (typeof riskKinds)[number];
  readonly what: string;
  readonly desks: number;
  readonly people: number;
  readonly why: string;
}
