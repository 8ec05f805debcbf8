import { usual } from "../in-order.ts";
import { type Burning, type Case, type Cases, exporterGone } from "./case.ts";

const minute = 60;
const day = 86_400;
const provider = { provider: "zoom" };
const run = { run: "2026-11-27-1" };

const waiting = (body: string, why = "vendor"): string => usual("licence_people_waiting", { ...provider, body, why });
const used = (body: string): string => usual("licence_seats_used", { ...provider, body });
const total = (body: string): string => usual("licence_seats_total", { ...provider, body });
const expiry = usual("licence_expiry_timestamp_seconds", { ...provider, body: "" });
const state = (name: string): string => usual("rollout_state", { ...run, state: name });
const people = (wave: string, name: string): string => usual("rollout_hosts", { ...run, wave, state: name });
const progress = usual("rollout_progress_timestamp_seconds", run);
const soak = usual("rollout_soak_seconds", run);
const age = (scope: string): string => usual("collector_data_age_seconds", { collector: "seats", scope });

const full: Burning = { alertname: "LicenceSeatsFull", ...provider };
const high: Burning = { alertname: "LicenceSeatsHigh", ...provider };
const expiring: Burning = { alertname: "LicenceExpiring", ...provider };
const failing: Burning = { alertname: "RolloutFailing", ...run };
const stalled: Burning = { alertname: "RolloutStalled", ...run };
const old = (scope: string): Burning => ({ alertname: "SeatsReportOld", collector: "seats", scope });
const collectorFailing: Burning = { alertname: "CollectorFailing", collector: "seats" };

