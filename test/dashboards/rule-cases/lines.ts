import { fullName, selector } from "../../../src/metrics.ts";
import { all, downAt20, gateway, gone, hallFibre, hallRadio, usual } from "../in-order.ts";
import { type Cases, exporterGone, gatewayDown, hall, linkDown, siteDown } from "./case.ts";

const line = { body: "b", site: "b/hall", gateway: "hub-a", link: "b/hall/fibre" };
const seenFrom = { ...line, vantage: "hub", job: "deskbridge-links", instance: "e" };
const quick = (name: Parameters<typeof fullName>[0], part = ""): string =>
  selector(`${fullName(name)}${part}`, seenFrom);
const attempts = quick("link_probe_attempts_total");
const failures = quick("link_probe_failures_total");

const linkLoss = { ...line, alertname: "LinkLoss" };
const linkFlapping = { ...line, alertname: "LinkFlapping" };
const latencyHigh = { ...line, alertname: "LatencyHigh" };
const linksFast = { alertname: "LinksBurnFast", body: "b" };
const differ = { ...line, alertname: "LinkDownOneVantage" };

const rtts = quick("link_probe_rtt_seconds", "_sum");
const answers = quick("link_probe_rtt_seconds", "_count");
/** Five minutes a step: 1,500 answers in each, 10 ms each until half of the fourth day, then 50 ms. */
const slowed = "0+15x1008 15195+75x60";
const answered = "0+1500x1068";

const layer = (name: string): string => usual("link_state", { ...line, vantage: "hub", layer: name });
const layersUp = all("1+0x90", layer("config"), layer("sa"), layer("child"), layer("route"));
const minute = 60;

