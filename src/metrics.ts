import { cloudMetrics } from "./metrics/cloud.ts";
import type { MetricDefinition } from "./metrics/definition.ts";
import { exporterMetrics } from "./metrics/exporter.ts";
import { fleetMetrics } from "./metrics/fleet.ts";
import { gatewayMetrics } from "./metrics/gateways.ts";
import { meetingMetrics } from "./metrics/meetings.ts";
import { licenceMetrics } from "./metrics/licences.ts";
import { probeMetrics } from "./metrics/probes.ts";
import { sittingMetrics } from "./metrics/sittings.ts";
import { upkeepMetrics } from "./metrics/upkeep.ts";

/**
 * The one table of metric names. Whatever writes a sample, a rule or a dashboard takes names and labels from here, so
 * that an unknown one does not compile. Full names carry `prefix`; base units are in the name (`_seconds`, `_bytes`).
 * No label is called `job` or `instance`: those are Prometheus's own, which would rename ours.
 * Ids are the fleet's own: `site` is `<body>/<site>`, `link` is `<body>/<site>/<link>`, `pool` is `<body>/<pool>`,
 * `gateway` is an instance such as `hub-a`, `service` a service's own id, or `<queue>/<tool>`. No personal data in a label.
 * A label that is empty is absent to Prometheus.
 */

export { rttBuckets } from "./metrics/definition.ts";

export const prefix = "deskbridge_";

export const metrics = {
  ...probeMetrics,
  ...fleetMetrics,
  ...gatewayMetrics,
  ...cloudMetrics,
  ...upkeepMetrics,
  ...meetingMetrics,
  ...licenceMetrics,
  ...sittingMetrics,
  ...exporterMetrics,
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metrics;
export type LabelName<Name extends MetricName> = (typeof metrics)[Name]["labels"][number];
export type LabelsOf<Name extends MetricName> = Readonly<Record<LabelName<Name>, string>>;
type NamesOfType<Type extends MetricDefinition["type"]> = {
  [Name in MetricName]: (typeof metrics)[Name]["type"] extends Type ? Name : never;
}[MetricName];
export type ScalarName = NamesOfType<"gauge" | "counter" | "unknown">;
export type HistogramName = NamesOfType<"histogram">;

export interface Sample<Labels> {
  readonly labels: Labels;
  readonly value: number;
}

/** `counts[i]` are the observations in bucket i alone; one entry more than there are bounds, for those above all. */
export interface HistogramSample<Labels> {
  readonly labels: Labels;
  readonly counts: readonly number[];
  readonly sum: number;
}

/** All samples of one metric at one moment. */
export type Family =
  | { [Name in ScalarName]: { readonly name: Name; readonly samples: readonly Sample<LabelsOf<Name>>[] } }[ScalarName]
  | {
      [Name in HistogramName]: { readonly name: Name; readonly histograms: readonly HistogramSample<LabelsOf<Name>>[] };
    }[HistogramName];

export const metricNames = Object.keys(metrics) as readonly MetricName[];

export function isQuick(name: MetricName): boolean {
  const definition: MetricDefinition = metrics[name];
  return definition.quick === true;
}

/** `link_up` → `deskbridge_link_up`. */
export function fullName(name: MetricName): string {
  return `${prefix}${name}`;
}

/** Every series name that a metric is exposed under: a histogram has three. */
export function seriesNames(name: MetricName): readonly string[] {
  const full = fullName(name);
  return metrics[name].type === "histogram" ? [`${full}_bucket`, `${full}_sum`, `${full}_count`] : [full];
}

/** What a label has to be: this, or one of what a regular expression matches. */
export type Matcher = string | { readonly matches: string };

/** A PromQL selector: `select("probe_last_run_timestamp_seconds", { kind: "link" })`. */
export function select<Name extends ScalarName>(
  name: Name,
  matchers: Partial<Record<LabelName<Name>, Matcher>> = {},
): string {
  return selector(fullName(name), matchers);
}

/** The same of any series, such as one that a recording rule makes. */
export function selector(series: string, matchers: Readonly<Record<string, Matcher | undefined>>): string {
  const pairs = Object.entries(matchers).map(([label, value]) =>
    typeof value === "object" ? `${label}=~${JSON.stringify(value.matches)}` : `${label}=${JSON.stringify(value)}`,
  );
  return pairs.length === 0 ? series : `${series}{${pairs.join(",")}}`;
}
