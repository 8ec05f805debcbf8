import { Registry } from "prom-client";
import { type Family, fullName, type HistogramSample, metrics, rttBuckets } from "../metrics.ts";

/** What prom-client renders: `labels` are written anew each time, `sharedLabels` once for each object. */
interface Rendered {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Value[];
}

interface Value {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly sharedLabels: object;
  readonly value: number;
}

const none = {};

/**
 * The Prometheus text of families gathered at one moment, followed by those of `process` (this process's own). The
 * figures come from elsewhere and are whole already, so nothing is kept between scrapes: a removed target just goes.
 */
export async function renderFamilies(families: readonly Family[], process?: Registry): Promise<string> {
  const registry = new Registry();
  for (const rendered of merged(families.map(toRendered))) register(registry, rendered);
  const text = await registry.metrics();
  return process === undefined ? text : text + (await process.metrics());
}

/** Two collectors may have samples of one metric, but a text has each metric once. */
function merged(all: readonly Rendered[]): readonly Rendered[] {
  const byName = Map.groupBy(all, ({ name }) => name);
  return [...byName.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ ...first, values: [...first.values, ...more.flatMap(({ values }) => values)] }],
  );
}

/** prom-client's type asks for a whole metric; its registry uses the name and `get` alone. */
function register(registry: Registry, rendered: Rendered): void {
  const metric = { name: rendered.name, get: async () => rendered };
  registry.registerMetric(metric as unknown as Parameters<Registry["registerMetric"]>[0]);
}

function toRendered(family: Family): Rendered {
  const { help, type } = metrics[family.name];
  const name = fullName(family.name);
  const values =
    "histograms" in family
      ? family.histograms.flatMap((sample) => histogramValues(name, sample))
      : family.samples.map(({ labels, value }) => ({ labels: none, sharedLabels: labels, value }));
  return { name, help, type, values };
}

function histogramValues(name: string, { labels, counts, sum }: HistogramSample<object>): readonly Value[] {
  let total = 0;
  const buckets = [...rttBuckets, Number.POSITIVE_INFINITY].map((bound, index) => {
    total += counts[index] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound);
    return { metricName: `${name}_bucket`, labels: { le }, sharedLabels: labels, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: none, sharedLabels: labels, value: sum },
    { metricName: `${name}_count`, labels: none, sharedLabels: labels, value: total },
  ];
}
