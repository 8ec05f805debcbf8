import { selector } from "../../../src/metrics.ts";
import { all, downAt20, downFrom20To40, everything, gone, run, usual, usualScrape } from "../in-order.ts";
import {
  type Burning,
  type Case,
  type Cases,
  exporterDown,
  exporterGone,
  ofHub,
  probeStale,
  proberDown,
} from "./case.ts";

const minute = 60;
const one = (alertname: string, labels: object = {}): Burning => ({ alertname, ...labels });

const scrapeFailing = one("ScrapeFailing");
const success = usual("collector_success", { collector: "openvpn" });
const collectorFailing = one("CollectorFailing", { collector: "openvpn" });
const age = usual("collector_data_age_seconds", { collector: "azure-gateways", scope: "s/r/people" });
const dataOld = one("CollectorDataOld", { collector: "azure-gateways", scope: "s/r/people" });
const probing = { kind: "link", vantage: "hub", shard: "1", job: "deskbridge-links" };
const coverage = usual("probe_coverage_ratio", probing);
const lag = usual("probe_lag_seconds", probing);
const coverageLow = one("CoverageLow", { kind: "link", vantage: "hub" });
const late = one("ProberLate", { kind: "link", vantage: "hub" });
const web = usual("web_config_last_reload_successful", {});
const webRefused = one("WebConfigRefused");
const built = usual("desks_remotized", { body: "b", stage: "full", shard: "1" });
const target = (stage: string): string => usual("desks_target", { body: "b", stage });
const desksMissing = one("DesksMissing", { body: "b", stage: "full" });

/** Whatever the prober says of itself while it is silent is told by ProberDown, ProbeStale. */
function silences(series: string, values: string): readonly Case[] {
  return [
    {
      what: "the prober is silent: that is told",
      step: minute,
      series: { [series]: values, ...all("0+60x20 1200+0x70", ...ofHub) },
      burning: { 60: [proberDown] },
    },
    {
      what: "the kind is not probed: that is told",
      step: minute,
      series: { [series]: values, [run("link", "hub")]: "0+60x20 1200+0x70" },
      burning: { 60: [probeStale] },
    },
  ];
}

