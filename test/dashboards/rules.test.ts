import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { cloudAlerts } from "../../dashboards/cloud-rules.ts";
import { cloudThresholds, marks, thresholds } from "../../dashboards/config.ts";
import { alerts } from "../../dashboards/rules.ts";
import { fullName, metricNames, seriesNames } from "../../src/metrics.ts";
import {
  site,
  gateway,
  unprobed,
  run,
  vantage,
  exporter,
  hallFibre,
  hallRadio,
  deskFibre,
  inOrder,
  downAt20,
  downFrom20To40,
  everything,
  gone,
  stuckAt20,
  all,
} from "./in-order.ts";
import { places, promtool, promtoolTest, renderedFolder } from "./monitoring.ts";

const folder = renderedFolder();
after(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly what: string;
  readonly series: Readonly<Record<string, string>>;
  /** All alerts that burn at a second, each with what tells it from others; the Watchdog apart. */
  readonly burning: Readonly<Record<number, readonly Readonly<Record<string, string>>[]>>;
}

const linkDown = { alertname: "LinkDown", body: "b", site: "b/hall", gateway: "hub-a", link: "b/hall/fibre" };
const siteDown = { alertname: "SiteDown", body: "b", site: "b/hall" };
const gatewayDown = { alertname: "GatewayDown", gateway: "hub-a" };
const exporterDown = { alertname: "ExporterDown" };
const proberDown = { alertname: "ProberDown", vantage: "hub" };
const vantageCut = { alertname: "VantageCut", vantage: "hub" };
const probeStale = { alertname: "ProbeStale", kind: "link", vantage: "hub" };
const hall = [hallFibre, hallRadio, site("hall")];
const throughA = [gateway("hub-a"), hallFibre, deskFibre, site("desk")];
const ofHub = ["link", "site", "host"].map((kind) => run(kind, "hub"));

type AlertName =
  | "GatewayDown"
  | "SiteDown"
  | "LinkDown"
  | "ExporterDown"
  | "VantageCut"
  | "ProberDown"
  | "ProbeStale"
  | "Watchdog";

const cases: Readonly<
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

const burningNow =
  'count by (alertname, body, site, gateway, link, kind, vantage) (ALERTS{alertstate="firing",alertname!="Watchdog"})';

function toTest({ series, burning }: Case): object {
  const changed = Object.entries({ ...inOrder, ...series });
  return {
    interval: "1s",
    input_series: changed.map(([name, values]) => ({ series: name, values })),
    promql_expr_test: Object.entries(burning).flatMap(([second, expected]) => [
      {
        expr: burningNow,
        eval_time: `${second}s`,
        exp_samples: expected.map((labels) => ({ labels: selector(labels), value: 1 })),
      },
      { expr: 'ALERTS{alertname="Watchdog"}', eval_time: `${second}s`, exp_samples: [watchdog] },
    ]),
  };
}

const watchdog = { labels: 'ALERTS{alertname="Watchdog",alertstate="firing",severity="none"}', value: 1 };

function selector(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;
}

for (const [alert, ofAlert] of Object.entries(cases)) {
  describe(alert, () => {
    for (const [sort, ofSort] of Object.entries(ofAlert)) {
      for (const [index, each] of ofSort.entries()) {
        test(`${sort}: ${each.what}`, () => promtoolTest(folder, `${alert}-${sort}-${index}`, [toTest(each)]));
      }
    }
  });
}

test("every alert has its four cases", () => {
  assert.deepEqual(Object.keys(cases).toSorted(), alerts.map(({ alert }) => alert).toSorted());
});

test("a page says what, where and what is left", () => {
  const series = { ...inOrder, ...all(downAt20, ...hall, gateway("hub-b")) };
  const text = (alertname: string, labels: object, summary: string, description: string) => ({
    eval_time: "30s",
    alertname,
    exp_alerts: [
      {
        exp_labels: { severity: "page", ...labels },
        exp_annotations: { summary, description, runbook_url: `${places.runbook}#${alertname.toLowerCase()}` },
      },
    ],
  });
  promtoolTest(folder, "text", [
    {
      interval: "1s",
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      alert_rule_test: [
        text(
          "SiteDown",
          { body: "b", site: "b/hall" },
          "Site b/hall is cut off",
          "Its router answers over none of its lines. Lines that are down: b/hall/fibre b/hall/radio. Nobody reaches the desks that stand there.",
        ),
        text(
          "GatewayDown",
          { gateway: "hub-b" },
          "Gateway instance hub-b does not answer from outside",
          "Instances still answering: 1. People on it come in again through another. Lines through it that answer from the hub: 0; if there is any, the instance runs, and its public side is what fails.",
        ),
      ],
    },
  ]);
});

test("promtool takes rules and configuration", () => promtool("check", "config", join(folder, "prometheus.yml")));

test("rules name no metric that nobody writes", () => {
  const known = new Set(metricNames.flatMap((name) => [fullName(name), ...seriesNames(name)]));
  for (const name of readFileSync(join(folder, "rules.yml"), "utf8").match(/(?<![:\w])deskbridge_\w+/g) ?? []) {
    assert.ok(known.has(name), name);
  }
});

test("the usual job leaves out exactly what the quick job brings", () => {
  const regex = /regex: (\S+)/.exec(readFileSync(join(folder, "prometheus.yml"), "utf8"))?.[1]?.split("|") ?? [];
  assert.ok(regex.includes("deskbridge_link_up") && regex.includes("deskbridge_link_probe_rtt_seconds_bucket"));
  assert.ok(!regex.includes("deskbridge_desk_up") && !regex.includes("deskbridge_collector_success"));
});

test("every alert has its section in the runbook, with all five parts, and no section is left over", () => {
  const runbook = readFileSync(resolve(import.meta.dirname, "../../dashboards/runbook.md"), "utf8");
  const sections = runbook.split(/^## /m).slice(1);
  assert.deepEqual(
    new Set(sections.map((section) => section.split("\n")[0])),
    new Set([...alerts, ...cloudAlerts].map(({ alert }) => alert)),
  );
  assert.equal(sections.length, alerts.length + cloudAlerts.length);
  for (const section of sections) {
    for (const part of ["Meaning", "Impact", "First look", "Mend", "Escalate"]) {
      assert.ok(section.includes(`**${part}.**`), `${section.split("\n")[0]}: ${part}`);
    }
  }
});

test("every threshold has a reason", () => {
  for (const table of [thresholds, cloudThresholds, marks])
    for (const [name, { reason }] of Object.entries(table)) assert.ok(reason.length > 20, name);
});
