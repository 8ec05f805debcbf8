import { fullName, type ScalarName, select } from "../src/metrics.ts";
import { cloudThresholds, intervals, thresholds } from "./config.ts";

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  /** `page` rings at once, `ticket` is for working hours, `none` reaches nobody but the heartbeat. */
  readonly severity: "page" | "ticket" | "none";
  /** What and where, in one line; Prometheus's templates. */
  readonly summary: string;
  /** Who is touched and what is known. */
  readonly description: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

/** The job that scrapes `/metrics/links`. */
export const quickJob = "deskbridge-links";
export const usualJob = "deskbridge";
/** The job that scrapes the exporter of the vantage point outside, where that has its own. */
export const outsideJob = "deskbridge-outside";
/** Prometheus's scrape of itself: while its samples come, the watch lives. */
export const selfJob = "prometheus";

/** What the quick rules work on: one 0 or 1 a thing, whichever exporter and vantage point told it. */
export const states = {
  link: { record: "link:deskbridge_up:max", metric: "link_up" },
  site: { record: "site:deskbridge_up:max", metric: "site_up" },
  gateway: { record: "gateway:deskbridge_up:max", metric: "gateway_up" },
} as const satisfies Record<string, { readonly record: string; readonly metric: ScalarName }>;

const link = states.link.record;
const site = states.site.record;
const gateway = states.gateway.record;

/** How old a sample may be to count still, and how long a probe may be silent (seconds). */
interface Patience {
  readonly bridge: { readonly value: string };
  readonly probeStaleSeconds: { readonly value: string };
  readonly vantageSettles: { readonly value: string };
}

/**
 * A thing is up when any vantage point sees it. A missed scrape is bridged. What an exporter tells of kinds that were
 * never probed at all since it started is no state: that is the prober's outage (ProberDown), not theirs. Each exporter
 * stands for itself there (`instance`), since others tell of other parts of the fleet. Neither has a gateway a state that
 * no prober can ask (it has not the gateway's key, say).
 */
function stateRule(kind: keyof typeof states, patience: Patience): RecordingRule {
  const { record, metric } = states[kind];
  const unprobed = `min by (gateway) (${bridged(fullName("gateway_unprobed"), patience)})`;
  const lastRun = bridged(select("probe_last_run_timestamp_seconds", { kind }), patience);
  const never = `max by (fleet, instance) (${lastRun}) == 0`;
  return {
    record,
    expr: [
      `max without (job, instance, vantage) (`,
      `  ${bridged(fullName(metric), patience)} unless on (fleet, instance) (${never})`,
      `)`,
      ...(kind === "gateway" ? [`unless on (gateway) (${unprobed} == 1)`] : []),
    ].join("\n"),
  };
}

function bridged(selector: string, { bridge }: Patience): string {
  return `last_over_time(${selector}[${bridge.value}])`;
}

/** Sites all of whose lines end at instances that are down. */
const cutOffByGateways = [
  `count by (body, site) (${link})`,
  `== count by (body, site) (${link} and on (gateway) ${gateway} == 0)`,
].join("\n  ");

const linksOfSite = `{{ range query (printf "${link}{site=%q} == 0" $labels.site) | sortByLabel "link" }} {{ .Labels.link }}{{ else }} none, so look at its router{{ end }}`;
const partsTold = `{{ range query "max by (shard, shards) (${fullName("shards")})" | sortByLabel "shard" }} {{ .Labels.shard }}/{{ .Labels.shards }}{{ end }}`;
const linesAnswering = `{{ with printf "count(${link}{gateway=%q} == 1)" $labels.gateway | query }}{{ . | first | value }}{{ else }}0{{ end }}`;
const gatewaysLeft = `{{ with query "count(${gateway} == 1)" }}{{ . | first | value }}{{ else }}0{{ end }}`;

