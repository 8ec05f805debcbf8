import { targetKinds, type TargetKind, type TargetRecord, vantageIds } from "../../report.ts";
import type { Link } from "../../inventory.ts";
import type { Family, LabelsOf, Sample } from "../../metrics.ts";
import type { Collector } from "../collector.ts";
import { neverProbed, type ReportStore } from "../store.ts";
import { vantageOf, type WatchedFleet } from "../watched.ts";

/** Lines, sites and gateways as the probers saw them, and how the probing itself goes. Each has a 0 or a 1, always. */
export const linksCollector: Collector = {
  name: "links",
  quick: true,
  collect: ({ fleet, store }) => (fleet === undefined ? [] : families(fleet, store)),
};

function up(record: TargetRecord | undefined): 0 | 1 {
  return record?.up ?? 0;
}

function infoOf({ id, body, site, instance, carrier, critical }: Link): Sample<LabelsOf<"link_info">> {
  const labels = { body, site, gateway: instance, link: id, carrier, critical: String(critical) };
  return { labels, value: 1 };
}

function families(fleet: WatchedFleet, store: ReportStore): readonly Family[] {
  const shard = String(fleet.shard.index);
  const of = (kind: TargetKind, id: string) => store.record(vantageOf[kind], kind, id);
  const links = fleet.link.map(({ id, labels }) => ({ labels, record: of("link", id) }));
  const kinds = targetKinds
    .filter((kind) => fleet.ids[kind].size > 0)
    .map((kind) => ({ labels: { kind, vantage: vantageOf[kind], shard }, report: store.kind(vantageOf[kind], kind) }));
  return [
    { name: "shards", samples: [{ labels: { shard, shards: String(fleet.shard.count) }, value: fleet.shard.count }] },
    {
      name: "probers",
      samples: vantageIds.map((vantage) => ({ labels: { vantage, shard }, value: store.probers(vantage) })),
    },
    { name: "link_info", samples: fleet.inventory.links.map(infoOf) },
    { name: "link_up", samples: links.map(({ labels, record }) => ({ labels, value: up(record) })) },
    { name: "site_up", samples: fleet.site.map(({ id, labels }) => ({ labels, value: up(of("site", id)) })) },
    { name: "gateway_up", samples: fleet.gateway.map(({ id, labels }) => ({ labels, value: up(of("gateway", id)) })) },
    {
      name: "gateway_unprobed",
      samples: fleet.gateway.map(({ id, labels }) => ({ labels, value: neverProbed(of("gateway", id)) ? 1 : 0 })),
    },
    {
      name: "link_probe_attempts_total",
      samples: links.map(({ labels, record }) => ({ labels, value: record?.attempts ?? 0 })),
    },
    {
      name: "link_probe_failures_total",
      samples: links.map(({ labels, record }) => ({ labels, value: record?.failures ?? 0 })),
    },
    {
      name: "link_probe_rtt_seconds",
      histograms: links.flatMap(({ labels, record }) =>
        record?.rtts === undefined ? [] : [{ labels, ...record.rtts }],
      ),
    },
    {
      name: "probe_last_run_timestamp_seconds",
      samples: kinds.map(({ labels, report }) => ({ labels, value: report?.lastRun ?? 0 })),
    },
    {
      name: "probe_interval_seconds",
      samples: kinds.flatMap(({ labels, report }) =>
        report === undefined ? [] : [{ labels, value: report.interval }],
      ),
    },
    {
      name: "probe_lag_seconds",
      samples: kinds.flatMap(({ labels, report }) => (report === undefined ? [] : [{ labels, value: report.lag }])),
    },
    {
      name: "probe_coverage_ratio",
      samples: kinds.map(({ labels, report }) => ({ labels, value: report?.coverage ?? 0 })),
    },
    {
      name: "vantage_up",
      samples: vantageIds.flatMap((vantage) => {
        const value = store.way(vantage);
        return value === undefined ? [] : [{ labels: { vantage, shard }, value }];
      }),
    },
  ];
}
