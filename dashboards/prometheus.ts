import { isQuick, metricNames, seriesNames } from "../src/metrics.ts";
import { intervals } from "./config.ts";
import { outsideJob as outsideJobName, quickJob, recordedNames, selfJob, usualJob } from "./rules.ts";

/** Where the watch's own parts answer, each `host:port`, as Prometheus reaches them. */
export interface Places {
  readonly exporter: string;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** The exporter at a vantage point that has one of its own. */
  readonly outside?: string;
  /** Where everything is written as well. */
  readonly keeper?: Keeper;
}

/** A workspace that keeps metrics; it is written to with a managed identity (Prometheus 2.45 or later). */
export interface Keeper {
  readonly url: string;
  /** Client id of the identity. */
  readonly identity: string;
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
      ...(places.outside === undefined ? [] : [outsideJob(places.outside)]),
      { job_name: selfJob, static_configs: targets(places.prometheus) },
      { job_name: "alertmanager", static_configs: targets(places.alertmanager) },
    ],
    ...(places.keeper === undefined ? {} : { remote_write: [remoteWrite(places.keeper)] }),
  };
}

/** A job of its own: were it the quick one too, its answer would hide that the other exporter gives none. */
function outsideJob(place: string): object {
  return {
    job_name: outsideJobName,
    metrics_path: "/metrics/links",
    scrape_interval: intervals.quick,
    scrape_timeout: intervals.quick,
    static_configs: targets(place),
  };
}

/** What the recording rules make is left out: the workspace has the same rules, and a series has one writer. */
function remoteWrite({ url, identity }: Keeper): object {
  return {
    url,
    azuread: { cloud: "AzurePublic", managed_identity: { client_id: identity } },
    write_relabel_configs: [{ source_labels: ["__name__"], regex: recordedNames.join("|"), action: "drop" }],
  };
}

function targets(place: string): readonly object[] {
  return [{ targets: [place] }];
}