/** In order: what explains another alert comes before it. One outage is one page. */
function groupsFor(patience: Patience): readonly RuleGroup[] {
  const lastRun = `max by (fleet, kind, vantage, shard) (${bridged(select("probe_last_run_timestamp_seconds"), patience)})`;
  const probeInterval = `max by (fleet, kind, vantage, shard) (${bridged(select("probe_interval_seconds"), patience)})`;
  const stale = patience.probeStaleSeconds.value;
  const lastOfAll = `max by (fleet, vantage, shard) (${bridged(select("probe_last_run_timestamp_seconds"), patience)})`;
  const shards = bridged(select("shards"), patience);
  const proberSilent = `time() - ${lastOfAll} > ${stale}`;
  const cut = `max by (fleet, vantage, shard) (${bridged(select("vantage_up"), patience)}) == 0`;
  const cutOfLate = `min by (fleet, vantage, shard) (min_over_time(${select("vantage_up")}[${patience.vantageSettles.value}])) == 0`;
  return [
    {
      name: "quick",
      interval: intervals.quick,
      rules: [
        stateRule("gateway", patience),
        stateRule("site", patience),
        stateRule("link", patience),
        {
          alert: "GatewayDown",
          expr: `${gateway} == 0`,
          for: thresholds.gatewayDownFor.value,
          severity: "page",
          summary: "Gateway instance {{ $labels.gateway }} does not answer from outside",
          description: `Instances still answering: ${gatewaysLeft}. People on it come in again through another. Lines through it that answer from the hub: ${linesAnswering}; if there is any, the instance runs, and its public side is what fails.`,
        },
        {
          alert: "SiteDown",
          expr: `${site} == 0\nunless on (body, site) (\n  ${cutOffByGateways}\n)`,
          for: thresholds.siteDownFor.value,
          severity: "page",
          summary: "Site {{ $labels.site }} is cut off",
          description: `Its router answers over none of its lines. Lines that are down:${linksOfSite}. Nobody reaches the desks that stand there.`,
        },
        {
          alert: "LinkDown",
          expr: `${link} == 0\nunless on (body, site) ${site} == 0\nunless on (gateway) ${gateway} == 0`,
          for: thresholds.linkDownFor.value,
          severity: "page",
          summary: "Line {{ $labels.link }} is down",
          description:
            "Nothing comes back through its tunnel to {{ $labels.gateway }}. Site {{ $labels.site }} still answers over another line.",
        },
      ],
    },
    {
      name: "watch",
      interval: intervals.watch,
      rules: [
        {
          alert: "Watchdog",
          expr: "vector(1)",
          severity: "none",
          summary: "The watch is alive",
          description: "Always on. When it stops coming, nothing else will come either.",
        },
        {
          alert: "ExporterDown",
          expr: `absent(up{job="${quickJob}"} == 1)`,
          for: thresholds.exporterDownFor.value,
          severity: "page",
          summary: "The exporter gives no metrics",
          description: "Until it is back nobody is told of lines, sites or gateways that fail.",
        },
        {
          alert: "ShardMissing",
          expr: `max by (fleet, shards) (${shards}) - count by (fleet, shards) (max by (fleet, shard, shards) (${shards})) > 0`,
          for: thresholds.exporterDownFor.value,
          severity: "page",
          summary: "{{ $value }} of the fleet's {{ $labels.shards }} parts are told by no exporter",
          description: `Nobody is told of what fails there. Parts that are told:${partsTold}.`,
        },
        {
          alert: "ProbersOverlap",
          expr: [
            `sum by (fleet, vantage, shard) (${bridged(select("probers"), patience)}) > 1`,
            `or count by (fleet) (count by (fleet, shards) (${shards})) > 1`,
          ].join("\n"),
          for: thresholds.probersOverlapFor.value,
          severity: "ticket",
          summary: "Parts of the fleet overlap: something is watched more than once",
          description:
            "Part {{ $labels.shard }} has {{ $value }} probers at {{ $labels.vantage }}; where neither is named, {{ $value }} ways to divide the fleet are in use. What is told is right, and costs more than it needs.",
        },
        {
          alert: "VantageCut",
          expr: cut,
          for: thresholds.vantageCutFor.value,
          severity: "page",
          summary: "The vantage point {{ $labels.vantage }} is cut off: its own line is down",
          description:
            "Nothing comes back from anything that its prober asks. What it watches keeps its last state; nobody is told of what fails there now.",
        },
        {
          alert: "ProberDown",
          expr: `${proberSilent}\nunless on (fleet, vantage, shard) (${cut})`,
          for: thresholds.proberDownFor.value,
          severity: "page",
          summary: "The prober at {{ $labels.vantage }}, shard {{ $labels.shard }}, is silent",
          description: "What it watches keeps its last state; nobody is told of what fails now.",
        },
        {
          alert: "ProbeStale",
          expr: [
            `time() - ${lastRun}`,
            `> clamp_min(${thresholds.probeStaleIntervals.value} * ${probeInterval}, ${stale})`,
            `unless on (fleet, vantage, shard) (${proberSilent})`,
            `unless on (fleet, vantage, shard) (${cutOfLate})`,
          ].join("\n"),
          for: thresholds.proberDownFor.value,
          severity: "page",
          summary: "No {{ $labels.kind }} is being probed from {{ $labels.vantage }}",
          description:
            "The prober runs, its {{ $labels.kind }} probes do not; their last states stand. Its log says why.",
        },
      ],
    },
  ];
}

/** The rules that page: Prometheus beside the exporter evaluates them. */
export const ruleGroups: readonly RuleGroup[] = groupsFor(thresholds);

/** The same rules for a workspace that the samples reach later. */
export const cloudRules: readonly RuleGroup[] = groupsFor(cloudThresholds);

export function isAlert(rule: RecordingRule | AlertRule): rule is AlertRule {
  return "alert" in rule;
}

/** Series that the recording rules make. */
export const recordedNames: readonly string[] = ruleGroups.flatMap(({ rules }) =>
  rules.flatMap((rule) => (isAlert(rule) ? [] : [rule.record])),
);

export const alerts: readonly AlertRule[] = ruleGroups.flatMap(({ rules }) => rules.filter(isAlert));
