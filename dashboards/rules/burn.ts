import { type ScalarName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { AlertRule, RuleGroup } from "./rule.ts";
import { gateway, link } from "./states.ts";

/**
 * Slow loss that no other alert sees: many lines of a body that each lose less than LinkLoss tells, or an instance that
 * fails for moments too short for GatewayDown. What was told already is taken out: lines that were down, and instances
 * that paged.
 */

const attempts = "body:deskbridge_probe_attempts:unexplained5m";
const failures = "body:deskbridge_probe_failures:unexplained5m";

/** What a body's lines counted that were up all the time. */
function unexplained(name: ScalarName): string {
  return `sum by (body) (increase(${select(name)}[5m]) unless on (link) (min_over_time(${link}[5m]) == 0))`;
}

interface Speed {
  readonly long: string;
  readonly short: string;
  /** So long there must have been figures: a new line's first minutes are no hour. */
  readonly history: string;
  readonly factor: string;
}
const speeds = {
  fast: { long: "1h", short: "5m", history: "30m", factor: thresholds.burnFast.value },
  slow: { long: "6h", short: "30m", history: "3h", factor: thresholds.burnSlow.value },
} as const satisfies Record<string, Speed>;

/** Above the factor both in the long window and in the short one, so that it ends soon after the fault does. */
function burns(share: (window: string) => string, objective: string, { long, short, factor }: Speed): string {
  const above = `> ${factor} * (1 - ${objective})`;
  return `${share(long)} ${above}\nand ${share(short)} ${above}`;
}

const lost = (window: string): string =>
  `sum_over_time(${failures}[${window}]) / sum_over_time(${attempts}[${window}])`;
const silent = (window: string): string => `(1 - avg_over_time(${gateway}[${window}]))`;

function linksBurn(speed: keyof typeof speeds, severity: "page" | "ticket"): AlertRule {
  const { long, history } = speeds[speed];
  return {
    alert: speed === "fast" ? "LinksBurnFast" : "LinksBurnSlow",
    expr: `${burns(lost, thresholds.linkObjective.value, speeds[speed])}\nand ${attempts} offset ${history}`,
    severity,
    dashboard: "deskbridge-links",
    summary: "The lines of {{ $labels.body }} lose more than they may",
    description: `{{ $value | humanizePercentage }} of the probes over lines that are up did not come back in the last ${long}; the objective is ${thresholds.linkObjective.value}.`,
    impact: "Whoever works over the body's lines: slow desks, broken calls.",
    steps: [
      "Look at each line's loss: one carrier, one gateway instance, one hour?",
      "All of them: look at the gateways and the hub's router.",
      "Open a ticket with the carrier, or move the sites to their other lines.",
    ],
  };
}

function gatewayBurn(speed: keyof typeof speeds, severity: "page" | "ticket"): AlertRule {
  const { long, history } = speeds[speed];
  return {
    alert: speed === "fast" ? "GatewayBurnFast" : "GatewayBurnSlow",
    expr: [
      burns(silent, thresholds.gatewayObjective.value, speeds[speed]),
      `and ${gateway} offset ${history}`,
      `unless on (gateway) max_over_time(ALERTS{alertname="GatewayDown",alertstate="firing"}[${long}])`,
    ].join("\n"),
    severity,
    dashboard: "deskbridge-gateways",
    summary: "Gateway instance {{ $labels.gateway }} answers too rarely",
    description: `It did not answer for {{ $value | humanizePercentage }} of the last ${long}, each time too short to be told; the objective is ${thresholds.gatewayObjective.value}.`,
    impact: "People who come in through it have to try again.",
    steps: [
      "Look at its load, its memory and its log: does its process start again and again?",
      "Look at its public address: does a firewall or the provider limit what comes in?",
      "Take it out, if its twin has room; people come in again through that.",
    ],
  };
}

export const burnGroup: RuleGroup = {
  name: "burn",
  interval: intervals.long,
  rules: [
    { record: attempts, expr: unexplained("link_probe_attempts_total") },
    { record: failures, expr: unexplained("link_probe_failures_total") },
    linksBurn("fast", "page"),
    linksBurn("slow", "ticket"),
    gatewayBurn("fast", "page"),
    gatewayBurn("slow", "ticket"),
  ],
};
