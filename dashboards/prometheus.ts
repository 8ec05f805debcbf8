import { isQuick, metricNames, seriesNames } from "../src/metrics.ts";
import { intervals } from "./config.ts";
import { quickJob, usualJob } from "./rules.ts";

/** Where the watch's own parts answer, each `host:port`, as Prometheus reaches them. */
export interface Places {
  readonly exporter: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

/** Series that the quick job brings: the usual one leaves them out, so that each is there once. */
const quickSeries = metricNames.filter(isQuick).flatMap(seriesNames);

export function prometheusConfig(fleet: string, places: Places, rulesFile: string): object {
  return {
    global: {
      scrape_interval: intervals.usual,
      evaluation_interval: intervals.usual,
      external_labels: { fleet },
    },
    rule_files: [rulesFile],
    alerting: { alertmanagers: [{ static_configs: targets(places.alertmanager) }] },
    scrape_configs: [
      {
        job_name: usualJob,
        static_configs: targets(places.exporter),
        metric_relabel_configs: [{ source_labels: ["__name__"], regex: quickSeries.join("|"), action: "drop" }],
      },
      {
        job_name: quickJob,
        metrics_path: "/metrics/links",
        scrape_interval: intervals.quick,
        scrape_timeout: intervals.quick,
        static_configs: targets(places.exporter),
      },
      { job_name: "prometheus", static_configs: targets(places.prometheus) },
      { job_name: "alertmanager", static_configs: targets(places.alertmanager) },
    ],
  };
}

function targets(place: string): readonly object[] {
  return [{ targets: [place] }];
}
