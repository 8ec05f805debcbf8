import { stringify } from "yaml";
import { banner } from "./banner.ts";
import { agentConfig, type AgentPlaces, type Places, prometheusConfig } from "./prometheus.ts";
import { ruleGroups } from "./rules.ts";
import { type AlertLinks, type AlertRule, annotationsOf, isAlert, labelsOf, type RecordingRule } from "./rules/rule.ts";
import { notificationTemplates } from "./notification.ts";
import { alertmanagerConfig, type RoutedFleet } from "./routes.ts";

export interface MonitoringPlaces extends Places {
  /** Where runbook.md is read; each alert links to its own section there. */
  readonly runbook: string;
}

export const monitoringFiles = {
  prometheus: "prometheus.yml",
  rules: "rules.yml",
  alertmanager: "alertmanager.yml",
  /** Named by alertmanager.yml, beside which it lies. */
  notifications: "notifications.tmpl",
} as const;
export type MonitoringFile = (typeof monitoringFiles)[keyof typeof monitoringFiles];

/** The files of Prometheus and Alertmanager, by name; they lie in one folder. The same input gives the same text. */
export function renderMonitoring(
  fleet: RoutedFleet,
  places: MonitoringPlaces,
): Readonly<Record<MonitoringFile, string>> {
  return {
    [monitoringFiles.prometheus]: yaml(prometheusConfig(fleet.name, places, monitoringFiles.rules)),
    [monitoringFiles.rules]: yaml(rulesConfig({ runbook: places.runbook, grafana: fleet.alerts?.grafana })),
    [monitoringFiles.alertmanager]: yaml(alertmanagerConfig(fleet, [monitoringFiles.notifications])),
    [monitoringFiles.notifications]: notificationTemplates,
  };
}

/** The file of a Prometheus agent, by its name. */
export function renderAgent(fleet: RoutedFleet, places: AgentPlaces): Readonly<Record<string, string>> {
  return { "agent.yml": yaml(agentConfig(fleet.name, places)) };
}

function rulesConfig(links: AlertLinks): object {
  return {
    groups: ruleGroups.map(({ name, interval, rules }) => ({
      name,
      interval,
      rules: rules.map((rule) => (isAlert(rule) ? alertConfig(rule, links) : recordConfig(rule))),
    })),
  };
}

function recordConfig({ record, expr, labels }: RecordingRule): object {
  return { record, expr, ...(labels === undefined ? {} : { labels }) };
}

function alertConfig(rule: AlertRule, links: AlertLinks): object {
  return {
    alert: rule.alert,
    expr: rule.expr,
    ...(rule.for === undefined ? {} : { for: rule.for }),
    labels: labelsOf(rule),
    annotations: annotationsOf(rule, links),
  };
}

/** Version 1.1 quotes what older readers take for something else, such as the time of day 20:00. */
function yaml(value: object): string {
  return banner + stringify(value, { lineWidth: 0, version: "1.1", aliasDuplicateObjects: false });
}
