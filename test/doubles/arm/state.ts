/** What the double of Azure Resource Manager holds. Tests change it as they like. */
export interface ArmState {
  pools: PoolState[];
  usages: UsageState[];
  gateways: GatewayState[];
  metrics: MetricState[];
  /** Reads left of each subscription, by its id; each read takes one, and at none it answers 429. */
  reads: Map<string, number>;
  /** When each subscription was last read, milliseconds since 1970. */
  readAt: Map<string, number>;
  /** Reads that come back a second, up to a full bucket; Azure's figure is 25, 0 keeps a test's figures still. */
  readsPerSecond: number;
  /** Items a page. */
  pageSize: number;
  /** Tokens that are good now, by what they are for. */
  tokens: Readonly<Record<"management" | "metrics", string>>;
}

/** Who holds the host pools instead, where another double has them, too. */
export interface PoolStore {
  /** Runs `work` on the pools as they are; what it changes of their hosts is kept. */
  during<Result>(work: (pools: PoolState[]) => Result): Result;
}

export interface PoolState {
  id: string;
  region: string;
  type: "Pooled" | "Personal";
  sessionsPerHost: number;
  hosts: HostState[];
}

export interface HostState {
  name: string;
  status: string;
  allowNewSession: boolean;
  /** Its machine's. */
  tags?: Record<string, string>;
  sessions: SessionState[];
}

export interface SessionState {
  person: string;
  state: string;
}

export interface UsageState {
  provider: "Microsoft.Compute" | "Microsoft.Network";
  subscription: string;
  region: string;
  name: string;
  label: string;
  used: number;
  limit: number;
}

export interface GatewayState {
  id: string;
  region: string;
  /** People who are connected to it. */
  connections: { person: string; address: string }[];
}

/** One series of a metric in the finest grain: values by the beginning of the grain, milliseconds since 1970. */
export interface MetricState {
  resource: string;
  metric: keyof typeof knownMetrics;
  dimensions: Readonly<Record<string, string>>;
  points: Map<number, number>;
}

/**
 * Metrics of VPN gateways: unit, the aggregation that they are made for, finest grain in minutes, and dimensions
 * (learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-network-virtualnetworkgateways-metrics).
 */
export const knownMetrics = {
  P2SConnectionCount: { unit: "Count", aggregation: "total", minutes: 1, dimensions: ["Protocol", "Instance"] },
  P2SBandwidth: { unit: "BytesPerSecond", aggregation: "average", minutes: 1, dimensions: ["Instance"] },
  BgpPeerStatus: { unit: "Count", aggregation: "average", minutes: 5, dimensions: ["BgpPeerAddress", "Instance"] },
  MmsaCount: {
    unit: "Count",
    aggregation: "total",
    minutes: 5,
    dimensions: ["ConnectionName", "RemoteIP", "Instance"],
  },
  QmsaCount: {
    unit: "Count",
    aggregation: "total",
    minutes: 5,
    dimensions: ["ConnectionName", "RemoteIP", "Instance"],
  },
} as const;

export function emptyState(): ArmState {
  return {
    pools: [],
    usages: [],
    gateways: [],
    metrics: [],
    reads: new Map(),
    readAt: new Map(),
    readsPerSecond: 0,
    pageSize: 100,
    tokens: { management: "management-1", metrics: "metrics-1" },
  };
}
