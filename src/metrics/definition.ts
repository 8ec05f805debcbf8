export interface MetricDefinition {
  /** `unknown`: a gauge whose name ends in `_total`, as only a counter's does in Prometheus's eyes. */
  readonly type: "gauge" | "counter" | "histogram" | "unknown";
  readonly help: string;
  readonly labels: readonly string[];
  /** Served by `/metrics/links` too, for a scrape every second. */
  readonly quick?: true;
  /** Upper bounds of a histogram's buckets, ascending, without +Inf. */
  readonly buckets?: readonly number[];
}

export const linkLabels = ["body", "site", "gateway", "link", "vantage"] as const;

/** Round trips: doubling from 10 ms to 2.56 s, with finer steps below for lines in the same town. */
export const rttBuckets = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56] as const;
