/**
 * A fleet in order: site `hall` with a line to each of two gateway instances, site `desk` with one line to hub-a; one
 * sample a second. A case changes some of these series: `1+0x20 0+0x40` is up for 20 s, then down; `_x3` is a gap.
 */
const link = (site: string, name: string, gateway: string): string =>
  `deskbridge_link_up{job="deskbridge-links",instance="e",body="b",site="b/${site}",gateway="${gateway}",link="b/${site}/${name}",vantage="hub"}`;
const site = (name: string): string =>
  `deskbridge_site_up{job="deskbridge-links",instance="e",body="b",site="b/${name}",vantage="hub"}`;
export const gateway = (name: string): string =>
  `deskbridge_gateway_up{job="deskbridge-links",instance="e",gateway="${name}",vantage="public"}`;
const unprobed = (name: string): string =>
  `deskbridge_gateway_unprobed{job="deskbridge-links",instance="e",gateway="${name}",vantage="public"}`;
const run = (kind: string, vantage: string): string =>
  `deskbridge_probe_last_run_timestamp_seconds{job="deskbridge-links",instance="e",kind="${kind}",vantage="${vantage}",shard="1"}`;
const every = (kind: string, vantage: string): string =>
  `deskbridge_probe_interval_seconds{job="deskbridge-links",instance="e",kind="${kind}",vantage="${vantage}",shard="1"}`;
const part = (shard: number, shards: number): string =>
  `deskbridge_shards{job="deskbridge-links",instance="e${shard}",shard="${shard}",shards="${shards}"}`;
const probers = (vantage: string, instance = "e"): string =>
  `deskbridge_probers{job="deskbridge-links",instance="${instance}",vantage="${vantage}",shard="1"}`;
const exporter = 'up{job="deskbridge-links",instance="e"}';

const hallFibre = link("hall", "fibre", "hub-a");
const hallRadio = link("hall", "radio", "hub-b");
const deskFibre = link("desk", "fibre", "hub-a");
const kinds = [
  ["link", "hub", "0.2"],
  ["site", "hub", "0.2"],
  ["host", "hub", "10"],
  ["gateway", "public", "0.5"],
] as const;

