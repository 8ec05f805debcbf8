import { gateway, hallFibre, run, usual } from "../in-order.ts";
import { type Cases, exporterGone, linkDown, probeStale } from "./case.ts";

const line = { body: "b", site: "b/hall", link: "b/hall/fibre" };
const promiseBroken = { ...line, alertname: "LinkPromiseBroken" };
const promised = usual("link_promised_availability_ratio", { ...line, gateway: "hub-a" });
const minute = 60;

export const promisesCases = {
  LinkPromiseBroken: {
    positive: [
      {
        what: "43 minutes a month are promised, in two outages the line is down for 46",
        step: minute,
        series: { [promised]: "0.999+0x90", [hallFibre]: "1+0x9 0+0x29 1+0x9 0+0x15 1+0x30" },
        burning: { 39: [linkDown], 45: [], 62: [linkDown], 68: [promiseBroken] },
      },
    ],
    negative: [
      {
        what: "42 minutes",
        step: minute,
        series: { [promised]: "0.999+0x90", [hallFibre]: "1+0x9 0+0x40 1+0x40" },
        burning: { 60: [] },
      },
      {
        what: "an hour, of which its gateway instance was down for half",
        step: minute,
        series: {
          [promised]: "0.999+0x90",
          [hallFibre]: "1+0x9 0+0x59 1+0x30",
          [gateway("hub-a")]: "1+0x9 0+0x29 1+0x60",
        },
        burning: { 60: [linkDown], 80: [] },
      },
      {
        what: "a carrier that promises nothing",
        step: minute,
        series: { [hallFibre]: "1+0x9 0+0x59 1+0x30" },
        burning: { 60: [linkDown], 80: [] },
      },
    ],
    missing: [
      {
        what: "nobody measured for an hour: that is no outage",
        step: minute,
        series: { [promised]: "0.999+0x90", [hallFibre]: "1+0x9 stale _x59 1+0x30" },
        burning: { 80: [] },
      },
      {
        what: "the line was down when its prober fell silent for an hour: what nobody saw is no outage",
        step: minute,
        series: {
          [promised]: "0.999+0x90",
          [hallFibre]: "1+0x9 0+0x69 1+0x10",
          [run("link", "hub")]: "0+60x10 600+0x60 4320+60x20",
        },
        burning: { 60: [linkDown, probeStale], 85: [] },
      },
      exporterGone(minute, promised, hallFibre),
    ],
    recovery: [
      {
        what: "a day without an outage",
        step: minute,
        series: { [promised]: "0.999+0x1600", [hallFibre]: "1+0x9 0+0x49 1+0x1540" },
        burning: { 70: [promiseBroken], 1490: [promiseBroken], 1510: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