export const upkeepCases = {
  ScrapeFailing: {
    positive: [
      {
        what: "the usual job's answer takes too long, the quick one's does not",
        step: minute,
        series: { [usualScrape]: downAt20 },
        burning: { 20: [], 21: [scrapeFailing], 60: [scrapeFailing] },
      },
      {
        what: "Alertmanager does not answer",
        step: minute,
        series: { [selector("up", { job: "alertmanager", instance: "a" })]: downAt20 },
        burning: { 21: [scrapeFailing] },
      },
    ],
    negative: [
      {
        what: "one missed scrape",
        step: 15,
        series: { [usualScrape]: "1+0x19 0 1+0x60" },
        burning: { 20: [], 25: [] },
      },
    ],
    missing: [
      {
        what: "no job of that name",
        step: minute,
        series: { [usualScrape]: gone },
        burning: { 60: [scrapeFailing] },
      },
      {
        what: "the exporter is gone: one page, its own",
        step: minute,
        series: { ...all(downAt20, usualScrape), ...all(gone, ...everything.filter((each) => each !== usualScrape)) },
        burning: { 60: [exporterDown] },
      },
    ],
    recovery: [
      {
        what: "back",
        step: minute,
        series: { [usualScrape]: downFrom20To40 },
        burning: { 39: [scrapeFailing], 40: [] },
      },
    ],
  },
  CollectorFailing: {
    positive: [
      {
        what: "each time",
        step: minute,
        series: { [success]: downAt20 },
        burning: { 27: [], 35: [collectorFailing] },
      },
      {
        what: "two times of three, which no run of failures tells",
        step: minute,
        series: { [success]: Array.from({ length: 30 }, () => "0 0 1").join(" ") },
        burning: { 60: [collectorFailing] },
      },
    ],
    negative: [
      {
        what: "now and then",
        step: minute,
        series: { [success]: Array.from({ length: 20 }, () => "1 1 1 0").join(" ") },
        burning: { 60: [] },
      },
    ],
    missing: [
      {
        what: "a collector that does not apply any more",
        step: minute,
        series: { [success]: gone },
        burning: { 60: [] },
      },
      exporterGone(minute, success),
    ],
    recovery: [
      {
        what: "works again",
        step: minute,
        series: { [success]: downFrom20To40 },
        burning: { 39: [collectorFailing], 55: [] },
      },
    ],
  },
  CollectorDataOld: {
    positive: [
      {
        what: "14 minutes",
        step: minute,
        series: { [age]: "840+0x90" },
        burning: { 4: [], 5: [dataOld], 60: [dataOld] },
      },
    ],
    negative: [
      { what: "10 minutes, as Azure's grain has it", step: minute, series: { [age]: "600+0x90" }, burning: { 60: [] } },
      {
        what: "it fails: that is told",
        step: minute,
        series: { [age]: "0+60x90", [success.replace("openvpn", "azure-gateways")]: "1+0x9 0+0x80" },
        burning: { 60: [one("CollectorFailing", { collector: "azure-gateways" })] },
      },
    ],
    missing: [
      { what: "a scope that went", step: minute, series: { [age]: "840+0x2 stale" }, burning: { 60: [] } },
      exporterGone(minute, age),
    ],
    recovery: [
      { what: "new figures", step: minute, series: { [age]: "840+0x20 200+0x60" }, burning: { 20: [dataOld], 21: [] } },
    ],
  },
  CoverageLow: {
    positive: [
      { what: "half", step: minute, series: { [coverage]: "1+0x19 0.5+0x70" }, burning: { 24: [], 25: [coverageLow] } },
    ],
    negative: [
      { what: "95 %", step: minute, series: { [coverage]: "0.95+0x90" }, burning: { 60: [] } },
      {
        what: "another exporter's prober covers it",
        step: minute,
        series: { [coverage]: "1+0x90", [coverage.replace('"e"', '"e2"')]: "0+0x90" },
        burning: { 60: [] },
      },
    ],
    missing: silences(coverage, "1+0x19 0+0x70"),
    recovery: [
      {
        what: "all again",
        step: minute,
        series: { [coverage]: "0.5+0x30 1+0x60" },
        burning: { 30: [coverageLow], 31: [] },
      },
    ],
  },
  ProberLate: {
    positive: [
      { what: "0.8 s", step: minute, series: { [lag]: "0.02+0x19 0.8+0x70" }, burning: { 24: [], 25: [late] } },
    ],
    negative: [{ what: "0.05 s", step: minute, series: { [lag]: "0.05+0x90" }, burning: { 60: [] } }],
    missing: silences(lag, "0.02+0x19 0+60x70"),
    recovery: [
      { what: "in time again", step: minute, series: { [lag]: "0.8+0x30 0.02+0x60" }, burning: { 30: [late], 31: [] } },
    ],
  },
  WebConfigRefused: {
    positive: [{ what: "refused", step: minute, series: { [web]: downAt20 }, burning: { 24: [], 25: [webRefused] } }],
    negative: [
      {
        what: "while files are being replaced",
        step: minute,
        series: { [web]: "1+0x19 0+0x2 1+0x60" },
        burning: { 25: [] },
      },
    ],
    missing: [
      { what: "an exporter without a web configuration", step: minute, series: {}, burning: { 60: [] } },
      exporterGone(minute, web),
    ],
    recovery: [
      { what: "corrected", step: minute, series: { [web]: downFrom20To40 }, burning: { 39: [webRefused], 40: [] } },
    ],
  },
  DesksMissing: {
    positive: [
      {
        what: "90 of 100 for a day",
        step: 3600,
        series: { [built]: "90+0x40", [target("full")]: "100+0x40" },
        burning: { 23: [], 24: [desksMissing] },
      },
    ],
    negative: [
      { what: "all", step: 3600, series: { [built]: "100+0x40", [target("full")]: "100+0x40" }, burning: { 30: [] } },
      {
        what: "fewer than a later stage is to have; in two parts",
        step: 3600,
        series: {
          [built]: "60+0x40",
          [built.replace('shard="1"', 'shard="2"')]: "40+0x40",
          [target("full")]: "100+0x40",
          [target("later")]: "200+0x40",
        },
        burning: { 30: [] },
      },
    ],
    missing: [
      {
        what: "no inventory yet: the exporter tells nothing of desks",
        step: 3600,
        series: { [target("full")]: "100+0x40" },
        burning: { 30: [] },
      },
      exporterGone(minute, built, target("full")),
    ],
    recovery: [
      {
        what: "built",
        step: 3600,
        series: { [built]: "90+0x30 100+0x20", [target("full")]: "100+0x60" },
        burning: { 30: [desksMissing], 31: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
