import { fullName, type ScalarName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { RuleGroup, Steps } from "./rule.ts";
import { gateway, link, site } from "./states.ts";
import { carrierOfLink, desksOfSite, layersOfLink, value } from "./texts.ts";

const window = thresholds.lossWindow.value;
const attempts = `link:deskbridge_probe_attempts:increase${window}`;
const failures = `link:deskbridge_probe_failures:increase${window}`;
const ratio = `link:deskbridge_probe_loss:ratio${window}`;

/** Over all who told of the line. */
function grown(name: ScalarName): string {
  return `sum without (job, instance, vantage) (increase(${select(name)}[${window}]))`;
}

/** The least loss that the sample allows, at the confidence (Wilson's score interval). */
function wilsonLowerBound(): string {
  const z = thresholds.lossConfidence.value;
  const spread = `sqrt(${ratio} * (1 - ${ratio}) / ${attempts} + ${z} ^ 2 / (4 * ${attempts} ^ 2))`;
  return `(${ratio} + ${z} ^ 2 / (2 * ${attempts}) - ${z} * ${spread}) / (1 + ${z} ^ 2 / ${attempts})`;
}

/** A line that was down in the window: LinkDown, or what explains it, has told that. */
const downOfLate = `min_over_time(${link}[${window}]) == 0`;

const flaps = (series: string): string =>
  `changes(${series}[${thresholds.flapWindow.value}]) >= ${thresholds.flapChanges.value}`;

const touched = `Whoever works over it; desks at the site: ${desksOfSite}.`;
const layers = fullName("link_state");

/** All layers that the gateway knows of the line are there; one that must be is not. */
const gatewaySees = `min without (job, instance, vantage, layer) (${layers}) == 1`;
const gatewayMisses = `max without (job, instance, vantage, layer) (${select("link_state", { layer: "child" })}) == 0`;

const lossSteps: Steps = [
  "Look at the line's loss and round trips since when, and at others of its carrier.",
  "Is it full? Compare its bytes with its width; a backup may wait for the night.",
  "Open a ticket with the carrier, with the time, the line's id and the measured loss.",
];

/** Lines that work badly: what no page tells. */
export const linesGroup: RuleGroup = {
  name: "lines",
  interval: intervals.slow,
  rules: [
    { record: attempts, expr: grown("link_probe_attempts_total") },
    { record: failures, expr: grown("link_probe_failures_total") },
    { record: ratio, expr: `${failures} / (${attempts} >= ${thresholds.lossSample.value})` },
    {
      alert: "LinkLoss",
      expr: `${wilsonLowerBound()} > ${thresholds.lossRatio.value}\nunless on (link) ${downOfLate}`,
      for: thresholds.lossFor.value,
      severity: "ticket",
      dashboard: "deskbridge-links",
      summary: "Line {{ $labels.link }} loses packets",
      description: `At least {{ $value | humanizePercentage }} of its probes do not come back, at a confidence of 99.9 % (Wilson's lower bound); measured: ${value(`${ratio}{link=%q}`, ["link"], "not known", "humanizePercentage")} of ${value(`${attempts}{link=%q}`, ["link"], "not known", 'printf "%.0f"')} in the last ${window}.`,
      impact: touched,
      carrier: carrierOfLink,
      steps: lossSteps,
    },
    {
      alert: "LinkFlapping",
      expr: `${flaps(link)}\nunless on (body, site) (${flaps(site)})\nunless on (gateway) (${flaps(gateway)})`,
      severity: "ticket",
      dashboard: "deskbridge-links",
      summary: "Line {{ $labels.link }} comes and goes",
      description: `It went down or up {{ $value }} times in the last ${thresholds.flapWindow.value}.`,
      impact: `${touched} Their connections break, or move to another line, each time.`,
      carrier: carrierOfLink,
      steps: [
        "Look at the times of its outages: a rhythm is a timer, or a machine that starts again.",
        "Look at the site's router and the gateway's tunnel: do both say the same times?",
        "Open a ticket with the carrier; where the site has another line, take this one out meanwhile.",
      ],
    },
    {
      alert: "LinkDownOneVantage",
      expr: [
        `(${gatewaySees})\nand on (link) (${link} == 0)`,
        `or (${gatewayMisses})\nand on (link) (${link} == 1)`,
      ].join("\n"),
      for: thresholds.viewsDifferFor.value,
      severity: "ticket",
      dashboard: "deskbridge-links",
      summary: "Line {{ $labels.link }}: its gateway and its probes do not agree",
      description: `The gateway has the tunnel {{ if eq $value 1.0 }}up, and probes through it do not come back{{ else }}down, and probes come back: they go another way, maybe unprotected{{ end }}. What the gateway has of it: ${layersOfLink}.`,
      impact: touched,
      carrier: carrierOfLink,
      steps: [
        "Tunnel up, no probes: look at the site's router, its firewall and its route back.",
        "Tunnel down, probes come back: look where the gateway sends the site's addresses; is that way encrypted?",
        "Neither: the gateway's figures are old; look at collector_data_age_seconds.",
      ],
    },
  ],
};

const mean = "link:deskbridge_rtt_seconds:mean10m";
const baseline = "link:deskbridge_rtt_seconds:baseline";

const rtt = (part: "sum" | "count"): string =>
  `sum without (job, instance, vantage) (rate(${fullName("link_probe_rtt_seconds")}_${part}[10m]))`;

/** The same hour of each of the last seven days. */
const sameHours = [1, 2, 3, 4, 5, 6, 7]
  .map((day) => `label_replace(avg_over_time(${mean}[1h] offset ${day}d), "day", "${day}", "", "")`)
  .join("\nor ");
const byLink = "by (fleet, body, site, gateway, link)";

export const latencyGroup: RuleGroup = {
  name: "latency",
  interval: intervals.long,
  rules: [
    { record: mean, expr: `${rtt("sum")} / (${rtt("count")} > 0)` },
    {
      alert: "LatencyHigh",
      expr: [
        `${mean} > ${thresholds.latencyFactor.value} * ${baseline}`,
        `and ${mean} - ${baseline} > ${thresholds.latencyFloorSeconds.value}`,
        `unless on (link) (${downOfLate})`,
      ].join("\n"),
      for: thresholds.latencyFor.value,
      severity: "ticket",
      dashboard: "deskbridge-links",
      summary: "Line {{ $labels.link }} is slower than it was",
      description: `Round trips take {{ $value | humanizeDuration }}; at this hour of the last week they took ${value(`${baseline}{link=%q}`, ["link"], "not known", "humanizeDuration")} (median of the days).`,
      impact: touched,
      carrier: carrierOfLink,
      steps: [
        "Is it full? Compare its bytes with its width.",
        "Are others of its carrier slower too, since the same minute? Then it goes another way round.",
        "Open a ticket with the carrier, with both figures and the time.",
      ],
    },
  ],
};

/** Its own group: a week of each line, which changes slowly. */
export const baselinesGroup: RuleGroup = {
  name: "baselines",
  interval: intervals.days,
  rules: [
    {
      record: baseline,
      expr: [
        `quantile ${byLink} (0.5, ${sameHours})`,
        `and count ${byLink} (${sameHours}) >= ${thresholds.latencyDays.value}`,
      ].join("\n"),
    },
  ],
};
