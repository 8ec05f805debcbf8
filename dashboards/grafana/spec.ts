import { type LabelName, type Matcher, select, selector } from "../../src/metrics.ts";
import { states } from "../rules/states.ts";
import type { DashboardUid } from "./uid.ts";

/** A dashboard as data; `build.ts` makes of it what Grafana takes. */
export interface DashboardSpec {
  /** Part of its address, and what finds it again: never changed. */
  readonly uid: DashboardUid;
  readonly title: string;
  readonly description: string;
  /** What else may be chosen above it, beside the bodies. */
  readonly choices?: readonly Choice[];
  /** From left to right, then down: the grid has 24 columns. */
  readonly panels: readonly PanelSpec[];
}

export interface PanelSpec {
  /** Part of the address of the panel alone: never changed, nor given to another. */
  readonly id: number;
  readonly title: string;
  /** What it shows, and what it would say if all were well. */
  readonly description: string;
  /**
   * The last value; values over time; `up` and `down` over time; a histogram's buckets over time; or the last values as a
   * table, with a column a label.
   */
  readonly kind: "number" | "lines" | "states" | "heatmap" | "table";
  /** How Grafana writes it (`units` of its SDK). */
  readonly unit: string;
  readonly width: number;
  readonly queries: readonly QuerySpec[];
  /** From this on it is bad. */
  readonly bad?: number;
  /** The alert that belongs to it: the panel links to its section in the runbook. */
  readonly alert?: string;
  /** Where one goes from a series, or a table's row. */
  readonly leads?: Lead;
}

/** To another dashboard, whose choices are set to what the series' labels of the same names say. */
export interface Lead {
  readonly to: DashboardUid;
  readonly by: readonly ("body" | Choice)[];
}

export interface QuerySpec {
  /** PromQL, with Grafana's variables. */
  readonly expr: string;
  /** Name of each series, by its labels: `{{site}}`; of a table's column. */
  readonly legend: string;
  /** Of a table's column: from this on a cell is bad. */
  readonly bad?: number;
}

/** The dashboards' variables, as PromQL and links write them. */
export const variables = { datasource: "datasource", body: "body" } as const;

/** Labels by which a dashboard may be narrowed, each with the query that lists what there is to choose from. */
export const choices = {
  site: `label_values(${select("link_info", chosenBy("body"))}, site)`,
  gateway: `label_values(${select("gateway_up")}, gateway)`,
} as const;
export type Choice = keyof typeof choices;

/** Matchers of what is chosen above the dashboard, by labels that bear the variables' names. */
export function chosenBy<Label extends string>(...labels: readonly Label[]): Readonly<Record<Label, Matcher>> {
  return Object.fromEntries(labels.map((label) => [label, { matches: `$${label}` }])) as Record<Label, Matcher>;
}

/** Of the bodies that are chosen above the dashboard. */
export const chosen = chosenBy("body");

/** As long as a rate needs, at any zoom (Grafana: Prometheus template variables). */
export const rateInterval = "$__rate_interval";

type Kind = keyof typeof states;

/** 0 or 1 a line, site or gateway instance, as the rules that page see it. */
export function up<K extends Kind>(
  kind: K,
  matchers: Partial<Record<LabelName<(typeof states)[K]["metric"]>, Matcher>> = {},
): string {
  return selector(states[kind].record, matchers);
}

/** One series a thing, whichever exporter and vantage point tells it: the best of them. */
export function best(series: string): string {
  return `max without (job, instance, vantage) (${series})`;
}
