import { isQuick, metricNames, seriesNames } from "../src/metrics.ts";
import { intervals } from "./config.ts";
import { cloudRecordedNames } from "./rules.ts";
import { alertmanagerJob, outsideJob as outsideJobName, quickJob, selfJob, usualJob } from "./rules/jobs.ts";

/** Where the watch's own parts answer, each `host:port`, as Prometheus reaches them. */
export interface Places {
  /** One, or one a part of the fleet. */
  readonly exporter: string | readonly string[];
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
      ...exporterJobs(places.exporter),
      ...(places.outside === undefined ? [] : [outsideJob(places.outside)]),
      { job_name: selfJob, static_configs: targets(places.prometheus) },
      { job_name: alertmanagerJob, static_configs: targets(places.alertmanager) },
    ],
    ...(places.keeper === undefined ? {} : { remote_write: [remoteWrite(places.keeper)] }),
  };
}

/** Where agents write to, and the exporters that one of them scrapes. */
export interface AgentPlaces {
  readonly exporter: string | readonly string[];
  /** The store's URL for remote write. */
  readonly store: string;
}

/**
 * Prometheus as an agent (`--enable-feature=agent`): it scrapes and writes on, and neither keeps nor evaluates. Each
 * fleet's samples carry its name; nothing else may tell agents apart, so that a part may move from one to another.
 */
export function agentConfig(fleet: string, { exporter, store }: AgentPlaces): object {
  return {
    global: { scrape_interval: intervals.usual, external_labels: { fleet } },
    scrape_configs: exporterJobs(exporter),
    // The rules look for the samples of the last seconds (`bridge`): the default waits for 5 s by itself.
    remote_write: [{ url: store, queue_config: { batch_send_deadline: intervals.quick } }],
  };
}

/** What brings an exporter's metrics, each once. */
function exporterJobs(exporter: string | readonly string[]): readonly object[] {
  return [
    {
      job_name: usualJob,
      static_configs: targets(exporter),
      metric_relabel_configs: [{ source_labels: ["__name__"], regex: quickSeries.join("|"), action: "drop" }],
    },
    {
      job_name: quickJob,
      metrics_path: "/metrics/links",
      scrape_interval: intervals.quick,
      scrape_timeout: intervals.quick,
      static_configs: targets(exporter),
    },
  ];
}

/** A job of its own: were it the quick one too, its answer would hide that the other exporter gives none. */
function outsideJob(place: string): object {
  return {
    job_name: outsideJobName,
    metrics_path: "/metrics/links",
    scrape_interval: intervals.outside,
    scrape_timeout: intervals.outside,
    static_configs: targets(place),
  };
}

/** What the workspace makes by its own copy of the rules is left out: a series has one writer. */
function remoteWrite({ url, identity }: Keeper): object {
  return {
    url,
    azuread: { cloud: "AzurePublic", managed_identity: { client_id: identity } },
    write_relabel_configs: [{ source_labels: ["__name__"], regex: cloudRecordedNames.join("|"), action: "drop" }],
  };
}

function targets(place: string | readonly string[]): readonly object[] {
  return [{ targets: [place].flat() }];
}
