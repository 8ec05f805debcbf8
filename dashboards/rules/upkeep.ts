import { type LabelName, type Matcher, type ScalarName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import { alertmanagerJob, quickJob, selfJob, usualJob } from "./jobs.ts";
import type { RuleGroup } from "./rule.ts";
import { cutOff, silentProbers, staleKinds } from "./states.ts";

/**
 * The watch's own upkeep: figures that come late or not at all, and alerts that reach nobody. Names without our prefix
 * are Prometheus's and Alertmanager's own.
 */

const byKind = "fleet, kind, vantage, shard";

/** The best that any exporter says of it, where the kind is probed at all: else ProbeStale and the others tell. */
function probing(name: "probe_coverage_ratio" | "probe_lag_seconds", best: "max" | "min", beyond: string): string {
  return [
    `${best} by (${byKind}) (${select(name)}) ${beyond}`,
    `unless on (${byKind}) (${staleKinds(byKind, {}, thresholds)})`,
    `unless on (fleet, vantage, shard) (${silentProbers(thresholds)})`,
    `unless on (fleet, vantage, shard) (${cutOff(thresholds)})`,
  ].join("\n");
}

const failing = `avg_over_time(${select("collector_success")}[${thresholds.collectorWindow.value}]) < ${thresholds.collectorFailing.value}`;

function older(collector: Matcher, seconds: { readonly value: string }): string {
  return `${select("collector_data_age_seconds", { collector })} > ${seconds.value}`;
}

const perBody = <Name extends ScalarName>(
  name: Name,
  shard: "" | ", shard",
  matchers: Partial<Record<LabelName<Name>, Matcher>> = {},
): string => `max by (body, stage${shard}) (${select(name, matchers)})`;

const unseen = "People are not touched by this; what fails there may not be told.";

export const upkeepGroup: RuleGroup = {
  name: "upkeep",
  interval: intervals.slow,
  rules: [
    {
      alert: "ScrapeFailing",
      expr: [
        `(up{job=~"${[usualJob, selfJob, alertmanagerJob].join("|")}"} == 0 or absent(up{job="${usualJob}"}))`,
        `unless on (instance) (up{job="${quickJob}"} == 0)`,
        `unless on () absent(up{job="${quickJob}"} == 1)`,
      ].join("\n"),
      for: thresholds.scrapeFailingFor.value,
      severity: "page",
      dashboard: "deskbridge-health",
      summary: "Prometheus gets nothing from {{ $labels.job }} {{ $labels.instance }}",
      description: "Its figures are missing: desks, services and capacity where it is the exporter's.",
      impact: unseen,
      steps: [
        "Prometheus's page of targets says why: refused, too slow, a certificate, a password.",
        "Too slow: which collector takes long (deskbridge_collector_duration_seconds)?",
        "Start again what does not answer.",
      ],
    },
    {
      alert: "CollectorFailing",
      expr: failing,
      for: thresholds.collectorFor.value,
      severity: "ticket",
      dashboard: "deskbridge-health",
      summary: "The exporter's collector {{ $labels.collector }} fails",
      description: `It gave everything at {{ $value | humanizePercentage }} of the scrapes of the last ${thresholds.collectorWindow.value}; the exporter's log says what failed.`,
      impact: `${unseen} Its figures may be missing, and alerts that need them do not come.`,
      steps: [
        "Read the exporter's log: it names the instance, the pool or the file.",
        "Does what it asks answer: a socket, the cloud, a right that was taken away?",
        "Until it is mended look at those figures by hand.",
      ],
    },
    {
      alert: "CollectorDataOld",
      expr: [
        `(`,
        [
          older("azure-gateways", thresholds.gatewayDataSeconds),
          older("azure-pools", thresholds.poolDataSeconds),
          older("azure-quota", thresholds.quotaDataSeconds),
        ].join("\nor "),
        `)`,
        `unless on (instance, collector) (${failing})`,
      ].join("\n"),
      for: thresholds.collectorFor.value,
      severity: "ticket",
      dashboard: "deskbridge-health",
      summary: "Figures of {{ $labels.collector }}, {{ $labels.scope }}, are old",
      description: "The oldest of them is {{ $value | humanizeDuration }} old; soon they are no longer served.",
      impact: unseen,
      steps: [
        "Is the cloud slow or does it refuse (deskbridge_arm_reads_remaining)?",
        "Look at the cloud's own status page.",
        "Until it is mended look at those figures in the portal.",
      ],
    },
    {
      alert: "SeatsReportOld",
      expr: [older("seats", thresholds.seatsReportSeconds), `unless on (instance, collector) (${failing})`].join("\n"),
      for: thresholds.collectorFor.value,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "Nobody tells the exporter of seats and roll-outs: {{ $labels.scope }}",
      description: "What the report says is {{ $value | humanizeDuration }} old; after 6 hours it is no longer served.",
      impact: "Nobody by itself; seats that run out and a roll-out that fails are not told.",
      steps: [
        "Does `npx deskbridge rollout watch` run, beside the exporter? In the lab it is the daemon `seats`.",
        "Read its log: the vendor, the list, a folder that it may not write to.",
        "Start it again; in the lab `npx deskbridge up --target lab`.",
      ],
    },
    {
      alert: "CoverageLow",
      expr: probing("probe_coverage_ratio", "max", `< ${thresholds.coverageLow.value}`),
      for: thresholds.proberHealthFor.value,
      severity: "ticket",
      dashboard: "deskbridge-health",
      summary: "Not every {{ $labels.kind }} is being probed from {{ $labels.vantage }}",
      description: "Only {{ $value | humanizePercentage }} of them had a result in the last interval.",
      impact: unseen,
      steps: [
        "Read the prober's log: open files, free ports, a key or an authority's file that is missing.",
        "deskbridge_gateway_unprobed and deskbridge_service_unprobed name what cannot be asked.",
        "Divide the fleet (`--shard`) where the machine is too small.",
      ],
    },
    {
      alert: "ProberLate",
      expr: probing("probe_lag_seconds", "min", `> ${thresholds.proberLateSeconds.value}`),
      for: thresholds.proberHealthFor.value,
      severity: "ticket",
      dashboard: "deskbridge-health",
      summary: "The prober at {{ $labels.vantage }} is late with each {{ $labels.kind }}",
      description:
        "Probes begin up to {{ $value | humanizeDuration }} after their time: failures are told as much later.",
      impact: unseen,
      steps: [
        "Is the machine busy, does it swap, is its clock being set?",
        "Move what else runs there, or give it another processor.",
        "Divide the fleet (`--shard`) where the machine is too small.",
      ],
    },
    {
      alert: "WebConfigRefused",
      expr: `${select("web_config_last_reload_successful")} == 0`,
      for: thresholds.reloadFailedFor.value,
      severity: "ticket",
      dashboard: "deskbridge-health",
      summary: "The exporter {{ $labels.instance }} refuses its web configuration",
      description: "The one before is in force still; standard error names the place.",
      impact: "Nobody yet: a certificate that was to be replaced goes on to its end.",
      steps: [
        "Read the exporter's log: file, line and reason.",
        "Correct the file, or bring the certificate and its key that belong together.",
        "Some changes need a restart; the log says so.",
      ],
    },
    {
      alert: "DesksMissing",
      expr: [
        `sum by (body, stage) (${perBody("desks_remotized", ", shard")})`,
        `< on (body, stage) ${perBody("desks_target", "")}`,
      ].join("\n"),
      for: thresholds.desksMissingFor.value,
      severity: "info",
      dashboard: "deskbridge-overview",
      summary: "{{ $labels.body }} has {{ $value }} desks, fewer than stage {{ $labels.stage }} is to have",
      description: "The inventory has fewer than the plan: slices were not built, or not to their end.",
      impact: "People who were to get a desk at this stage.",
      steps: [
        "`npx deskbridge status` says which stacks are missing or old.",
        "`npx deskbridge up --target azure` goes on where it stopped.",
        "Where quota or people are missing, choose the stage before.",
      ],
    },
  ],
};

const counted = (what: string): string =>
  `increase(prometheus_rule_group_${what}_total[${thresholds.notificationWindow.value}])`;
const missed = `${counted("iterations_missed")} / ${counted("iterations")}`;
const notification = thresholds.notificationWindow.value;

/** Whether what burns reaches anybody. */
export const deliveryGroup: RuleGroup = {
  name: "delivery",
  interval: intervals.slow,
  rules: [
    {
      alert: "NotificationsFailing",
      expr: `sum by (integration) (increase(alertmanager_notifications_failed_total[${notification}])) >= ${thresholds.notificationsFailed.value}`,
      severity: "page",
      dashboard: "deskbridge-health",
      summary: "Alertmanager cannot tell anybody by {{ $labels.integration }}",
      description: `{{ $value | printf "%.0f" }} notifications failed in the last ${notification}, each tried several times.`,
      impact: "Whoever is to be told by it is told nothing.",
      steps: [
        "Alertmanager's log names the receiver and what it answered.",
        "Is the other end down, a secret's file gone, the way out closed?",
        "Until it is mended look at Alertmanager's own page, and tell the one on call by phone.",
      ],
    },
    {
      alert: "PrometheusNotConnected",
      expr: [
        `prometheus_notifications_alertmanagers_discovered < 1`,
        `or sum by (instance) (increase(prometheus_notifications_errors_total[${notification}])) >= ${thresholds.notificationsFailed.value}`,
      ].join("\n"),
      for: thresholds.scrapeFailingFor.value,
      severity: "page",
      dashboard: "deskbridge-health",
      summary: "Prometheus does not reach Alertmanager",
      description:
        "What burns is told to nobody. This alert goes the same way: the outside heartbeat tells it, and the cloud's workspace shows it.",
      impact: "Whoever is to be told of anything.",
      steps: [
        "Does Alertmanager run, and answer on its port?",
        "Start it again; read its log.",
        "Until it is mended look at Prometheus's own page of alerts.",
      ],
    },
    {
      alert: "RulesFailing",
      expr: [
        `increase(prometheus_rule_evaluation_failures_total[${notification}]) > 0`,
        `or ${missed} > ${thresholds.missedShare.value}`,
        `or prometheus_rule_group_last_duration_seconds > prometheus_rule_group_interval_seconds`,
      ].join("\n"),
      for: thresholds.scrapeFailingFor.value,
      severity: "page",
      dashboard: "deskbridge-health",
      summary: "Rules of {{ $labels.rule_group }} fail or come late",
      description: "Alerts of this group may not come.",
      impact: unseen,
      steps: [
        "Prometheus's page of rules names the rule and its error.",
        "Late: is the machine busy, its disk full, a query from a dashboard too large?",
        "Until it is mended look at the exporter's page.",
      ],
    },
    {
      alert: "ConfigReloadFailed",
      expr: `{__name__=~"prometheus_config_last_reload_successful|alertmanager_config_last_reload_successful"} == 0`,
      for: thresholds.reloadFailedFor.value,
      severity: "ticket",
      dashboard: "deskbridge-health",
      summary: "{{ $labels.job }} refuses its new configuration",
      description: "The one before is in force still; its log names the line.",
      impact: "Nobody yet: lines, people and hours that changed since are not known to it.",
      steps: [
        "Read its log.",
        "`npx deskbridge render --check` says whether the files are as rendered.",
        "Correct the fleet file, not the rendered one, and render again.",
      ],
    },
  ],
};