export const inOrder: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      hallFibre,
      hallRadio,
      deskFibre,
      site("hall"),
      site("desk"),
      gateway("hub-a"),
      gateway("hub-b"),
      exporter,
      part(1, 1),
      probers("hub"),
      probers("public"),
    ].map((series) => [series, "1+0x90"]),
  ),
  ...Object.fromEntries(["hub-a", "hub-b"].map((name) => [unprobed(name), "0+0x90"])),
  ...Object.fromEntries(kinds.map(([kind, vantage]) => [run(kind, vantage), "0+1x90"])),
  ...Object.fromEntries(kinds.map(([kind, vantage, interval]) => [every(kind, vantage), `${interval}+0x90`])),
};
const everything = Object.keys(inOrder);
export const all = (values: string, ...series: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(series.map((each) => [each, values]));

export interface Case {
  readonly what: string;
  readonly series: Readonly<Record<string, string>>;
  /** All alerts that burn at a second, each with what tells it from others; the Watchdog apart. */
  readonly burning: Readonly<Record<number, readonly Readonly<Record<string, string>>[]>>;
}

export const downAt20 = "1+0x19 0+0x70";
const downFrom20To40 = "1+0x19 0+0x19 1+0x50";
const linkDown = { alertname: "LinkDown", body: "b", site: "b/hall", gateway: "hub-a", link: "b/hall/fibre" };
const siteDown = { alertname: "SiteDown", body: "b", site: "b/hall" };
const gatewayDown = { alertname: "GatewayDown", gateway: "hub-a" };
const exporterDown = { alertname: "ExporterDown" };
const proberDown = { alertname: "ProberDown", vantage: "hub" };
const probeStale = { alertname: "ProbeStale", kind: "link", vantage: "hub" };
export const hall = [hallFibre, hallRadio, site("hall")];
const throughA = [gateway("hub-a"), hallFibre, deskFibre, site("desk")];
const ofHub = ["link", "site", "host"].map((kind) => run(kind, "hub"));
/** Runs until second 20, then stays. */
const stuckAt20 = "0+1x20 20+0x70";
/** As Prometheus has it when a series leaves a scrape, or the scrape fails. */
const gone = "1+0x19 stale _x69";

const shardMissing = { alertname: "ShardMissing", shards: "2" };
const overlap = { alertname: "ProbersOverlap", vantage: "hub" };
const noWhole = all("_x90", part(1, 1));

type AlertName =
  | "GatewayDown"
  | "SiteDown"
  | "LinkDown"
  | "ExporterDown"
  | "ShardMissing"
  | "ProbersOverlap"
  | "ProberDown"
  | "ProbeStale"
  | "Watchdog";

export const cases: Readonly<
  Record<AlertName, Readonly<Record<"positive" | "negative" | "missing" | "recovery", readonly Case[]>>>
> = {
  LinkDown: {
    positive: [
      {
        what: "one of two lines",
        series: all(downAt20, hallFibre),
        burning: { 21: [], 22: [linkDown], 60: [linkDown] },
      },
    ],
    negative: [
      { what: "a second of silence", series: all("1+0x19 0 1+0x70", hallFibre), burning: { 20: [], 22: [], 23: [] } },
      {
        what: "the site is down: one page, its own, although its lines die a second before it",
        series: { ...all(downAt20, hallFibre, hallRadio), ...all("1+0x20 0+0x70", site("hall")) },
        burning: { 22: [], 23: [siteDown], 60: [siteDown] },
      },
      {
        what: "its gateway is down: one page, the gateway's, although it is known a second later",
        series: { ...all(downAt20, hallFibre), ...all("1+0x20 0+0x70", gateway("hub-a")) },
        burning: { 22: [], 23: [gatewayDown], 60: [gatewayDown] },
      },
      {
        what: "of a part of the fleet that was never probed, while another part was",
        series: all(
          "0+0x90",
          link("far", "fibre", "hub-a").replace('instance="e"', 'instance="e2"'),
          run("link", "hub").replace('instance="e"', 'instance="e2"').replace('shard="1"', 'shard="2"'),
        ),
        burning: { 9: [], 60: [proberDown] },
      },
      {
        what: "never probed",
        series: {
          ...all("0+0x90", hallFibre),
          ...all("0+0x90", run("link", "hub"), run("site", "hub"), run("host", "hub")),
        },
        burning: { 9: [], 60: [proberDown] },
      },
    ],
    missing: [
      { what: "a removed line", series: all(gone, hallFibre), burning: { 21: [], 30: [], 60: [] } },
      {
        what: "three missed scrapes while it burns",
        series: all("1+0x19 0+0x9 _x3 0+0x60", hallFibre),
        burning: { 29: [linkDown], 32: [linkDown], 34: [linkDown] },
      },
    ],
    recovery: [{ what: "mended", series: all(downFrom20To40, hallFibre), burning: { 39: [linkDown], 40: [], 60: [] } }],
  },
  SiteDown: {
    positive: [
      { what: "all its lines", series: all(downAt20, ...hall), burning: { 21: [], 22: [siteDown], 60: [siteDown] } },
      {
        what: "its only line",
        series: all(downAt20, deskFibre, site("desk")),
        burning: { 22: [{ ...siteDown, site: "b/desk" }] },
      },
      { what: "its router alone", series: all(downAt20, site("hall")), burning: { 22: [siteDown] } },
      {
        what: "its lines left the inventory, the site did not",
        series: { ...all("_x90", hallFibre, hallRadio), ...all(downAt20, site("hall")) },
        burning: { 22: [siteDown] },
      },
    ],
    negative: [
      {
        what: "all its lines end at a gateway that is down",
        series: all(downAt20, ...throughA),
        burning: { 22: [gatewayDown], 60: [gatewayDown] },
      },
      {
        what: "one of its lines ends at a gateway that is down, the other is dead: both are told",
        series: all(downAt20, gateway("hub-a"), ...hall),
        burning: { 22: [gatewayDown, siteDown] },
      },
    ],
    missing: [
      { what: "a removed site", series: all(gone, ...hall), burning: { 30: [], 60: [] } },
      {
        what: "three missed scrapes while it burns",
        series: all("1+0x19 0+0x9 _x3 0+0x60", ...hall),
        burning: { 29: [siteDown], 32: [siteDown], 34: [siteDown] },
      },
    ],
    recovery: [
      {
        what: "one line comes back: the site is up, its other line is told",
        series: { ...all(downFrom20To40, site("hall"), hallRadio), ...all(downAt20, hallFibre) },
        burning: { 39: [siteDown], 40: [], 42: [linkDown] },
      },
    ],
  },
  GatewayDown: {
    positive: [
      { what: "with its lines", series: all(downAt20, ...throughA), burning: { 21: [], 22: [gatewayDown] } },
      {
        what: "both instances: a page each, none for sites",
        series: all(downAt20, ...throughA, ...hall, gateway("hub-b")),
        burning: { 22: [gatewayDown, { ...gatewayDown, gateway: "hub-b" }] },
      },
    ],
    negative: [
      { what: "a second of silence", series: all("1+0x19 0 1+0x70", gateway("hub-a")), burning: { 22: [] } },
      {
        what: "one that no prober can ask, which says nothing of it",
        series: { ...all("0+0x90", gateway("hub-a")), ...all("1+0x90", unprobed("hub-a")) },
        burning: { 9: [], 60: [] },
      },
      {
        what: "never probed",
        series: all("0+0x90", gateway("hub-a"), gateway("hub-b"), run("gateway", "public")),
        burning: { 9: [], 60: [{ ...proberDown, vantage: "public" }] },
      },
    ],
    missing: [{ what: "a removed instance", series: all(gone, gateway("hub-a")), burning: { 30: [], 60: [] } }],
    recovery: [{ what: "back", series: all(downFrom20To40, ...throughA), burning: { 39: [gatewayDown], 40: [] } }],
  },
  ExporterDown: {
    positive: [
      {
        what: "scrapes fail",
        series: { ...all(gone, ...everything), [exporter]: downAt20 },
        burning: { 29: [], 30: [exporterDown] },
      },
    ],
    negative: [
      { what: "a restart of 8 s", series: all("1+0x19 0+0x7 1+0x70", exporter), burning: { 25: [], 30: [], 40: [] } },
    ],
    missing: [
      {
        what: "no job of that name at all",
        series: all("_x90", ...everything),
        burning: { 5: [], 10: [exporterDown] },
      },
    ],
    recovery: [{ what: "back", series: all(downFrom20To40, exporter), burning: { 35: [exporterDown], 40: [] } }],
  },
  ShardMissing: {
    positive: [
      {
        what: "one of two exporters goes",
        series: { ...noWhole, [part(1, 2)]: "2+0x90", [part(2, 2)]: "2+0x19 stale _x69" },
        burning: { 30: [], 35: [shardMissing], 60: [shardMissing] },
      },
      {
        what: "one of two exporters never came",
        series: { ...noWhole, [part(1, 2)]: "2+0x90" },
        burning: { 5: [], 10: [shardMissing] },
      },
    ],
    negative: [
      {
        what: "both are there; each twice is no more",
        series: {
          ...noWhole,
          ...all("2+0x90", part(1, 2), part(2, 2), part(2, 2).replace("e2", "e3")),
        },
        burning: { 60: [] },
      },
      {
        what: "a restart of 8 s",
        series: { ...noWhole, [part(1, 2)]: "2+0x90", [part(2, 2)]: "2+0x19 _x7 2+0x60" },
        burning: { 30: [], 40: [] },
      },
    ],
    missing: [
      {
        what: "the only exporter is gone: that is told",
        series: all(gone, ...everything),
        burning: { 60: [exporterDown] },
      },
    ],
    recovery: [
      {
        what: "back",
        series: { ...noWhole, [part(1, 2)]: "2+0x90", [part(2, 2)]: "2+0x19 _x29 2+0x40" },
        burning: { 45: [shardMissing], 50: [] },
      },
    ],
  },
  ProbersOverlap: {
    positive: [
      { what: "two report to one exporter", series: all("2+0x90", probers("hub")), burning: { 55: [], 65: [overlap] } },
      {
        what: "one reports to each of two exporters of the same part",
        series: all("1+0x90", probers("hub", "e2")),
        burning: { 55: [], 65: [overlap] },
      },
      {
        what: "the whole fleet and a division of it are both told",
        series: all("2+0x90", part(1, 2), part(2, 2)),
        burning: { 55: [], 65: [{ alertname: "ProbersOverlap" }] },
      },
    ],
    negative: [
      {
        what: "one is moved in 30 s",
        series: all("1+0x19 2+0x29 1+0x50", probers("hub")),
        burning: { 60: [], 85: [] },
      },
      {
        what: "each vantage point has its own exporter, as on Azure",
        series: { ...all("0+0x90", probers("public")), ...all("1+0x90", probers("public", "outside")) },
        burning: { 80: [] },
      },
    ],
    missing: [{ what: "none at all", series: all("0+0x90", probers("hub"), probers("public")), burning: { 80: [] } }],
    recovery: [{ what: "one goes", series: all("2+0x69 1+0x30", probers("hub")), burning: { 69: [overlap], 75: [] } }],
  },
  ProberDown: {
    positive: [
      {
        what: "that of one part of two; the other's does not hide it",
        series: Object.fromEntries(
          ofHub.map((each) => [each.replaceAll('"e"', '"e2"').replace('shard="1"', 'shard="2"'), stuckAt20]),
        ),
        burning: { 35: [], 36: [proberDown] },
      },
      {
        what: "killed: its targets keep their states",
        series: { ...all(stuckAt20, ...ofHub), ...all(downAt20, hallFibre) },
        burning: { 35: [linkDown], 36: [linkDown, proberDown] },
      },
    ],
    negative: [
      { what: "a restart of 8 s", series: all("0+1x20 20+0x7 28+1x60", ...ofHub), burning: { 30: [], 45: [] } },
      { what: "one kind alone", series: all(stuckAt20, run("link", "hub")), burning: { 45: [probeStale] } },
    ],
    missing: [
      { what: "the exporter is gone: that is told", series: all(gone, ...everything), burning: { 60: [exporterDown] } },
    ],
    recovery: [
      { what: "back", series: all("0+1x20 20+0x28 50+1x40", ...ofHub), burning: { 45: [proberDown], 50: [] } },
    ],
  },
  ProbeStale: {
    positive: [
      {
        what: "fping does not start",
        series: all(stuckAt20, run("link", "hub")),
        burning: { 30: [], 40: [probeStale] },
      },
      {
        what: "hosts, after three of their rounds",
        series: all(stuckAt20, run("host", "hub")),
        burning: { 50: [], 60: [{ ...probeStale, kind: "host" }] },
      },
    ],
    negative: [
      {
        what: "fping restarted in 5 s",
        series: all("0+1x20 20+0x5 26+1x60", run("link", "hub")),
        burning: { 30: [], 40: [] },
      },
    ],
    missing: [{ what: "a kind without targets", series: all(gone, run("link", "hub")), burning: { 30: [], 60: [] } }],
    recovery: [
      {
        what: "back",
        series: all("0+1x20 20+0x28 50+1x40", run("link", "hub")),
        burning: { 45: [probeStale], 50: [] },
      },
    ],
  },
  Watchdog: {
    positive: [{ what: "in order, nothing else burns", series: {}, burning: { 30: [], 90: [] } }],
    negative: [{ what: "under any outage", series: all(downAt20, ...hall), burning: { 60: [siteDown] } }],
    missing: [{ what: "without any data", series: all("_x90", ...everything), burning: { 60: [exporterDown] } }],
    recovery: [{ what: "after an outage", series: all(downFrom20To40, ...hall), burning: { 60: [] } }],
  },
};
