interface Inhibition {
  readonly source: string;
  readonly target: string;
  readonly equal: readonly string[];
}

function explains(source: string, targets: readonly string[], equal: readonly string[]): readonly Inhibition[] {
  return targets.map((target) => ({ source, target, equal }));
}

/** Tickets of a line that works badly. */
const poorLine = ["LinkLoss", "LatencyHigh", "LinkDownOneVantage"] as const;

/**
 * The rules name the cause already; this is for the moments in which Alertmanager has old news from one of them, and for
 * tickets of what a page has told. What is quiet because of another is told when that is over and it burns still.
 * `equal`: labels that both alerts always carry, since one that both lack counts as equal. So certificates are left out:
 * a gateway's and a service's carry different ones.
 */
export const inhibitions: readonly Inhibition[] = [
  ...explains("SiteDown", ["LinkDown", "LinkFlapping", ...poorLine], ["body", "site"]),
  ...explains("GatewayDown", ["LinkDown", "LinkFlapping", ...poorLine], ["gateway"]),
  // Not that it comes and goes: each time by itself pages, and that it does so again and again is news.
  ...explains("LinkDown", poorLine, ["body", "site", "link"]),
  ...explains("ProberDown", ["ProbeStale", "CoverageLow", "ProberLate"], ["vantage", "shard"]),
  ...explains("VantageCut", ["ProberDown", "ProbeStale", "CoverageLow", "ProberLate"], ["vantage", "shard"]),
  ...explains("GatewaySessionsFull", ["GatewaySessionsHigh"], ["gateway"]),
  ...explains("AddressesFull", ["AddressesHigh"], ["gateway"]),
  ...explains("DesksUnreachable", ["DesksDown"], ["body", "pool"]),
  ...explains("CollectorFailing", ["CollectorDataOld"], ["collector"]),
  ...explains("PoolFull", ["PoolHigh"], ["body", "pool"]),
  ...explains("LinksBurnFast", ["LinksBurnSlow"], ["body"]),
  ...explains("GatewayBurnFast", ["GatewayBurnSlow"], ["gateway"]),
];
