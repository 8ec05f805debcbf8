import { type ScalarName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { AlertRule, RecordingRule, RuleGroup, Steps } from "./rule.ts";

/** What runs full: the part of it that is used, one series a thing, told apart by the label `resource`. */
const used = "resource:deskbridge_used:ratio";
const peak = "resource:deskbridge_used:peak7d";

interface Resource {
  readonly used: ScalarName;
  readonly limit: ScalarName;
  /** What one of it is told by. */
  readonly by: string;
  /** Where the figure means something only for some. */
  readonly only?: string;
}

const resources = {
  sessions: { used: "vpn_sessions", limit: "vpn_sessions_limit", by: "gateway" },
  addresses: { used: "vpn_addresses_used", limit: "vpn_addresses_total", by: "gateway" },
  // In a personal pool each has a desk, and all of them in use is a usual morning.
  seats: {
    used: "pool_sessions",
    limit: "pool_session_capacity",
    by: "body, pool",
    only: select("pool_info", { kind: "pooled" }),
  },
  quota: { used: "quota_vcpus_used", limit: "quota_vcpus_limit", by: "subscription, region, family" },
} as const satisfies Record<string, Resource>;
type ResourceName = keyof typeof resources;

function record(resource: ResourceName): RecordingRule {
  const { used: name, limit, by, only }: Resource = resources[resource];
  const best = (metric: ScalarName): string => `max by (${by}) (${select(metric)})`;
  return {
    record: used,
    labels: { resource },
    expr: `${best(name)} / (${best(limit)} > 0)${only === undefined ? "" : `\nand on (${by}) ${only}`}`,
  };
}

const of = (resource: ResourceName): string => `${used}{resource="${resource}"}`;

type Told = Omit<AlertRule, "expr" | "for" | "severity">;

function nearlyFull(resource: ResourceName, told: Told): AlertRule {
  const { value } = thresholds.nearlyFull;
  return {
    ...told,
    expr: `${of(resource)} >= ${value}`,
    for: thresholds.nearlyFullFor.value,
    severity: "ticket",
  };
}

function full(resource: ResourceName, told: Told): AlertRule {
  const { value } = thresholds.full;
  return { ...told, expr: `${of(resource)} >= ${value}`, for: thresholds.fullFor.value, severity: "page" };
}

const percent = "{{ $value | humanizePercentage }}";
const more: Steps = [
  "Look at the last weeks: a peak of today, or growth?",
  "Growth: plan the next stage (`npx deskbridge plan`), which says what breaks first.",
  "Order it: another instance, hosts or quota take days.",
];
const now: Steps = [
  "Is another instance or pool down or drained, so that all come here? Mend that first.",
  "Make room: end sessions of people who have left, start or un-drain hosts, let people in elsewhere.",
  "No room to be made: call the second on call, and tell the bodies who waits.",
];

/** Days between the two peaks that are compared. */
const apart = 14;
/** The growth between them goes on above the newer one. */
const exhausted = [
  `${peak} + (${peak} - ${peak} offset ${apart}d) / ${apart} * ${thresholds.exhaustDays.value} > 1`,
  `and ${peak} > ${thresholds.exhaustFrom.value}`,
  `and ${peak} > ${peak} offset ${apart}d`,
  `and ${used} offset ${thresholds.exhaustHistory.value}`,
].join("\n");

export const capacityGroup: RuleGroup = {
  name: "capacity",
  interval: intervals.long,
  rules: [
    record("sessions"),
    record("addresses"),
    record("seats"),
    record("quota"),
    nearlyFull("sessions", {
      alert: "GatewaySessionsHigh",
      dashboard: "deskbridge-gateways",
      summary: "Gateway instance {{ $labels.gateway }} has many people",
      description: `${percent} of the people that it is planned for are on it.`,
      impact: "Nobody yet.",
      steps: more,
    }),
    full("sessions", {
      alert: "GatewaySessionsFull",
      dashboard: "deskbridge-gateways",
      summary: "Gateway instance {{ $labels.gateway }} is full",
      description: `${percent} of the people that it is planned for are on it; soon it refuses people.`,
      impact: "Whoever comes next is refused there, and tries the other instances.",
      steps: now,
    }),
    nearlyFull("addresses", {
      alert: "AddressesHigh",
      dashboard: "deskbridge-gateways",
      summary: "Gateway instance {{ $labels.gateway }} has given out many of its addresses",
      description: `People hold ${percent} of its addresses.`,
      impact: "Nobody yet.",
      steps: more,
    }),
    full("addresses", {
      alert: "AddressesFull",
      dashboard: "deskbridge-gateways",
      summary: "Gateway instance {{ $labels.gateway }} runs out of addresses",
      description: `People hold ${percent} of its addresses; without one nobody gets in.`,
      impact: "Whoever comes next gets no address there, and tries the other instances.",
      steps: now,
    }),
    nearlyFull("seats", {
      alert: "PoolHigh",
      dashboard: "deskbridge-capacity",
      summary: "Pool {{ $labels.pool }} has few seats left",
      description: `${percent} of the sessions that its hosts can hold are there.`,
      impact: "Nobody yet.",
      steps: more,
    }),
    full("seats", {
      alert: "PoolFull",
      dashboard: "deskbridge-capacity",
      summary: "Pool {{ $labels.pool }} is full",
      description: `${percent} of the sessions that its hosts can hold are there.`,
      impact: "Whoever of {{ $labels.body }} comes next finds no seat.",
      steps: now,
    }),
    {
      alert: "QuotaHigh",
      dashboard: "deskbridge-capacity",
      expr: `${of("quota")} >= ${thresholds.quotaHigh.value}`,
      for: thresholds.quotaHighFor.value,
      severity: "ticket",
      summary: "The vCPU quota {{ $labels.family }} in {{ $labels.region }} is nearly used up",
      description: `${percent} of what subscription {{ $labels.subscription }} may have is in use.`,
      impact: "Nobody yet; hosts that are to be built or started later are refused.",
      steps: [
        "Does the next stage need it (`npx deskbridge plan`)?",
        "Ask the cloud for more: it takes days.",
        "Meanwhile free what nobody uses.",
      ],
    },
  ],
};

/** Peaks of whole weeks: a weekend is in every week, so it is no trend. */
export const trendsGroup: RuleGroup = {
  name: "trends",
  interval: intervals.days,
  rules: [
    { record: peak, expr: `max_over_time(${used}[7d])` },
    {
      alert: "ExhaustIn30d",
      expr: exhausted,
      for: thresholds.exhaustFor.value,
      severity: "ticket",
      dashboard: "deskbridge-capacity",
      summary:
        "{{ $labels.resource }} of {{ $labels.gateway }}{{ $labels.pool }}{{ $labels.family }} are used up within 30 days",
      description: `At the pace of the last two weeks ${percent} of them are used in ${thresholds.exhaustDays.value} days (peaks of a week each).`,
      impact: "Nobody yet.",
      steps: more,
    },
  ],
};
