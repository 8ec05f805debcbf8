import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";

/** Metrics of several resources of one type, subscription and region, from Azure Monitor in one call. */
export interface MetricsQuery {
  readonly subscription: string;
  readonly region: string;
  /** The resources' type: `microsoft.network/virtualnetworkgateways`. */
  readonly namespace: string;
  readonly names: readonly string[];
  readonly aggregations: readonly Aggregation[];
  /** ISO 8601 duration that all the metrics have as a time grain: `PT1M`, `PT5M`. */
  readonly grain: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Dimensions to tell apart; all others are rolled up. */
  readonly by: readonly string[];
  readonly resources: readonly string[];
}

export type Aggregation = "average" | "minimum" | "maximum" | "total" | "count";

export interface MetricSeries {
  /** In small letters, as Azure writes one id in many ways. */
  readonly resource: string;
  readonly metric: string;
  /** By the dimension's name in small letters. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** In time's order; points that Azure has no value for are not there. */
  readonly points: readonly MetricPoint[];
}

export interface MetricPoint {
  /** The grain's beginning, milliseconds since 1970. */
  readonly at: number;
  readonly values: Readonly<Partial<Record<Aggregation, number>>>;
}

export interface MetricsFound {
  readonly series: readonly MetricSeries[];
  /** Metrics that Azure could not give, in its own words. */
  readonly faults: readonly string[];
}

/** learn.microsoft.com/azure/azure-monitor/metrics/migrate-to-batch-api: at most so many resources a call. */
const mostResources = 50;
/** Series of one resource in an answer: Azure gives 10 where it is not told, and a gateway has up to 100 tunnels. */
const mostSeries = 1000;

/** One call for each 50 resources. Throws ArmError. */
export async function readMetrics(arm: ArmClient, query: MetricsQuery, signal: AbortSignal): Promise<MetricsFound> {
  const batches = Array.from({ length: Math.ceil(query.resources.length / mostResources) }, (_, nth) =>
    query.resources.slice(nth * mostResources, (nth + 1) * mostResources),
  );
  const found = await Promise.all(batches.map((resources) => readBatch(arm, { ...query, resources }, signal)));
  return { series: found.flatMap(({ series }) => series), faults: found.flatMap(({ faults }) => faults) };
}

async function readBatch(arm: ArmClient, query: MetricsQuery, signal: AbortSignal): Promise<MetricsFound> {
  const service = arm.cloud.metrics;
  const { data } = await arm.send(
    {
      method: "POST",
      url: addressOf(service.url, query),
      service,
      body: { resourceids: query.resources },
      shape: batchShape,
    },
    signal,
  );
  const series = data.values.flatMap((answer) =>
    answer.value.flatMap((metric) =>
      metric.timeseries.map((each) => ({
        resource: (answer.resourceid ?? metric.id.replace(/\/providers\/microsoft\.insights\/.*$/i, "")).toLowerCase(),
        metric: metric.name.value,
        ...each,
      })),
    ),
  );
  const faults = data.values.flatMap(({ value }) =>
    value.flatMap(({ name, errorCode, errorMessage }) =>
      errorCode === undefined || errorCode === null || errorCode === "Success"
        ? []
        : [`${name.value}: ${errorCode}${errorMessage ? `: ${errorMessage}` : ""}`],
    ),
  );
  return { series, faults };
}

function addressOf(service: string, query: MetricsQuery): URL {
  const url = new URL(
    `${service.replaceAll("{region}", query.region)}/subscriptions/${query.subscription}/metrics:getBatch`,
  );
  const fields = {
    "api-version": apiVersions.metrics,
    metricnamespace: query.namespace,
    metricnames: query.names.join(","),
    aggregation: query.aggregations.join(","),
    interval: query.grain,
    starttime: new Date(query.from).toISOString(),
    endtime: new Date(query.to).toISOString(),
    filter: query.by.map((dimension) => `${dimension} eq '*'`).join(" and "),
    top: String(mostSeries),
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return url;
}

const localizable = z.object({ value: z.string() });
const figure = z.number().nullish();

const timeseries = z
  .object({
    metadatavalues: z.array(z.object({ name: localizable, value: z.string() })).nullish(),
    data: z
      .array(
        z.object({
          timeStamp: z.string(),
          average: figure,
          minimum: figure,
          maximum: figure,
          total: figure,
          count: figure,
        }),
      )
      .nullish(),
  })
  .transform(({ metadatavalues, data }) => ({
    dimensions: Object.fromEntries((metadatavalues ?? []).map(({ name, value }) => [name.value.toLowerCase(), value])),
    points: (data ?? [])
      .map(({ timeStamp, ...figures }): MetricPoint => ({
        at: Date.parse(timeStamp),
        values: Object.fromEntries(Object.entries(figures).filter(([, value]) => typeof value === "number")),
      }))
      .filter(({ at, values }) => !Number.isNaN(at) && Object.keys(values).length > 0)
      .toSorted((left, right) => left.at - right.at),
  }));

/** `MetricResultsResponse` of Azure/azure-rest-api-specs, monitor data plane 2024-02-01. */
const batchShape = z.object({
  values: z.array(
    z.object({
      resourceid: z.string().nullish(),
      value: z.array(
        z.object({
          id: z.string(),
          name: localizable,
          errorCode: z.string().nullish(),
          errorMessage: z.string().nullish(),
          timeseries: z.array(timeseries),
        }),
      ),
    }),
  ),
});