const steady = (...values: readonly (readonly [series: string, value: number])[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map(([series, value]) => [series, `${value}+0x120`]));
/** A series as another exporter tells it. */
const other = (series: string): string => series.replace('instance="e"', 'instance="e2"');
const fails = (...series: readonly string[]): Case => ({
  what: "its collector fails: that is told",
  step: minute,
  series: {
    ...Object.fromEntries(series.map((each) => [each, "5+0x2 stale"])),
    [usual("collector_success", { collector: "seats" })]: "0+0x120",
  },
  burning: { 60: [collectorFailing] },
});

/** 95 of 100 seats are given, 80 of them to two bodies that are to have more. */
const seats = (quota: number) =>
  steady([used(""), 95], [total(""), 100], [used("b"), 50], [used("c"), 30], [total("b"), quota], [total("c"), 30]);

/** Stopped at minute 20 by a cap or a gate. */
const stopped = { [state("open")]: "1+0x19 0+0x100", [state("failed")]: "0+0x19 1+0x100" };
const left = { [people("1", "failed")]: "0+0x19 1+0x100", [people("2", "unreachable")]: "0+0x29 2+0x90" };
/** At work until minute 20; looked at each minute. */
const silent = {
  [state("open")]: "1+0x200",
  [progress]: `0+60x20 1200+0x180`,
  [soak]: "600+0x200",
  [age("roll-out")]: "30+0x200",
};

export const licencesCases = {
  LicenceSeatsFull: {
    positive: [
      {
        what: "three people of two bodies wait",
        step: minute,
        series: { ...steady([waiting("b"), 2], [waiting("c"), 1]), [other(waiting("b"))]: "2+0x120" },
        burning: { 29: [], 30: [full], 60: [full] },
      },
    ],
    negative: [
      {
        what: "who waits for their body waits for no licence",
        step: minute,
        series: steady([waiting("b", "quota"), 9], [waiting("b"), 0]),
        burning: { 60: [] },
      },
      {
        what: "twenty minutes, as while a roll-out frees seats",
        step: minute,
        series: { [waiting("b")]: "0+0x9 3+0x19 0+0x60" },
        burning: { 28: [], 60: [] },
      },
    ],
    missing: [fails(waiting("b")), exporterGone(minute, waiting("b"))],
    recovery: [
      {
        what: "bought",
        step: minute,
        series: { [waiting("b")]: "3+0x40 0+0x60" },
        burning: { 40: [full], 41: [] },
      },
    ],
  },
  LicenceSeatsHigh: {
    positive: [
      {
        what: "6 are owed and 5 are left",
        step: minute,
        series: seats(56),
        burning: { 29: [], 30: [high], 60: [high] },
      },
    ],
    negative: [
      { what: "5 are owed and 5 are left", step: minute, series: seats(55), burning: { 60: [] } },
      {
        what: "89 % are given, whatever is owed",
        step: minute,
        series: { ...seats(90), [used("")]: "89+0x120" },
        burning: { 60: [] },
      },
      {
        what: "nothing was bought yet",
        step: minute,
        series: { ...seats(90), [used("")]: "0+0x120", [total("")]: "0+0x120" },
        burning: { 60: [] },
      },
    ],
    missing: [fails(used(""), total("")), exporterGone(minute, ...Object.keys(seats(0)))],
    recovery: [
      {
        what: "bought",
        step: minute,
        series: { ...seats(56), [total("")]: "100+0x40 120+0x60" },
        burning: { 40: [high], 41: [] },
      },
    ],
  },
  LicenceExpiring: {
    positive: [
      {
        what: "in 59 days",
        step: minute,
        series: steady([expiry, 59 * day]),
        burning: { 4: [], 5: [expiring], 60: [expiring] },
      },
    ],
    negative: [{ what: "in 61 days", step: minute, series: steady([expiry, 61 * day]), burning: { 60: [] } }],
    missing: [
      { what: "nobody knows when", step: minute, series: {}, burning: { 60: [] } },
      fails(expiry),
      exporterGone(minute, expiry),
    ],
    recovery: [
      {
        what: "prolonged",
        step: minute,
        series: { [expiry]: `${59 * day}+0x40 ${400 * day}+0x60` },
        burning: { 40: [expiring], 41: [] },
      },
    ],
  },
  RolloutFailing: {
    positive: [
      {
        what: "stopped, with people left behind",
        step: minute,
        series: { ...stopped, ...left, [other(people("1", "failed"))]: "0+0x19 1+0x100" },
        burning: { 24: [], 25: [failing], 60: [failing] },
      },
      {
        what: "by a gate: nobody failed",
        step: minute,
        series: { ...stopped, ...steady([people("1", "failed"), 0]) },
        burning: { 25: [failing] },
      },
      {
        what: "within its cap, and it went on to its end",
        step: minute,
        series: { ...left, ...steady([state("failed"), 0], [state("complete"), 1]) },
        burning: { 25: [failing], 60: [failing] },
      },
    ],
    negative: [
      {
        what: "all came through; some were left for later by intent",
        step: minute,
        series: steady([state("failed"), 0], [people("1", "done"), 9], [people("1", "deferred"), 2]),
        burning: { 60: [] },
      },
      {
        what: "resumed within three minutes",
        step: minute,
        series: { [state("failed")]: "0+0x19 1+0x2 0+0x90" },
        burning: { 22: [], 60: [] },
      },
    ],
    missing: [
      { what: "no roll-out yet", step: minute, series: {}, burning: { 60: [] } },
      fails(state("failed")),
      exporterGone(minute, state("failed"), people("1", "failed")),
    ],
    recovery: [
      {
        what: "resumed, and all came through",
        step: minute,
        series: { [state("failed")]: "1+0x40 0+0x60", [people("1", "failed")]: "1+0x40 0+0x60" },
        burning: { 40: [failing], 41: [] },
      },
      {
        what: "another roll-out is the newest",
        step: minute,
        series: {
          [people("1", "failed")]: "1+0x40 stale",
          ...steady([people("1", "done").replace("27-1", "28-1"), 3]),
        },
        burning: { 40: [failing], 41: [] },
      },
    ],
  },
  RolloutStalled: {
    positive: [
      {
        what: "silent since minute 20, with a pause of 10 between its waves",
        step: minute,
        series: silent,
        // 1,800 s beyond 600 s of pause, and half a minute that the look is old.
        burning: { 60: [], 61: [stalled], 90: [stalled] },
      },
    ],
    negative: [
      { what: "at work", step: minute, series: { ...silent, [progress]: "0+60x200" }, burning: { 90: [] } },
      {
        what: "it has ended",
        step: minute,
        series: { ...silent, [state("open")]: "0+0x200", [state("complete")]: "1+0x200" },
        burning: { 90: [] },
      },
      {
        what: "nobody looks at it any more: that is told, once it has lasted",
        step: minute,
        series: { ...silent, [age("roll-out")]: "30+0x20 90+60x180" },
        burning: { 60: [], 90: [old("roll-out")] },
      },
    ],
    missing: [
      { what: "not begun", step: minute, series: { ...silent, [progress]: "_x200" }, burning: { 90: [] } },
      fails(state("open")),
      exporterGone(minute, ...Object.keys(silent)),
    ],
    recovery: [
      {
        what: "resumed",
        step: minute,
        series: { ...silent, [progress]: "0+60x20 1200+0x59 4800+60x90" },
        burning: { 80: [stalled], 81: [] },
      },
    ],
  },
  SeatsReportOld: {
    positive: [
      {
        what: "46 minutes",
        step: minute,
        series: steady([age("vendor"), 2760], [age("roll-out"), 30]),
        burning: { 4: [], 5: [old("vendor")], 60: [old("vendor")] },
      },
    ],
    negative: [
      { what: "44 minutes", step: minute, series: steady([age("vendor"), 2640]), burning: { 60: [] } },
      {
        what: "the vendor does not answer: that is told",
        step: minute,
        series: {
          ...steady([age("vendor"), 9000]),
          [usual("collector_success", { collector: "seats" })]: "1+0x9 0+0x110",
        },
        burning: { 60: [collectorFailing] },
      },
    ],
    missing: [
      { what: "nobody watches seats", step: minute, series: {}, burning: { 60: [] } },
      exporterGone(minute, age("vendor")),
    ],
    recovery: [
      {
        what: "started again",
        step: minute,
        series: { [age("vendor")]: "2760+0x20 10+0x90" },
        burning: { 20: [old("vendor")], 21: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
