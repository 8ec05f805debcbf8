import type { MetricName } from "../../../src/metrics.ts";
import { usual } from "../in-order.ts";
import { type Burning, type Cases, exporterGone } from "./case.ts";

const minute = 60;
const hour = 3600;
const gateway = { gateway: "hub-a" };
const pool = { body: "b", pool: "b/pool" };
const quota = { subscription: "s", region: "italynorth", family: "cores" };

/** Of a hundred. */
interface Figures {
  readonly used: string;
  readonly limit: string;
  readonly series: Readonly<Record<string, string>>;
}
function of(used: MetricName, limit: MetricName, labels: Readonly<Record<string, string>>, series = {}): Figures {
  return { used: usual(used, labels), limit: usual(limit, labels), series };
}
const kind = (name: string): string => usual("pool_info", { ...pool, kind: name });
const sessions = of("vpn_sessions", "vpn_sessions_limit", gateway);
const addresses = of("vpn_addresses_used", "vpn_addresses_total", gateway);
const seats = of("pool_sessions", "pool_session_capacity", pool, { [kind("pooled")]: "1+0x120" });
const cores = of("quota_vcpus_used", "quota_vcpus_limit", quota);

const filled = ({ used, limit, series }: Figures, values: string, most = "100+0x800") => ({
  ...series,
  [used]: values,
  [limit]: most,
});
const failing = (name: string) => ({ [usual("collector_success", { collector: name })]: "0+0x120" });
const collector = (name: string): Burning => ({ alertname: "CollectorFailing", collector: name });

/** The cases of a pair: `high` from 80 % on, `full` from 95 %. */
function high(figures: Figures, alert: Burning, from: string): Cases {
  return {
    positive: [{ what: "84 %", step: minute, series: filled(figures, "84+0x90"), burning: { 14: [], 15: [alert] } }],
    negative: [
      { what: "79 %", step: minute, series: filled(figures, "79+0x90"), burning: { 60: [] } },
      {
        what: "a peak of ten minutes",
        step: minute,
        series: filled(figures, "50+0x9 90+0x9 50+0x60"),
        burning: { 30: [] },
      },
      {
        what: "a limit of 0 says nothing",
        step: minute,
        series: filled(figures, "0+0x90", "0+0x90"),
        burning: { 60: [] },
      },
    ],
    missing: [
      {
        what: "its collector fails: that is told",
        step: minute,
        series: { ...filled(figures, "84+0x2 stale"), ...failing(from) },
        burning: { 30: [collector(from)] },
      },
      exporterGone(minute, figures.used, figures.limit),
    ],
    recovery: [
      { what: "people go", step: minute, series: filled(figures, "84+0x30 60+0x60"), burning: { 30: [alert], 31: [] } },
    ],
  };
}

function full(figures: Figures, alert: Burning, lower: Burning, from: string): Cases {
  return {
    positive: [
      {
        what: "96 %",
        step: minute,
        series: filled(figures, "96+0x90"),
        burning: { 4: [], 5: [alert], 30: [alert, lower] },
      },
    ],
    negative: [
      { what: "94 %", step: minute, series: filled(figures, "94+0x90"), burning: { 60: [lower] } },
      {
        what: "four minutes",
        step: minute,
        series: filled(figures, "50+0x9 99+0x3 50+0x60"),
        burning: { 14: [], 30: [] },
      },
    ],
    missing: [
      {
        what: "its collector fails: that is told",
        step: minute,
        series: { ...filled(figures, "96+0x2 stale"), ...failing(from) },
        burning: { 30: [collector(from)] },
      },
      exporterGone(minute, figures.used, figures.limit),
    ],
    recovery: [
      {
        what: "people go",
        step: minute,
        series: filled(figures, "96+0x30 60+0x60"),
        burning: { 30: [alert, lower], 31: [] },
      },
    ],
  };
}

