import { NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { cloudThresholds } from "../config.ts";
import { best, chosen, type DashboardSpec, type Lead, up } from "./spec.ts";
import type { DashboardUid } from "./uid.ts";

const desks = best(select("desk_up", chosen));

/** How many are down: no data where nothing is known, never a zero that nobody measured. */
const down = (states: string, legend: string) => ({
  kind: "number" as const,
  unit: NoUnit,
  width: 4,
  queries: [{ expr: `sum(1 - ${states})`, legend }],
});

const share = (states: string) => ({
  kind: "lines" as const,
  unit: PercentUnit,
  width: 8,
  queries: [{ expr: `avg by (body) (${states})`, legend: "{{body}}" }],
});

const body = (to: DashboardUid): Lead => ({ to, by: ["body"] });

export const overview: DashboardSpec = {
  uid: "deskbridge-overview",
  title: "Overview",
  description: "Are sites, lines, gateways and desks up, body by body, and is there room for more people.",
  panels: [
    {
      id: 1,
      title: "Sites down",
      description: "Sites whose router answers over none of their lines; 0 while all is well.",
      ...down(up("site", chosen), "sites"),
      bad: 1,
      alert: "SiteDown",
    },
    {
      id: 2,
      title: "Lines down",
      description: "Lines through whose tunnel nothing comes back; 0 while all is well.",
      ...down(up("link", chosen), "lines"),
      bad: 1,
      alert: "LinkDown",
    },
    {
      id: 3,
      title: "Gateway instances down",
      description: "Instances that do not answer from outside; 0 while all is well.",
      ...down(up("gateway"), "instances"),
      bad: 1,
      alert: "GatewayDown",
    },
    {
      id: 4,
      title: "Desks out of reach",
      description:
        "Desks whose host does not answer. Those whose host is shut down count too: at night that is no fault.",
      ...down(desks, "desks"),
    },
    {
      id: 5,
      title: "People connected",
      description: "People at all gateway instances together.",
      kind: "number",
      unit: NoUnit,
      width: 4,
      queries: [{ expr: `sum(${best(select("vpn_sessions"))})`, legend: "people" }],
    },
    {
      id: 6,
      title: "Longest silence of a prober",
      description: "Since the prober that is silent the longest had any result. All else here stands still meanwhile.",
      kind: "number",
      unit: Seconds,
      width: 4,
      queries: [
        {
          expr: `max(time() - max by (vantage, shard) (${select("probe_last_run_timestamp_seconds")}))`,
          legend: "silence",
        },
      ],
      bad: Number(cloudThresholds.probeStaleSeconds.value),
      alert: "ProberDown",
    },
    {
      id: 7,
      title: "Sites up, by body",
      description: "Part of the body's sites that answer; all of them while all is well.",
      ...share(up("site", chosen)),
      alert: "SiteDown",
      leads: body("deskbridge-links"),
    },
    {
      id: 8,
      title: "Lines up, by body",
      description: "Part of the lines of the body's sites that work; all of them while all is well.",
      ...share(up("link", chosen)),
      alert: "LinkDown",
      leads: body("deskbridge-links"),
    },
    {
      id: 9,
      title: "Desks in reach, by body",
      description: "Part of the body's desks whose host answers.",
      ...share(desks),
      leads: body("deskbridge-capacity"),
    },
    {
      id: 10,
      title: "Gateway instances",
      description: "Each instance as it answers from outside.",
      kind: "states",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: up("gateway"), legend: "{{gateway}}" }],
      alert: "GatewayDown",
      leads: { to: "deskbridge-gateways", by: ["gateway"] },
    },
    {
      id: 11,
      title: "People connected, and how many were planned for",
      description: "People at all gateway instances, beside what these are planned for.",
      kind: "lines",
      unit: NoUnit,
      width: 12,
      queries: [
        { expr: `sum(${best(select("vpn_sessions"))})`, legend: "people" },
        { expr: `sum(${best(select("vpn_sessions_limit"))})`, legend: "limit" },
      ],
    },
    {
      id: 12,
      title: "Sites",
      description: "Each site of the chosen bodies.",
      kind: "states",
      unit: NoUnit,
      width: 24,
      queries: [{ expr: up("site", chosen), legend: "{{site}}" }],
      alert: "SiteDown",
      leads: { to: "deskbridge-links", by: ["body", "site"] },
    },
  ],
};
