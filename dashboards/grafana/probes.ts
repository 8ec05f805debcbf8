import { NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { fullName, type Matcher, selector } from "../../src/metrics.ts";
import { type PanelSpec, rateInterval } from "./spec.ts";

/** Panels of what the probes through lines tell, line by line or by whatever these are counted together. */

/** By how much a counter grew in the panel's step, one series a thing. */
export type Grown = (name: "link_probe_attempts_total" | "link_probe_failures_total") => string;

type Shape = Pick<PanelSpec, "kind" | "unit" | "width" | "queries">;

export function probesLost(grown: Grown, legend: string): Shape {
  const expr = `${grown("link_probe_failures_total")} / (${grown("link_probe_attempts_total")} > 0)`;
  return { kind: "lines", unit: PercentUnit, width: 12, queries: [{ expr, legend }] };
}

/** Stands beside the probes lost. */
export function probesBehind(grown: Grown, legend: string): Shape & Pick<PanelSpec, "title" | "description"> {
  return {
    title: "Probes behind each figure of loss",
    description: "How many probes a point of the panel beside stands for: of few probes, one that is lost weighs much.",
    kind: "lines",
    unit: NoUnit,
    width: 12,
    queries: [{ expr: grown("link_probe_attempts_total"), legend }],
  };
}

export function roundTrips(rtt: string): Shape {
  const expr = `sum by (le) (rate(${rtt}[${rateInterval}]))`;
  return { kind: "heatmap", unit: Seconds, width: 12, queries: [{ expr, legend: "{{le}}" }] };
}

/** The round trips' buckets of the chosen lines. */
export function rttBucketsOf(matchers: Readonly<Record<string, Matcher>>): string {
  return selector(`${fullName("link_probe_rtt_seconds")}_bucket`, matchers);
}