const told = (alertname: string, resource: string, labels: object): Burning => ({ alertname, resource, ...labels });
const sessionsHigh = told("GatewaySessionsHigh", "sessions", gateway);
const addressesHigh = told("AddressesHigh", "addresses", gateway);
const poolHigh = told("PoolHigh", "seats", pool);
const quotaHigh = told("QuotaHigh", "quota", { region: "italynorth" });
const exhaust = told("ExhaustIn30d", "sessions", gateway);
const pools = full(seats, told("PoolFull", "seats", pool), poolHigh, "azure-pools");

/** Five days of work and a weekend. */
const weeks = (values: readonly number[]): string => values.map((peak) => `${peak}+0x119 10+0x47`).join(" ");

export const capacityCases = {
  GatewaySessionsHigh: high(sessions, sessionsHigh, "openvpn"),
  GatewaySessionsFull: full(sessions, told("GatewaySessionsFull", "sessions", gateway), sessionsHigh, "openvpn"),
  AddressesHigh: high(addresses, addressesHigh, "openvpn"),
  AddressesFull: full(addresses, told("AddressesFull", "addresses", gateway), addressesHigh, "openvpn"),
  PoolHigh: high(seats, poolHigh, "azure-pools"),
  PoolFull: {
    ...pools,
    negative: [
      ...pools.negative,
      {
        what: "personal desks that are all in use",
        step: minute,
        series: { ...filled({ ...seats, series: {} }, "100+0x90"), [kind("personal")]: "1+0x90" },
        burning: { 60: [] },
      },
    ],
  },
  QuotaHigh: {
    positive: [{ what: "90 %", step: minute, series: filled(cores, "90+0x90"), burning: { 59: [], 60: [quotaHigh] } }],
    negative: [
      { what: "85 %", step: minute, series: filled(cores, "85+0x90"), burning: { 80: [] } },
      {
        what: "a family that has no quota",
        step: minute,
        series: filled(cores, "0+0x90", "0+0x90"),
        burning: { 80: [] },
      },
    ],
    missing: [
      {
        what: "its collector fails: that is told",
        step: minute,
        series: { ...filled(cores, "90+0x2 stale"), ...failing("azure-quota") },
        burning: { 80: [collector("azure-quota")] },
      },
    ],
    recovery: [
      {
        what: "more is granted",
        step: minute,
        series: filled(cores, "90+0x120", "100+0x70 200+0x40"),
        burning: { 70: [quotaHigh], 71: [] },
      },
    ],
  },
  ExhaustIn30d: {
    positive: [
      {
        what: "1.2 of 100 a day, three weeks long",
        step: hour,
        series: filled(sessions, "50+0.05x540"),
        burning: { 504: [], 506: [exhaust] },
      },
      {
        what: "weeks of 60, 65, 70, 75: weekends are no fall",
        step: hour,
        series: filled(sessions, weeks([60, 65, 70, 78])),
        burning: { 620: [exhaust], 660: [exhaust] },
      },
    ],
    negative: [
      {
        what: "the same each week",
        step: hour,
        series: filled(sessions, weeks([70, 70, 70, 70])),
        burning: { 520: [], 660: [] },
      },
      {
        what: "half empty, after a holiday",
        step: hour,
        series: filled(sessions, weeks([5, 5, 30, 45])),
        burning: { 660: [] },
      },
    ],
    missing: [
      {
        what: "less than three weeks of history",
        step: hour,
        series: filled(sessions, "50+0.05x480"),
        burning: { 480: [] },
      },
      {
        what: "its figures end: told for the week that its peaks are known",
        step: hour,
        series: filled(sessions, "50+0.05x510 stale", "100+0x510 stale"),
        burning: { 506: [exhaust], 690: [] },
      },
    ],
    recovery: [
      {
        what: "another instance takes half of them: a week later",
        step: hour,
        series: filled(sessions, "50+0.05x510 40+0x200"),
        burning: { 510: [exhaust], 690: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
