interface Inhibition {
  readonly source: string;
  readonly target: string;
  /** Labels of which the two have the same value. */
  readonly equal: readonly string[];
}

/** What one alert explains, of what they must be the same, and why the others need not be told beside it. */
interface Explanation {
  readonly source: string;
  readonly targets: readonly string[];
  readonly equal: readonly string[];
  readonly reason: string;
}

/** Tickets of a line that works badly. */
const poorLine = ["LinkLoss", "LatencyHigh", "LinkDownOneVantage"] as const;
/** Tickets of a prober that works badly. */
const poorProber = ["ProbeStale", "CoverageLow", "ProberLate"] as const;

/**
 * The rules name the cause already; this is for the moments in which Alertmanager has old news from one of them, and for
 * tickets of what a page has told. What is quiet because of another is told when that is over and it burns still.
 * `equal`: labels that both alerts always carry, since one that both lack counts as equal. So certificates are left out:
 * a gateway's and a service's carry different ones.
 */
export const explanations: readonly Explanation[] = [
  {
    source: "SiteDown",
    targets: ["LinkDown", "LinkFlapping", ...poorLine],
    equal: ["body", "site"],
    reason: "a site is down when all its lines are, or its router is: its lines are what is looked at first anyhow",
  },
  {
    source: "GatewayDown",
    targets: ["LinkDown", "LinkFlapping", ...poorLine],
    equal: ["gateway"],
    reason: "nothing comes through a line whose instance is gone; no carrier is to be called for it",
  },
  {
    source: "LinkDown",
    targets: poorLine,
    equal: ["body", "site", "link"],
    // Not that it comes and goes: each time by itself pages, and that it does so again and again is news.
    reason: "that a line is down says more than that it was bad before, and the carrier is called for it already",
  },
  {
    source: "ProberDown",
    targets: poorProber,
    equal: ["vantage", "shard"],
    reason: "who probes nothing is late with everything and covers nothing",
  },
  {
    source: "VantageCut",
    targets: ["ProberDown", ...poorProber],
    equal: ["vantage", "shard"],
    reason: "what comes of a prober whose own line is cut is mended with that line",
  },
  {
    source: "GatewaySessionsFull",
    targets: ["GatewaySessionsHigh"],
    equal: ["gateway"],
    reason: "what is full was nearly full before: the same figure, and less time",
  },
  {
    source: "AddressesFull",
    targets: ["AddressesHigh"],
    equal: ["gateway"],
    reason: "as with sessions: the same figure, and less time",
  },
  {
    source: "DesksUnreachable",
    targets: ["DesksDown"],
    equal: ["body", "pool"],
    reason: "the few desks of the ticket are among the many of the page",
  },
  {
    source: "CollectorFailing",
    targets: ["CollectorDataOld", "SeatsReportOld"],
    equal: ["instance", "collector"],
    reason: "a collector that fails brings no new figures: they grow old by that",
  },
  {
    source: "PoolFull",
    targets: ["PoolHigh"],
    equal: ["body", "pool"],
    reason: "as with sessions: the same figure, and less time",
  },
  {
    source: "LicenceSeatsFull",
    targets: ["LicenceSeatsHigh"],
    equal: ["provider"],
    reason: "where people wait for a seat already, that few are left is no news",
  },
  {
    source: "LinksBurnFast",
    targets: ["LinksBurnSlow"],
    equal: ["body"],
    reason: "the same loss over a shorter time: who is at it needs no ticket for it",
  },
  {
    source: "GatewayBurnFast",
    targets: ["GatewayBurnSlow"],
    equal: ["gateway"],
    reason: "the same silence over a shorter time: who is at it needs no ticket for it",
  },
  {
    source: "AuthorityEnding",
    targets: ["AuthorityExpiring"],
    equal: [],
    reason: "a fleet has one authority: its last weeks are among its last months",
  },
  {
    source: "RevocationListEnding",
    targets: ["RevocationListExpiring"],
    equal: [],
    reason: "a fleet has one list: its last two days are among its last ten",
  },
];

/** Several fleets may share one Alertmanager, and bear the same names: no outage of one explains another's. */
export const inhibitions: readonly Inhibition[] = explanations.flatMap(({ source, targets, equal }) =>
  targets.map((target) => ({ source, target, equal: ["fleet", ...equal] })),
);
