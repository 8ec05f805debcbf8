import { BytesSI, NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { cloudThresholds, marks } from "../config.ts";
import { quickJob, selfJob, usualJob } from "../rules/jobs.ts";
import { best, type DashboardSpec, rateInterval } from "./spec.ts";

const ours = `job=~"${usualJob}|${quickJob}"`;
const byProber = "{{kind}} from {{vantage}}, part {{shard}}";
const one = (series: string): string => `max by (kind, vantage, shard) (${series})`;

export const health: DashboardSpec = {
  uid: "deskbridge-health",
  title: "The watch's own health",
  description: "Whether what is shown elsewhere can be trusted: probers, collectors, scrapes, rules and notifications.",
  panels: [
    {
      id: 1,
      title: "Targets probed in time",
      description: "Part of each kind's targets that the last interval brought a result of; all while all is well.",
      kind: "lines",
      unit: PercentUnit,
      width: 8,
      queries: [{ expr: one(select("probe_coverage_ratio")), legend: byProber }],
    },
    {
      id: 2,
      title: "Probes late",
      description: "The most that a probe began late in the last half minute; grows while its prober is silent.",
      kind: "lines",
      unit: Seconds,
      width: 8,
      queries: [{ expr: one(select("probe_lag_seconds")), legend: byProber }],
    },
    {
      id: 3,
      title: "Since the last result",
      description: "Since a prober last had any result of a kind; states stand still meanwhile.",
      kind: "lines",
      unit: Seconds,
      width: 8,
      queries: [{ expr: `time() - ${one(select("probe_last_run_timestamp_seconds"))}`, legend: byProber }],
      bad: Number(cloudThresholds.probeStaleSeconds.value),
      alert: "ProbeStale",
    },
    {
      id: 4,
      title: "Vantage points' own lines",
      description: "Whether each vantage point's own line works; no data where its prober has no anchors.",
      kind: "states",
      unit: NoUnit,
      width: 8,
      queries: [{ expr: `max by (vantage, shard) (${select("vantage_up")})`, legend: "{{vantage}}, part {{shard}}" }],
      alert: "VantageCut",
    },
    {
      id: 5,
      title: "Collectors",
      description: "Whether each collector gave everything at the last scrape.",
      kind: "states",
      unit: NoUnit,
      width: 8,
      queries: [{ expr: `min without (job, instance) (${select("collector_success")})`, legend: "{{collector}}" }],
    },
    {
      id: 6,
      title: "Age of the figures",
      description:
        "How old the oldest figure is that a collector still serves, by what it is about. Quotas are read seldom.",
      kind: "lines",
      unit: Seconds,
      width: 8,
      queries: [{ expr: best(select("collector_data_age_seconds")), legend: "{{collector}} {{scope}}" }],
      bad: Number(marks.dataAgeSeconds.value),
    },
    {
      id: 7,
      title: "Scrapes",
      description: "How long Prometheus took to read each exporter; the quick one is read each second.",
      kind: "lines",
      unit: Seconds,
      width: 8,
      queries: [{ expr: `scrape_duration_seconds{${ours}}`, legend: "{{job}} {{instance}}" }],
      alert: "ExporterDown",
    },
    {
      id: 8,
      title: "Slowest collectors",
      description: "The five collectors that took the longest at the last scrape.",
      kind: "lines",
      unit: Seconds,
      width: 8,
      queries: [
        {
          expr: `topk(5, max without (job, instance) (${select("collector_duration_seconds")}))`,
          legend: "{{collector}}",
        },
      ],
    },
    {
      id: 9,
      title: "Exporter's memory",
      description: "Resident memory of each exporter.",
      kind: "lines",
      unit: BytesSI,
      width: 8,
      queries: [{ expr: `process_resident_memory_bytes{job="${usualJob}"}`, legend: "{{instance}}" }],
    },
    {
      id: 10,
      title: "Rules: time of each group, as a part of its interval",
      description: "A group that needs its whole interval falls behind, and its alerts come late.",
      kind: "lines",
      unit: PercentUnit,
      width: 8,
      queries: [
        {
          expr: "max by (rule_group) (prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds)",
          legend: "{{rule_group}}",
        },
      ],
      bad: Number(marks.shareUsed.value),
    },
    {
      id: 11,
      title: "Notifications that failed",
      description: "Notifications a second that a receiver did not take, by the way they went.",
      kind: "lines",
      unit: NoUnit,
      width: 8,
      queries: [
        {
          expr: `sum by (integration) (rate(alertmanager_notifications_failed_total[${rateInterval}]))`,
          legend: "{{integration}}",
        },
      ],
    },
    {
      id: 12,
      title: "Samples in Prometheus",
      description: "Series that Prometheus holds in memory: it grows with the fleet, and else stands still.",
      kind: "lines",
      unit: NoUnit,
      width: 8,
      queries: [{ expr: `prometheus_tsdb_head_series{job="${selfJob}"}`, legend: "series" }],
    },
    {
      id: 13,
      title: "Targets that are watched",
      description: "How many things of each kind the inventory lists.",
      kind: "table",
      unit: NoUnit,
      width: 12,
      queries: [
        {
          expr: `sum by (kind) (max without (job, instance) (${select("inventory_targets")}))`,
          legend: "targets",
        },
      ],
    },
    {
      id: 14,
      title: "When each stack was last updated",
      description: "Time since `up` last changed each of the stacks that the inventory was read from.",
      kind: "table",
      unit: Seconds,
      width: 12,
      queries: [{ expr: `time() - max by (stack) (${select("stack_updated_timestamp_seconds")})`, legend: "since" }],
    },
    {
      id: 15,
      title: "Reads left at Azure",
      description: "Reads that Azure Resource Manager last said are left before it refuses.",
      kind: "lines",
      unit: NoUnit,
      width: 24,
      queries: [
        {
          expr: `min without (job, instance) (${select("arm_reads_remaining")})`,
          legend: "{{scope}} {{subscription}}",
        },
      ],
    },
  ],
};
