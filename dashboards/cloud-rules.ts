import { cloudThresholds } from "./config.ts";
import { cloudRules } from "./rules.ts";
import { selfJob } from "./rules/jobs.ts";
import { type AlertRule, annotationsOf, isAlert, labelsOf } from "./rules/rule.ts";

/** A rule group as Azure Monitor's managed Prometheus takes it; durations are ISO 8601. */
export interface CloudRuleGroup {
  readonly name: string;
  readonly description: string;
  readonly interval: "PT1M";
  readonly rules: readonly CloudRule[];
}

export type CloudRule =
  | { readonly record: string; readonly expression: string }
  | {
      readonly alert: string;
      readonly expression: string;
      readonly for: "PT1M";
      /** 0 (critical) to 4 (verbose). */
      readonly severity: 0 | 1 | 3;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
      /** Whether somebody is told of it. */
      readonly notifies: boolean;
    };

/** The one alert that nobody but the cloud can raise; told at all hours, to day and night. */
const silent: AlertRule = {
  alert: "WatchSilent",
  expr: `absent_over_time(up{job="${selfJob}"}[${cloudThresholds.silentFor.value}])`,
  severity: "page",
  dashboard: "deskbridge-health",
  summary: "The watch sends nothing: no alert of lines, sites or gateways will come",
  description: "Prometheus on the watch's machine has written nothing for minutes. What burns now is told by nobody.",
  impact: "People are not touched by this; nobody is told of what fails now.",
  steps: [
    "Does the watch's machine run (portal, boot diagnostics)?",
    "Start it; does its Prometheus run, and reach the workspace?",
    "Look at `npx deskbridge status` and Grafana by hand until it does.",
  ],
};

/**
 * The rules for Azure Monitor. They show in Grafana and in the portal what the watch itself sees of lines, sites,
 * gateways and its own health; what else burns comes from the watch as it is (`ALERTS`). Only the group `silent` tells somebody, so that no outage pages twice and the loss of the watch still does. Rules that reach nobody
 * are left out: the watch's own heartbeat would be an alert that always burns.
 * `runbook`: where runbook.md is read.
 */
export function cloudRuleGroups(runbook: string): readonly CloudRuleGroup[] {
  return [
    ...cloudRules.map(({ name, rules }): CloudRuleGroup => ({
      name,
      description: "The rules of the watch, as the workspace sees them. They tell nobody.",
      interval: "PT1M",
      rules: rules.flatMap((rule): CloudRule[] => {
        if (!isAlert(rule)) return [{ record: rule.record, expression: rule.expr }];
        if (rule.severity === "none") return [];
        // The shortest that differs from none, where a group is evaluated once a minute.
        return [
          cloudAlert(rule, runbook, { for: "PT1M", severity: rule.severity === "page" ? 1 : 3, notifies: false }),
        ];
      }),
    })),
    {
      name: "silent",
      description: "Tells day and night that the watch itself is gone.",
      interval: "PT1M",
      rules: [cloudAlert(silent, runbook, { for: "PT1M", severity: 0, notifies: true })],
    },
  ];
}

function cloudAlert(
  rule: AlertRule,
  runbook: string,
  rest: { readonly for: "PT1M"; readonly severity: 0 | 1 | 3; readonly notifies: boolean },
): CloudRule {
  // Azure's templates know labels and values, but ask no queries.
  const texts = Object.entries(annotationsOf(rule, { runbook })).filter(([, text]) => !/\{\{ (with|range) /.test(text));
  return {
    alert: rule.alert,
    expression: rule.expr,
    ...rest,
    labels: labelsOf(rule),
    annotations: Object.fromEntries(texts),
  };
}

/** All alerts that only the cloud raises; each has its section in the runbook. */
export const cloudAlerts: readonly AlertRule[] = [silent];
