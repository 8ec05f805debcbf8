import { usual } from "../in-order.ts";
import { type Burning, type Cases, exporterGone } from "./case.ts";

const minute = 60;
const sitting = { sitting: "giunta" };
const start = usual("sitting_start_timestamp_seconds", sitting);
const checked = usual("sitting_checked_timestamp_seconds", sitting);
const state = (name: string): string => usual("sitting_state", { ...sitting, state: name });
const failed = usual("sitting_checks_failed", sitting);

const risk: Burning = { alertname: "SittingAtRisk", ...sitting };
const soon: Burning = { alertname: "SittingAtRiskSoon", ...sitting };
const unchecked: Burning = { alertname: "SittingUnchecked", ...sitting };
const collectorFailing: Burning = { alertname: "CollectorFailing", collector: "sittings" };

/** It begins at minute 180, and is looked at each minute. */
const coming = { [start]: "10800+0x240", [checked]: "0+60x240" };
const atRisk = { ...coming, [state("risk")]: "1+0x240", [failed]: "2+0x240" };
const ready = { ...coming, [state("risk")]: "0+0x240", [state("ok")]: "1+0x240", [failed]: "0+0x240" };
/** Of an exporter that reads the same report. */
const other = (series: string): string => series.replace('instance="e"', 'instance="e2"');
const twice = (series: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...series,
  ...Object.fromEntries(Object.entries(series).map(([name, values]) => [other(name), values])),
});
const damaged = {
  what: "its report cannot be read: that is told",
  step: minute,
  series: {
    [start]: "10800+0x2 stale",
    [state("risk")]: "1+0x2 stale",
    [usual("collector_success", { collector: "sittings" })]: "0+0x240",
  },
  burning: { 60: [collectorFailing], 150: [collectorFailing] },
} as const;

export const sittingsCases = {
  SittingAtRisk: {
    positive: [
      { what: "two hours before, once", step: minute, series: twice(atRisk), burning: { 1: [risk], 119: [risk] } },
    ],
    negative: [
      { what: "ready", step: minute, series: ready, burning: { 60: [], 150: [] } },
      {
        what: "something could not be seen, and it is days away",
        step: minute,
        series: { ...coming, [start]: "200000+0x240", [state("unknown")]: "1+0x240", [state("risk")]: "0+0x240" },
        burning: { 60: [] },
      },
    ],
    missing: [
      { what: "no sitting to come", step: minute, series: {}, burning: { 60: [] } },
      damaged,
      exporterGone(minute, ...Object.keys(atRisk)),
    ],
    recovery: [
      {
        what: "what was missing is there",
        step: minute,
        series: { ...coming, [state("risk")]: "1+0x40 0+0x200", [failed]: "2+0x40 0+0x200" },
        burning: { 40: [risk], 41: [], 150: [] },
      },
    ],
  },
  SittingAtRiskSoon: {
    positive: [
      {
        what: "from an hour before, and while it lasts",
        step: minute,
        series: atRisk,
        burning: { 119: [risk], 120: [soon], 200: [soon] },
      },
    ],
    negative: [{ what: "ready", step: minute, series: ready, burning: { 130: [], 200: [] } }],
    missing: [
      { what: "no sitting to come", step: minute, series: {}, burning: { 150: [] } },
      damaged,
      exporterGone(minute, ...Object.keys(atRisk)),
    ],
    recovery: [
      {
        what: "it is over, and told no more",
        step: minute,
        series: { [start]: "10800+0x200 stale", [checked]: "0+60x200 stale", [state("risk")]: "1+0x200 stale" },
        burning: { 200: [soon], 201: [] },
      },
    ],
  },
  SittingUnchecked: {
    positive: [
      {
        what: "last looked at at minute 5",
        step: minute,
        series: { ...ready, [checked]: "0+60x5 300+0x240" },
        burning: { 65: [], 66: [unchecked], 120: [unchecked] },
      },
    ],
    negative: [
      { what: "looked at each minute", step: minute, series: ready, burning: { 120: [] } },
      {
        what: "days away",
        step: minute,
        series: { ...ready, [start]: "200000+0x240", [checked]: "0+0x240" },
        burning: { 120: [] },
      },
    ],
    missing: [
      { what: "no sitting to come", step: minute, series: {}, burning: { 120: [] } },
      { ...damaged, series: { ...damaged.series, [checked]: "0+0x2 stale" } },
      exporterGone(minute, ...Object.keys(ready)),
    ],
    recovery: [
      {
        what: "looked at again",
        step: minute,
        series: { ...ready, [checked]: "0+0x80 4860+60x160" },
        burning: { 80: [unchecked], 81: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
