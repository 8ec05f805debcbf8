import { parseResourceId } from "../../azure/ids.ts";
import { type Aggregation, type MetricSeries, type MetricsFound, readMetrics } from "../../azure/metrics.ts";
import type { AzureInventory } from "../../inventory.ts";
import type { Family } from "../../metrics.ts";
import { asksAzure } from "../azure.ts";
import type { AzureWatch, Collector } from "../collector.ts";
import type { Gathered, Keeping, Source } from "../keeper.ts";
import type { WatchedInventory } from "../watched.ts";

/** Azure Monitor is itself some minutes late: a figure's age counts from the minute that it tells of. */
const keeping: Keeping = { collector: "azure-gateways", everyMs: 60_000, boundMs: 900_000 };

/**
 * People at each gateway, and the cloud's own word on the sites' lines, from Azure Monitor: two or three calls a minute
 * for all gateways of a region. `vpn_sessions_limit` is the inventory's, and given for every target already.
 *
 * There is no `vpn_rx_bytes_total` nor `vpn_tx_bytes_total`: Azure's `P2SBandwidth` is a rate, of both directions
 * together, and a sum of rates is no counter. It is `vpn_bandwidth_bytes_per_second` instead.
 *
 * Lines come at a grain of five minutes: they explain, in `link_state`, and never decide, as `link_up` does.
 */
export const azureGatewaysCollector: Collector = {
  name: keeping.collector,
  applies: asksAzure,
  collect: async ({ fleet, azure }, signal) => {
    if (azure === undefined || fleet?.inventory.azure === undefined) return [];
    // The first part of a divided fleet asks for all gateways and lines.
    const inventory = { ...fleet.inventory, ...fleet.whole };
    return azure.keeper.serve(sourcesOf(azure, inventory, fleet.inventory.azure), keeping, signal);
  },
};

type Gateway = AzureInventory["gateways"][number];

/** Gateways that one call may ask for: one type, subscription and region. */
interface Group {
  readonly subscription: string;
  readonly region: string;
  readonly type: string;
  readonly gateways: readonly Gateway[];
}

/** A question to Azure Monitor: metrics of one grain that have the same dimensions. */
interface Question {
  readonly scope: string;
  /** Types of gateway that know these metrics. */
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly aggregations: readonly Aggregation[];
  readonly grain: "PT1M" | "PT5M";
  readonly by: string;
  families(found: readonly Figure[], inventory: WatchedInventory): readonly Family[];
}

const grainMs = { PT1M: 60_000, PT5M: 300_000 } as const;

const network = "microsoft.network/virtualnetworkgateways";
/** A Virtual WAN hub has one gateway for people and another for sites. */
const wan = { people: "microsoft.network/p2svpngateways", sites: "microsoft.network/vpngateways" } as const;

/**
 * Names, grains, aggregations and dimensions: learn.microsoft.com/azure/azure-monitor/reference/supported-metrics,
 * microsoft-network-virtualnetworkgateways-metrics, -p2svpngateways-metrics, -vpngateways-metrics (04/2025).
 */
const questions: readonly Question[] = [
  {
    scope: "people",
    types: [network, wan.people],
    names: ["P2SConnectionCount", "P2SBandwidth"],
    aggregations: ["total", "average"],
    grain: "PT1M",
    by: "Instance",
    families: (found, inventory) => [
      { name: "vpn_sessions", samples: byInstance(found, "P2SConnectionCount", "total", inventory) },
      { name: "vpn_bandwidth_bytes_per_second", samples: byInstance(found, "P2SBandwidth", "average", inventory) },
    ],
  },
  {
    scope: "routes",
    types: [network, wan.sites],
    names: ["BgpPeerStatus"],
    aggregations: ["average"],
    grain: "PT5M",
    by: "BgpPeerAddress",
    families: (found, inventory) => [
      { name: "link_state", samples: byLine(found, { BgpPeerStatus: "route" }, "average", inventory) },
    ],
  },
  {
    scope: "tunnels",
    types: [network, wan.sites],
    names: ["MmsaCount", "QmsaCount"],
    aggregations: ["total"],
    grain: "PT5M",
    by: "ConnectionName",
    families: (found, inventory) => [
      { name: "link_state", samples: byLine(found, { MmsaCount: "sa", QmsaCount: "child" }, "total", inventory) },
    ],
  },
];

function sourcesOf(azure: AzureWatch, inventory: WatchedInventory, { gateways, connections }: AzureInventory) {
  const ends = new Set(inventory.links.map(({ instance }) => instance));
  const withLines = new Set(inventory.instances.flatMap(({ id, gateway }) => (ends.has(id) ? [gateway] : [])));
  const groups = Map.groupBy(gateways, ({ resourceId, region }) => {
    const { subscription, type } = parseResourceId(resourceId);
    return JSON.stringify([subscription, region, type]);
  });
  return [...groups].flatMap(([key, members]) => {
    const [subscription, region, type] = JSON.parse(key) as [string, string, string];
    const asked = questions.filter(
      ({ types, scope }) => types.includes(type) && (scope !== "tunnels" || connections.length > 0),
    );
    return asked.flatMap((question) => {
      // A gateway that no line ends at has nothing to say of lines, and its silence is no fault.
      const able = question.scope === "people" ? members : members.filter(({ id }) => withLines.has(id));
      return able.length === 0
        ? []
        : [sourceOf(azure, inventory, { subscription, region, type, gateways: able }, question)];
    });
  });
}

