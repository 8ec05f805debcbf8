/** The usual prober, which the benchmarks hold ours against. */
export const blackbox = {
  name: "prometheus-blackbox-exporter",
  command: "prometheus-blackbox-exporter",
  why: "the usual prober, for the benchmark only",
} as const;
