import type { DashboardUid } from "../grafana/uid.ts";

/** The first three steps of whoever is called, each a line. */
export type Steps = readonly [string, string, string];

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `page` rings at once, `ticket` is for working hours, `info` is kept, `none` reaches nobody but the heartbeat. */
export type Severity = "page" | "ticket" | "info" | "none";

/** Texts are Prometheus's templates; labels and texts are the contract with the routes. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly severity: Severity;
  /** Where one looks first. */
  readonly dashboard: DashboardUid;
  /** Whom it is for; the Crisis Unit where nothing is said. */
  readonly team?: "contact-centre";
  /** What and where, in one line. */
  readonly summary: string;
  /** What is known. */
  readonly description: string;
  /** Who is touched, and how many. */
  readonly impact: string;
  /** Who supplies the lines that are meant. */
  readonly carrier?: string;
  readonly steps: Steps;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

export function isAlert(rule: RecordingRule | AlertRule): rule is AlertRule {
  return "alert" in rule;
}

export function labelsOf({ severity, team }: AlertRule): Readonly<Record<string, string>> {
  return { severity, team: team ?? "crisis" };
}

/** What alerts lead to. */
export interface AlertLinks {
  /** Where runbook.md is read; each alert has its own section there. */
  readonly runbook: string;
  /** Grafana's address; without it no alert leads to a dashboard. */
  readonly grafana?: string | undefined;
}

export function annotationsOf(rule: AlertRule, { runbook, grafana }: AlertLinks): Readonly<Record<string, string>> {
  const { alert, dashboard, summary, description, impact, carrier, steps } = rule;
  return {
    summary,
    description,
    impact,
    ...(carrier === undefined ? {} : { carrier }),
    steps: steps.join("\n"),
    runbook_url: `${runbook}#${alert.toLowerCase()}`,
    ...(grafana === undefined ? {} : { dashboard_url: dashboardUrl(grafana, dashboard) }),
  };
}

/** A template: the dashboard of the last three hours, of what the alert's labels name. */
function dashboardUrl(grafana: string, dashboard: DashboardUid): string {
  const chosen = ["body", "site", "gateway"].map(
    (label) => `{{ with $labels.${label} }}&var-${label}={{ urlquery . }}{{ end }}`,
  );
  return `${grafana.replace(/\/+$/, "")}/d/${dashboard}?from=now-3h&to=now${chosen.join("")}`;
}
