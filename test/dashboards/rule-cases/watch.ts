import {
  all,
  downAt20,
  downFrom20To40,
  everything,
  exporter,
  gateway,
  gone,
  hallFibre,
  part,
  probers,
  run,
  stuckAt20,
  vantage,
} from "../in-order.ts";
import {
  type Cases,
  linkDown,
  siteDown,
  gatewayDown,
  exporterDown,
  proberDown,
  probeStale,
  ofHub,
  hall,
} from "./case.ts";

const vantageCut = { alertname: "VantageCut", vantage: "hub" };
const shardMissing = { alertname: "ShardMissing", shards: "2" };
const overlap = { alertname: "ProbersOverlap", vantage: "hub" };
const noWhole = all("_x90", part(1, 1));

export const watchCases = {
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
  VantageCut: {
    positive: [
      {
        what: "one page, and none for a prober or a kind that has no results meanwhile",
        series: { [vantage("hub")]: downAt20, ...all(stuckAt20, ...ofHub) },
        burning: { 29: [], 30: [vantageCut], 60: [vantageCut], 89: [vantageCut] },
      },
      {
        what: "the other vantage point's news stay true",
        series: {
          [vantage("hub")]: downAt20,
          ...all(stuckAt20, ...ofHub),
          ...all(downAt20, gateway("hub-a")),
        },
        burning: { 22: [gatewayDown], 60: [gatewayDown, vantageCut] },
      },
    ],
    negative: [
      {
        what: "back within 8 s",
        series: { [vantage("hub")]: "1+0x19 0+0x7 1+0x70", ...all("0+1x20 20+0x7 28+1x60", ...ofHub) },
        burning: { 30: [], 45: [] },
      },
      { what: "no anchor says", series: all("_x90", vantage("hub"), vantage("public")), burning: { 30: [], 60: [] } },
    ],
    missing: [
      { what: "the exporter is gone: that is told", series: all(gone, ...everything), burning: { 60: [exporterDown] } },
      {
        what: "its prober dies meanwhile: then that is told",
        series: { [vantage("hub")]: "1+0x19 0+0x19 stale _x50", ...all(stuckAt20, ...ofHub) },
        burning: { 39: [vantageCut], 60: [proberDown] },
      },
    ],
    recovery: [
      {
        what: "back, and hosts have their first results only now",
        series: {
          [vantage("hub")]: "1+0x19 0+0x29 1+0x41",
          ...all("0+1x20 20+0x29 50+1x40", run("link", "hub"), run("site", "hub")),
          [run("host", "hub")]: "0+1x20 20+0x44 65+1x25",
        },
        burning: { 49: [vantageCut], 55: [], 64: [], 89: [] },
      },
    ],
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
} as const satisfies Readonly<Record<string, Cases>>;