function sourceOf({ arm, keeper }: AzureWatch, inventory: WatchedInventory, group: Group, question: Question): Source {
  const { subscription, region, type, gateways } = group;
  const { links, instances, azure } = inventory;
  return {
    scope: `${subscription}/${region}/${question.scope}`,
    key: JSON.stringify([group, question.scope, links, instances, azure?.connections]),
    gather: async (signal): Promise<Gathered> => {
      const to = keeper.now();
      const found = await readMetrics(
        arm,
        {
          subscription,
          region,
          namespace: type,
          names: question.names,
          aggregations: question.aggregations,
          grain: question.grain,
          from: to - keeping.boundMs,
          to,
          by: [question.by],
          resources: gateways.map(({ resourceId }) => resourceId),
        },
        signal,
      );
      return gathered(found, group, question, inventory, to);
    },
  };
}

function gathered(
  found: MetricsFound,
  group: Group,
  question: Question,
  inventory: WatchedInventory,
  now: number,
): Gathered {
  const figures = group.gateways.flatMap((gateway) => figuresOf(gateway, found.series, question));
  const silent = group.gateways.filter((gateway) => !figures.some((figure) => figure.gateway === gateway));
  const ends = figures.map(({ at }) => at + grainMs[question.grain]);
  return {
    families: question.families(figures, inventory),
    at: Math.min(now, ...ends),
    faults: [
      ...found.faults,
      ...silent.map(({ id }) => `${id}: Azure Monitor has no data of the last ${keeping.boundMs / 60_000} minutes`),
    ],
  };
}

/** The newest value of one series of one gateway. */
interface Figure {
  readonly gateway: Gateway;
  readonly metric: string;
  /** Value of the dimension that was asked for. */
  readonly part: string;
  readonly values: MetricSeries["points"][number]["values"];
  readonly at: number;
}

/**
 * The newest point of each series, where it is at most two grains behind the gateway's newest: an instance that has
 * fallen silent gives no figure rather than an old one beside its twin's new one.
 */
function figuresOf(gateway: Gateway, series: readonly MetricSeries[], { by, grain }: Question): readonly Figure[] {
  const resource = gateway.resourceId.toLowerCase();
  const newest = series
    .filter((each) => each.resource === resource)
    .flatMap(({ metric, dimensions, points }): Figure[] => {
      const point = points.at(-1);
      const part = dimensions[by.toLowerCase()];
      return point === undefined || part === undefined ? [] : [{ gateway, metric, part, ...point }];
    });
  const last = Math.max(...newest.map(({ at }) => at));
  return newest.filter(({ at }) => last - at <= 2 * grainMs[grain]);
}

/**
 * By our own instances. Azure numbers a gateway's instances from 0 (`GatewayTenantWorker_IN_0`) and ours are in the same
 * order; one that we have no name for goes under the gateway's, so that the sum is right in any case.
 */
function byInstance(
  found: readonly Figure[],
  metric: string,
  aggregation: Aggregation,
  { instances }: WatchedInventory,
): { readonly labels: { readonly gateway: string }; readonly value: number }[] {
  const sums = new Map<string, number>();
  for (const { gateway, metric: name, part, values } of found) {
    const value = name === metric ? values[aggregation] : undefined;
    if (value === undefined) continue;
    const own = instances.filter((instance) => instance.gateway === gateway.id);
    const label = own[Number(/(\d+)$/.exec(part)?.[1] ?? Number.NaN)]?.id ?? gateway.id;
    sums.set(label, (sums.get(label) ?? 0) + value);
  }
  return [...sums].map(([gateway, value]) => ({ labels: { gateway }, value }));
}

/** 1 where Azure saw the layer at any time of the last grain. A line that Azure says nothing of has no sample. */
function byLine(
  found: readonly Figure[],
  layers: Readonly<Record<string, string>>,
  aggregation: Aggregation,
  { links, instances, azure }: WatchedInventory,
) {
  const gatewayOf = new Map(instances.map(({ id, gateway }) => [id, gateway]));
  const connectionOf = new Map((azure?.connections ?? []).map(({ link, name }) => [link, name.toLowerCase()]));
  return links.flatMap((link) =>
    Object.entries(layers).flatMap(([metric, layer]) => {
      const values = found
        .filter(
          (figure) =>
            figure.metric === metric &&
            figure.gateway.id === gatewayOf.get(link.instance) &&
            (figure.part === link.address || figure.part.toLowerCase() === connectionOf.get(link.id)),
        )
        .flatMap((figure) => figure.values[aggregation] ?? []);
      if (values.length === 0) return [];
      const labels = {
        body: link.body,
        site: link.site,
        gateway: link.instance,
        link: link.id,
        vantage: "cloud",
        layer,
      };
      return [{ labels, value: values.some((value) => value > 0) ? 1 : 0 }];
    }),
  );
}
