import { usualJob } from "../../dashboards/rules/jobs.ts";
import { fullName, type MetricName, selector } from "../../src/metrics.ts";

/**
 * A fleet in order: site `hall` with a line to each of two gateway instances, site `desk` with one line to hub-a; one
 * sample a second. A case changes some of these series: `1+0x20 0+0x40` is up for 20 s, then down; `_x3` is a gap.
 */
export const link = (site: string, name: string, gateway: string): string =>
  `deskbridge_link_up{job="deskbridge-links",instance="e",body="b",site="b/${site}",gateway="${gateway}",link="b/${site}/${name}",vantage="hub"}`;
export const site = (name: string): string =>
  `deskbridge_site_up{job="deskbridge-links",instance="e",body="b",site="b/${name}",vantage="hub"}`;
export const gateway = (name: string): string =>
  `deskbridge_gateway_up{job="deskbridge-links",instance="e",gateway="${name}",vantage="public"}`;
export const unprobed = (name: string): string =>
  `deskbridge_gateway_unprobed{job="deskbridge-links",instance="e",gateway="${name}",vantage="public"}`;
export const run = (kind: string, vantage: string): string =>
  `deskbridge_probe_last_run_timestamp_seconds{job="deskbridge-links",instance="e",kind="${kind}",vantage="${vantage}",shard="1"}`;
export const every = (kind: string, vantage: string): string =>
  `deskbridge_probe_interval_seconds{job="deskbridge-links",instance="e",kind="${kind}",vantage="${vantage}",shard="1"}`;
export const part = (shard: number, shards: number): string =>
  `deskbridge_shards{job="deskbridge-links",instance="e${shard}",shard="${shard}",shards="${shards}"}`;
export const probers = (vantage: string, instance = "e"): string =>
  `deskbridge_probers{job="deskbridge-links",instance="${instance}",vantage="${vantage}",shard="1"}`;
export const vantage = (name: string): string =>
  `deskbridge_vantage_up{job="deskbridge-links",instance="e",vantage="${name}",shard="1"}`;
export const exporter = 'up{job="deskbridge-links",instance="e"}';
export const usualScrape = 'up{job="deskbridge",instance="e"}';

export const hallFibre = link("hall", "fibre", "hub-a");
export const hallRadio = link("hall", "radio", "hub-b");
export const deskFibre = link("desk", "fibre", "hub-a");
const kinds = [
  ["link", "hub", "0.2"],
  ["site", "hub", "0.2"],
  ["host", "hub", "10"],
  ["gateway", "public", "0.5"],
] as const;

export function all(values: string, ...series: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(series.map((each) => [each, values]));
}

/** A series as the usual job brings it. */
export function usual(name: MetricName, labels: Readonly<Record<string, string>>): string {
  return selector(fullName(name), { job: usualJob, instance: "e", ...labels });
}

const info = (series: string, carrier: string): string =>
  series.replace("link_up", "link_info").replace("}", `,carrier="${carrier}",mbps="100",critical="false"}`);
/** What else the exporter tells: whose lines they are, desks at the hall, people at each gateway instance. */
const figures = {
  ...Object.fromEntries(
    [
      info(hallFibre, "Fibra"),
      info(hallRadio, "Radio"),
      info(deskFibre, "Fibra"),
      usual("pool_info", { body: "b", pool: "b/hall", kind: "physical", site: "b/hall" }),
      ...["1", "2", "3"].map((desk) => usual("desk_up", { body: "b", pool: "b/hall", desk, vantage: "hub" })),
    ].map((series) => [series, 1]),
  ),
  [usual("vpn_sessions", { gateway: "hub-a" })]: 30,
  [usual("vpn_sessions", { gateway: "hub-b" })]: 20,
};

/** One sample each `step` seconds, for so many steps. */
export function fleetInOrder(step: number, steps: number): Readonly<Record<string, string>> {
  const settled = [
    hallFibre,
    hallRadio,
    deskFibre,
    site("hall"),
    site("desk"),
    gateway("hub-a"),
    gateway("hub-b"),
    exporter,
    usualScrape,
    part(1, 1),
    probers("hub"),
    probers("public"),
    vantage("hub"),
    vantage("public"),
  ];
  return {
    ...all(`1+0x${steps}`, ...settled),
    ...Object.fromEntries(Object.entries(figures).map(([series, value]) => [series, `${value}+0x${steps}`])),
    ...all(`0+0x${steps}`, unprobed("hub-a"), unprobed("hub-b")),
    ...Object.fromEntries(kinds.map(([kind, vantage]) => [run(kind, vantage), `0+${step}x${steps}`])),
    ...Object.fromEntries(kinds.map(([kind, vantage, interval]) => [every(kind, vantage), `${interval}+0x${steps}`])),
  };
}

export const inOrder: Readonly<Record<string, string>> = fleetInOrder(1, 90);
export const everything = Object.keys(inOrder);
export const downAt20 = "1+0x19 0+0x70";
export const downFrom20To40 = "1+0x19 0+0x19 1+0x50";
/** Runs until second 20, then stays. */
export const stuckAt20 = "0+1x20 20+0x70";
/** As Prometheus has it when a series leaves a scrape, or the scrape fails. */
export const gone = "1+0x19 stale _x69";
