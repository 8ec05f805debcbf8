import { all, downAt20, downFrom20To40, every, run, usual } from "../in-order.ts";
import { type Case, type Cases, exporterGone, probeStale } from "./case.ts";

const minute = 60;
const of = (name: "service_up" | "service_unprobed" | "service_http_status", queue: string): string =>
  usual(name, {
    service: queue === "" ? "portal" : `${queue}/Portal`,
    vantage: "hub",
    ...(queue === "" ? {} : { queue }),
  });
const probed = { [run("service", "hub")]: "0+60x120", [every("service", "hub")]: "30+0x120" };
const service = (queue: string, values: string, status = "200+0x19 503+0x90"): Readonly<Record<string, string>> => ({
  ...probed,
  [of("service_up", queue)]: values,
  [of("service_unprobed", queue)]: "0+0x90",
  [of("service_http_status", queue)]: status,
});
const stale = { ...probeStale, kind: "service" };

const silences = (queue: string): readonly Case[] => [
  {
    what: "nobody asks: old states are no news",
    step: minute,
    series: { ...service(queue, "1+0x25 0+0x60"), [run("service", "hub")]: "0+60x20 1200+0x70" },
    burning: { 60: [stale] },
  },
  {
    what: "never asked",
    step: minute,
    series: { ...service(queue, "0+0x90"), [run("service", "hub")]: "0+0x90" },
    burning: { 60: [stale] },
  },
  {
    what: "it cannot be asked",
    step: minute,
    series: { ...service(queue, "0+0x90"), [of("service_unprobed", queue)]: "1+0x90" },
    burning: { 60: [] },
  },
];

const serviceDown = { alertname: "ServiceDown", service: "portal" };
const toolDown = { alertname: "ToolDown", service: "schools/Portal" };
const job = { unit: "crisis", job_name: "daily-cases" };
const due = usual("job_deadline_timestamp_seconds", job);
const ran = usual("job_last_success_timestamp_seconds", job);
const jobLate = { alertname: "JobLate", job_name: "daily-cases" };

export const servicesCases = {
  ServiceDown: {
    positive: [
      {
        what: "503",
        step: minute,
        series: service("", downAt20),
        burning: { 21: [], 22: [serviceDown], 60: [serviceDown] },
      },
    ],
    negative: [
      { what: "a restart", step: minute, series: service("", "1+0x19 0 1+0x60"), burning: { 22: [], 30: [] } },
      ...silences(""),
    ],
    missing: [
      { what: "left the inventory", step: minute, series: service("", "1+0x19 stale _x60"), burning: { 60: [] } },
      exporterGone(minute, ...Object.keys(service("", ""))),
    ],
    recovery: [
      { what: "back", step: minute, series: service("", downFrom20To40), burning: { 39: [serviceDown], 40: [] } },
    ],
  },
  ToolDown: {
    positive: [
      {
        what: "no answer",
        step: minute,
        series: service("schools", downAt20, "200+0x19 0+0x90"),
        burning: { 29: [], 30: [toolDown] },
      },
    ],
    negative: [
      {
        what: "5 minutes",
        step: minute,
        series: service("schools", "1+0x19 0+0x4 1+0x60"),
        burning: { 30: [], 60: [] },
      },
      ...silences("schools"),
    ],
    missing: [
      {
        what: "left the fleet file",
        step: minute,
        series: service("schools", "1+0x19 stale _x60"),
        burning: { 60: [] },
      },
      exporterGone(minute, ...Object.keys(service("schools", ""))),
    ],
    recovery: [
      { what: "back", step: minute, series: service("schools", downFrom20To40), burning: { 39: [toolDown], 40: [] } },
    ],
  },
  JobLate: {
    positive: [
      {
        what: "due at minute 20, last done at minute 10",
        step: minute,
        series: { [due]: "1200+0x90", [ran]: "600+0x90" },
        burning: { 20: [], 22: [jobLate], 60: [jobLate] },
      },
      {
        what: "never done",
        step: minute,
        series: { [due]: "1200+0x90", [ran]: "0+0x90" },
        burning: { 22: [jobLate] },
      },
    ],
    negative: [
      {
        what: "done before",
        step: minute,
        series: { [due]: "1200+0x19 87600+0x60", [ran]: "600+0x19 1140+0x60" },
        burning: { 60: [] },
      },
    ],
    missing: [
      { what: "left the fleet file", step: minute, series: all("1200+0x15 stale _x60", due, ran), burning: { 60: [] } },
      exporterGone(minute, due, ran),
    ],
    recovery: [
      {
        what: "done late",
        step: minute,
        series: { [due]: "1200+0x39 87600+0x60", [ran]: "600+0x39 2400+0x60" },
        burning: { 39: [jobLate], 41: [] },
      },
    ],
  },
} as const satisfies Readonly<Record<string, Cases>>;