export const linesCases = {
  LinkLoss: {
    positive: [
      {
        what: "5 % of 300 probes a minute: told when 500 are known, after its wait",
        step: minute,
        series: { [attempts]: "0+300x90", [failures]: "0+15x90" },
        burning: { 6: [], 7: [linkLoss], 60: [linkLoss] },
      },
    ],
    negative: [
      { what: "1 %", step: minute, series: { [attempts]: "0+300x90", [failures]: "0+3x90" }, burning: { 60: [] } },
      {
        what: "a third of a sample that is too small; after half an hour the body's loss is told instead",
        step: minute,
        series: { [attempts]: "0+30x90", [failures]: "0+10x90" },
        burning: { 30: [], 60: [linksFast] },
      },
      {
        what: "2.5 %, which the sample cannot tell from 2 %",
        step: minute,
        series: { [attempts]: "0+120x90", [failures]: "0+3x90" },
        burning: { 60: [] },
      },
      {
        what: "the line was down: LinkDown told that, and nothing follows",
        step: minute,
        series: {
          [hallFibre]: "1+0x19 0+0x3 1+0x60",
          [attempts]: "0+300x90",
          [failures]: "0+0x19 300+300x3 1200+0x60",
        },
        burning: { 22: [linkDown], 25: [], 31: [], 33: [], 40: [] },
      },
    ],
    missing: [
      {
        what: "a removed line",
        step: minute,
        series: {
          ...all(gone, hallFibre),
          [attempts]: "0+300x19 stale _x60",
          [failures]: "0+15x19 stale _x60",
        },
        burning: { 19: [linkLoss], 45: [] },
      },
      exporterGone(minute, attempts, failures),
    ],
    recovery: [
      {
        what: "nothing is lost any more",
        step: minute,
        series: { [attempts]: "0+300x90", [failures]: "0+15x20 300+0x60" },
        burning: { 20: [linkLoss], 30: [] },
      },
    ],
  },
  LinkFlapping: {
    positive: [
      {
        what: "three times in six minutes",
        step: minute,
        series: { [hallFibre]: "1+0x9 0 1 0 1 0 1+0x75" },
        burning: { 14: [], 15: [linkFlapping], 39: [linkFlapping] },
      },
    ],
    negative: [
      { what: "twice", step: minute, series: { [hallFibre]: "1+0x9 0 1 0 1+0x77" }, burning: { 20: [], 40: [] } },
      {
        what: "its site comes and goes, which pages each time",
        step: minute,
        series: all("1+0x9 0 0 1 1 0 0 1 1 0 0 1+0x60", ...hall),
        burning: { 11: [siteDown], 13: [], 22: [], 30: [] },
      },
      {
        what: "its gateway comes and goes",
        step: minute,
        series: all("1+0x9 0 1 0 1 0 1+0x75", hallFibre, gateway("hub-a")),
        burning: { 15: [], 30: [] },
      },
    ],
    missing: [
      {
        what: "a removed line is told until its half hour is over",
        step: minute,
        series: { [hallFibre]: "1+0x9 0 1 0 1 0 1+0x4 stale _x70" },
        burning: { 20: [linkFlapping], 45: [] },
      },
      exporterGone(minute, hallFibre),
    ],
    recovery: [
      {
        what: "half an hour without",
        step: minute,
        series: { [hallFibre]: "1+0x9 0 1 0 1 0 1+0x75" },
        burning: { 39: [linkFlapping], 41: [] },
      },
    ],
  },
  LatencyHigh: {
    positive: [
      {
        what: "50 ms, where the three days before had 10 ms",
        step: 300,
        series: { [rtts]: slowed, [answers]: answered },
        burning: { 1009: [], 1015: [latencyHigh] },
      },
    ],
    negative: [
      {
        what: "five times as long, and 8 ms more",
        step: 300,
        series: { [rtts]: "0+3x1008 3039+15x60", [answers]: answered },
        burning: { 1030: [] },
      },
      {
        what: "always slow",
        step: 300,
        series: { [rtts]: "0+75x1068", [answers]: answered },
        burning: { 1030: [] },
      },
    ],
    missing: [
      {
        what: "two days of history are no baseline",
        step: 300,
        series: { [rtts]: "0+15x600 9075+75x60", [answers]: "0+1500x660" },
        burning: { 650: [] },
      },
      {
        what: "no answers at all: the line is down, which is told",
        step: 300,
        series: {
          [rtts]: "0+15x1008 15120+0x30",
          [answers]: "0+1500x1008 1512000+0x30",
          [hallFibre]: "1+0x1008 0+0x30",
        },
        burning: { 1015: [linkDown] },
      },
    ],
    recovery: [
      {
        what: "as before",
        step: 300,
        series: { [rtts]: "0+15x1008 15195+75x20 16710+15x30", [answers]: answered },
        burning: { 1020: [latencyHigh], 1035: [] },
      },
    ],
  },
  LinkDownOneVantage: {
    positive: [
      {
        what: "the gateway has the tunnel, probes do not come back",
        step: minute,
        series: { ...layersUp, [hallFibre]: downAt20 },
        burning: { 39: [linkDown], 41: [linkDown, differ] },
      },
      {
        what: "probes come back without a tunnel",
        step: minute,
        series: { ...layersUp, [layer("child")]: downAt20 },
        burning: { 39: [], 41: [differ] },
      },
    ],
    negative: [
      {
        what: "both say that it is down",
        step: minute,
        series: { ...layersUp, [layer("child")]: downAt20, [hallFibre]: downAt20 },
        burning: { 60: [linkDown] },
      },
      { what: "both say that it is up", step: minute, series: layersUp, burning: { 60: [] } },
      {
        what: "the tunnel is there, its routes are not: the gateway knows why",
        step: minute,
        series: { ...layersUp, [layer("route")]: downAt20, [hallFibre]: downAt20 },
        burning: { 60: [linkDown] },
      },
    ],
    missing: [
      {
        what: "a gateway that cannot be asked says nothing: the line is told alone",
        step: minute,
        series: { [hallFibre]: downAt20 },
        burning: { 60: [linkDown] },
      },
    ],
    recovery: [
      {
        what: "probes come back",
        step: minute,
        series: { ...layersUp, [hallFibre]: "1+0x19 0+0x29 1+0x40" },
        burning: { 45: [linkDown, differ], 50: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;

const few = (link: string, rate: number, minutes: number, end = ""): Readonly<Record<string, string>> => {
  const labels = link.slice(link.indexOf("{"));
  return {
    [`${fullName("link_probe_attempts_total")}${labels}`]: `0+40x${minutes + 60}`,
    [`${fullName("link_probe_failures_total")}${labels}`]: `0+${40 * rate}x${minutes} ${end}`,
  };
};
/** Each line has too few probes for LinkLoss; the body has enough. */
const lossy = (rate: number, minutes: number, end = ""): Readonly<Record<string, string>> => ({
  ...few(hallFibre, rate, minutes, end),
  ...few(hallRadio, rate, minutes, end),
});
const linksSlow = { alertname: "LinksBurnSlow", body: "b" };
const gatewayFast = { alertname: "GatewayBurnFast", gateway: "hub-a" };
const gatewaySlow = { alertname: "GatewayBurnSlow", gateway: "hub-a" };
const third = 20;
const blinking = (times: number): string => Array.from({ length: times }, () => "1 1 1 0").join(" ");
/** 1.25 % of the time: too little to burn fast. */
const winking = (times: number): string => Array.from({ length: times }, () => "1+0x78 0").join(" ");

export const burnCases = {
  LinksBurnFast: {
    positive: [
      {
        what: "8 % over all lines, too few probes a line for LinkLoss",
        step: minute,
        series: lossy(0.08, 90),
        burning: { 30: [], 31: [linksFast], 80: [linksFast] },
      },
    ],
    negative: [
      { what: "1 % random loss for hours", step: minute, series: lossy(0.01, 300), burning: { 60: [], 290: [] } },
      {
        what: "a line that is down has paged already",
        step: minute,
        series: { ...few(hallFibre, 0, 40, "40+40x80"), ...few(hallRadio, 0, 100), [hallFibre]: "1+0x39 0+0x80" },
        burning: { 45: [linkDown], 90: [linkDown] },
      },
    ],
    missing: [exporterGone(minute, ...Object.keys(lossy(0, 0)))],
    recovery: [
      {
        what: "ends soon after",
        step: minute,
        series: lossy(0.08, 60, "193+0x60"),
        burning: { 60: [linksFast], 68: [] },
      },
    ],
  },
  LinksBurnSlow: {
    positive: [
      {
        what: "4 % for three hours",
        step: minute,
        series: lossy(0.04, 240),
        burning: { 180: [], 181: [linksSlow], 230: [linksSlow] },
      },
    ],
    negative: [{ what: "2 %", step: minute, series: lossy(0.02, 240), burning: { 230: [] } }],
    missing: [
      {
        what: "less than three hours of history",
        step: minute,
        series: lossy(0.04, 170),
        burning: { 160: [] },
      },
      exporterGone(minute, ...Object.keys(lossy(0, 0))),
    ],
    recovery: [
      {
        what: "half an hour later",
        step: minute,
        series: lossy(0.04, 200, "321+0x60"),
        burning: { 200: [linksSlow], 235: [] },
      },
    ],
  },
  GatewayBurnFast: {
    positive: [
      {
        what: "gone each fourth look, never twice in a row",
        step: third,
        series: { [gateway("hub-a")]: blinking(40) },
        burning: { 89: [], 91: [gatewayFast] },
      },
    ],
    negative: [
      {
        what: "an outage that was told",
        step: third,
        series: { [gateway("hub-a")]: "1+0x199 0+0x29 1+0x60" },
        burning: { 201: [gatewayDown], 235: [] },
      },
      {
        what: "one missed look an hour",
        step: third,
        series: { [gateway("hub-a")]: "1+0x199 0 1+0x60" },
        burning: { 200: [], 210: [] },
      },
    ],
    missing: [
      {
        what: "a new instance has no hour yet",
        step: third,
        series: { [gateway("hub-a")]: blinking(20) },
        burning: { 75: [] },
      },
      exporterGone(third, gateway("hub-a")),
    ],
    recovery: [
      {
        what: "five minutes later",
        step: third,
        series: { [gateway("hub-a")]: `${blinking(40)} 1+0x60` },
        burning: { 159: [gatewayFast], 177: [] },
      },
    ],
  },
  GatewayBurnSlow: {
    positive: [
      {
        what: "1 % of six hours",
        step: third,
        series: { [gateway("hub-a")]: winking(9) },
        burning: { 539: [], 541: [gatewaySlow] },
      },
    ],
    negative: [
      {
        what: "one missed look in the hours",
        step: third,
        series: { [gateway("hub-a")]: "1+0x300 0 1+0x300" },
        burning: { 400: [], 600: [] },
      },
    ],
    missing: [
      {
        what: "a new instance has no hours yet",
        step: third,
        series: { [gateway("hub-a")]: winking(6) },
        burning: { 470: [] },
      },
      exporterGone(third, gateway("hub-a")),
    ],
    recovery: [
      {
        what: "half an hour later",
        step: third,
        series: { [gateway("hub-a")]: `${winking(8)} 1+0x200` },
        burning: { 638: [gatewaySlow], 735: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
