import { type ArmState, knownMetrics, type MetricState } from "./state.ts";

/** The batch call of Azure Monitor, as in its published example (monitor data plane 2024-02-01, MetricBatchExample). */

/** Refused as Azure refuses a bad question, with 400. */
export class BadQuestion extends Error {
  override readonly name = "BadQuestion";
}

const mostResources = 50;

export function answerBatch(state: ArmState, region: string, query: URLSearchParams, resources: readonly string[]) {
  const asked = readQuestion(query);
  if (resources.length === 0 || resources.length > mostResources) {
    throw new BadQuestion(`The number of resource ids is ${resources.length}; it must be 1 to ${mostResources}.`);
  }
  return {
    values: resources.map((resource) => {
      const gateway = state.gateways.find(({ id }) => id.toLowerCase() === resource.toLowerCase());
      if (gateway === undefined) throw new BadQuestion(`The resource ${resource} was not found.`);
      if (gateway.region !== region) throw new BadQuestion(`The resource ${resource} is not in region ${region}.`);
      return {
        starttime: asked.starttime,
        endtime: asked.endtime,
        interval: asked.interval,
        value: asked.names.map((name) => metric(state, resource, name, asked)),
        namespace: asked.namespace,
        resourceregion: region,
        resourceid: resource,
      };
    }),
  };
}

type Name = keyof typeof knownMetrics;
type Question = ReturnType<typeof readQuestion>;

function readQuestion(query: URLSearchParams) {
  const field = (name: string): string => {
    const value = query.get(name);
    if (value === null || value === "") throw new BadQuestion(`The parameter ${name} is missing.`);
    return value;
  };
  const minutes = Number(/^PT(\d+)M$/.exec(field("interval"))?.[1] ?? Number.NaN);
  const names = field("metricnames")
    .split(",")
    .map((name): Name => {
      if (!(name in knownMetrics)) throw new BadQuestion(`Failed to find metric configuration for ${name}.`);
      return name as Name;
    });
  const by = field("filter")
    .split(" and ")
    .map((part) => /^(\w+) eq '\*'$/.exec(part)?.[1] ?? part);
  for (const name of names) {
    const known = knownMetrics[name];
    if (!(minutes >= known.minutes)) throw new BadQuestion(`${name} has no time grain ${query.get("interval") ?? ""}.`);
    const strange = by.find((dimension) => !(known.dimensions as readonly string[]).includes(dimension));
    if (strange !== undefined) throw new BadQuestion(`${name} has no dimension ${strange}.`);
  }
  return {
    names,
    by,
    minutes,
    interval: field("interval"),
    starttime: field("starttime"),
    endtime: field("endtime"),
    namespace: field("metricnamespace"),
    aggregations: field("aggregation").split(","),
    top: Number(query.get("top") ?? 10),
  };
}

function metric(state: ArmState, resource: string, name: Name, asked: Question) {
  const series = state.metrics.filter(
    (each) => each.metric === name && each.resource.toLowerCase() === resource.toLowerCase(),
  );
  const groups = Map.groupBy(series, ({ dimensions }) =>
    JSON.stringify(asked.by.map((each) => dimensions[each] ?? "")),
  );
  return {
    id: `${resource}/providers/Microsoft.Insights/metrics/${name}`,
    type: "Microsoft.Insights/metrics",
    name: { value: name, localizedValue: name },
    displayDescription: name,
    unit: knownMetrics[name].unit,
    timeseries: [...groups].slice(0, asked.top).map(([key, members]) => ({
      metadatavalues: (JSON.parse(key) as string[]).map((value, nth) => {
        const dimension = asked.by[nth]?.toLowerCase() ?? "";
        return { name: { value: dimension, localizedValue: dimension }, value };
      }),
      data: grains(asked).map((at) => ({
        timeStamp: new Date(at).toISOString(),
        ...figures(members, at, name, asked),
      })),
    })),
    errorCode: "Success",
  };
}

function grains({ starttime, endtime, minutes }: Question): readonly number[] {
  const step = minutes * 60_000;
  const first = Math.ceil(Date.parse(starttime) / step) * step;
  const count = Math.max(0, Math.ceil((Date.parse(endtime) - first) / step));
  return Array.from({ length: count }, (_, nth) => first + nth * step);
}

/** All that was asked for; nothing where there is no data, as Azure does. */
function figures(members: readonly MetricState[], at: number, name: Name, { aggregations, minutes }: Question) {
  const values = members.flatMap(({ points }) =>
    Array.from({ length: minutes }, (_, nth) => points.get(at + nth * 60_000)).filter((value) => value !== undefined),
  );
  if (values.length === 0) return {};
  const total = values.reduce((sum, value) => sum + value, 0);
  const all = {
    average: total / values.length,
    total,
    count: values.length,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
  };
  // A metric that is kept as an average has no total worth the name, and the other way round it has.
  const kept = Object.entries(all).filter(
    ([figure]) => aggregations.includes(figure) && (figure !== "total" || knownMetrics[name].aggregation === "total"),
  );
  return Object.fromEntries(kept);
}
