import { all, downAt20, downFrom20To40, run, usual } from "../in-order.ts";
import { type Cases, exporterGone, gatewayDown, hall, probeStale, siteDown, throughA } from "./case.ts";

const minute = 60;
const desk = (nth: number): string =>
  usual("desk_up", { body: "b", pool: "b/pool", desk: `b-pool-${nth}`, vantage: "hub" });
const desks = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, nth) => desk(from + nth));
/** Twenty desks, of which the first so many go. */
const pool = (count: number, values: string): Readonly<Record<string, string>> => ({
  ...all("1+0x120", ...desks(1, 20)),
  ...all(values, ...desks(1, count)),
});
const atHall = { [usual("pool_info", { body: "b", pool: "b/pool", kind: "physical", site: "b/hall" })]: "1+0x120" };
const hosts = (state: string): string => usual("pool_hosts", { body: "b", pool: "b/pool", state });
const hostRun = run("host", "hub");

const unreachable = { alertname: "DesksUnreachable", body: "b", pool: "b/pool" };
const down = { alertname: "DesksDown", body: "b", pool: "b/pool" };
const stale = { ...probeStale, kind: "host" };

export const desksCases = {
  DesksUnreachable: {
    positive: [
      {
        what: "half of the pool: one page",
        step: minute,
        series: pool(10, downAt20),
        burning: { 24: [], 25: [unreachable], 60: [unreachable] },
      },
    ],
    negative: [
      {
        what: "a restart of all hosts in 4 minutes",
        step: minute,
        series: pool(20, "1+0x19 0+0x3 1+0x80"),
        burning: { 25: [], 60: [] },
      },
      {
        what: "a rebuild by twos, each 20 minutes",
        step: minute,
        series: pool(2, downFrom20To40),
        burning: { 30: [], 60: [] },
      },
      {
        what: "their site is down, and while they come back after it: one page, the site's",
        step: minute,
        series: { ...pool(20, "1+0x20 0+0x20 1+0x80"), ...atHall, ...all(downFrom20To40, ...hall) },
        burning: { 21: [siteDown], 39: [siteDown], 40: [], 41: [], 60: [] },
      },
      {
        what: "the only gateway of their site's line is down: one page, the gateway's",
        step: minute,
        series: {
          ...pool(20, downAt20),
          [usual("pool_info", { body: "b", pool: "b/pool", kind: "physical", site: "b/desk" })]: "1+0x120",
          ...all(downAt20, ...throughA),
        },
        burning: { 21: [gatewayDown], 60: [gatewayDown] },
      },
      {
        what: "autoscale turns hosts off in the evening and on in the morning: a power-on storm",
        step: minute,
        series: {
          ...pool(15, "1+0x19 0+0x39 1+0x60"),
          [hosts("available")]: "20+0x20 5+0x35 20+0x60",
          [hosts("shutdown")]: "0+0x20 15+0x35 0+0x60",
        },
        burning: { 30: [], 57: [], 59: [], 75: [] },
      },
      {
        what: "the cloud does not say any more which hosts are off, since an hour",
        step: minute,
        series: { ...pool(15, "0+0x120"), [hosts("available")]: "5+0x20 stale", [hosts("shutdown")]: "15+0x20 stale" },
        burning: { 80: [] },
      },
      {
        what: "nobody probes hosts: old states are no news",
        step: minute,
        series: { ...pool(20, "1+0x30 0+0x60"), [hostRun]: "0+60x20 1200+0x70" },
        burning: { 60: [stale] },
      },
      {
        what: "hosts were never probed",
        step: minute,
        series: { ...pool(20, "0+0x90"), [hostRun]: "0+0x90" },
        burning: { 60: [stale] },
      },
    ],
    missing: [
      { what: "the pool left the inventory", step: minute, series: pool(20, "1+0x19 stale _x60"), burning: { 60: [] } },
      exporterGone(minute, ...desks(1, 20)),
    ],
    recovery: [
      { what: "back", step: minute, series: pool(10, downFrom20To40), burning: { 39: [unreachable], 40: [] } },
    ],
  },
  DesksDown: {
    positive: [
      { what: "one desk for half an hour", step: minute, series: pool(1, downAt20), burning: { 49: [], 50: [down] } },
    ],
    negative: [
      {
        what: "many: a page tells them",
        step: minute,
        series: pool(10, downAt20),
        burning: { 60: [unreachable] },
      },
      { what: "a rebuild of 20 minutes", step: minute, series: pool(1, downFrom20To40), burning: { 50: [], 60: [] } },
      {
        what: "two of its hosts are off by intent",
        step: minute,
        series: { ...pool(2, downAt20), [hosts("available")]: "18+0x90", [hosts("shutdown")]: "2+0x90" },
        burning: { 60: [] },
      },
    ],
    missing: [
      {
        what: "nobody probes hosts meanwhile: that is told",
        step: minute,
        series: { ...pool(1, downAt20), [hostRun]: "0+60x25 1500+0x70" },
        burning: { 60: [stale] },
      },
      exporterGone(minute, ...desks(1, 20)),
    ],
    recovery: [
      { what: "back", step: minute, series: pool(1, "1+0x19 0+0x39 1+0x40"), burning: { 59: [down], 60: [] } },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
