import { NoUnit, PercentUnit } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { marks } from "../config.ts";
import { best, chosen, type DashboardSpec } from "./spec.ts";

const nearlyFull = Number(marks.shareUsed.value);
const poolSessions = best(select("pool_sessions", chosen));
const poolRoom = best(select("pool_session_capacity", chosen));
const people = `sum(${best(select("vpn_sessions"))})`;
/** The most of a time. A fleet younger than the first step, which falls on the clock's, has had no more than now. */
const peak = (time: string, step: string): string => `(max_over_time((${people})[${time}:${step}]) or ${people})`;
const limit = `sum(${best(select("vpn_sessions_limit"))})`;
const standing = `sum by (body, stage) (max without (job, instance) (${select("desks_remotized", chosen)}))`;
const planned = `max by (body, stage) (${select("desks_target", chosen)})`;
const share = { kind: "lines", unit: PercentUnit, width: 12, bad: nearlyFull } as const;
const count = { kind: "lines", unit: NoUnit, width: 12 } as const;

export const capacity: DashboardSpec = {
  uid: "deskbridge-capacity",
  title: "Desk capacity",
  description: "How far the stages are, how full gateways and pools are at their peaks, and what quota is left.",
  panels: [
    {
      id: 1,
      title: "Desks by body, beside what each stage is to bring",
      description: "Desks that stand now, and those that the plan gives the body at each stage.",
      ...count,
      queries: [
        { expr: `sum by (body) (${standing})`, legend: "{{body}} now" },
        { expr: planned, legend: "{{body}} {{stage}}" },
      ],
    },
    {
      id: 2,
      title: "Part of each stage that stands",
      description: "Desks of the chosen bodies that stand, as a part of what each stage is to bring them.",
      kind: "lines",
      unit: PercentUnit,
      width: 12,
      queries: [{ expr: `scalar(sum(${standing})) / sum by (stage) (${planned})`, legend: "{{stage}}" }],
    },
    {
      id: 3,
      title: "People at once: now, the day's and the month's peak",
      description: "People at all gateway instances, the most of a day and of 28 days, and what is planned for.",
      ...count,
      queries: [
        { expr: people, legend: "people" },
        { expr: peak("1d", "5m"), legend: "peak of a day" },
        { expr: peak("28d", "1h"), legend: "peak of 28 days" },
        { expr: limit, legend: "limit" },
      ],
    },
    {
      id: 4,
      title: "Part of the gateways in use at the peak of 28 days",
      description: "The most people of 28 days, as a part of what all instances together are planned for.",
      ...share,
      queries: [{ expr: `${peak("28d", "1h")} / (${limit} > 0)`, legend: "in use at the peak" }],
    },
    {
      id: 5,
      title: "Sessions in each pool",
      description: "Sessions on the pool's hosts, and how many they can hold.",
      ...count,
      queries: [
        { expr: poolSessions, legend: "{{pool}}" },
        { expr: poolRoom, legend: "{{pool}} capacity" },
      ],
    },
    {
      id: 6,
      title: "Part of each pool in use",
      description: "Sessions, as a part of what the pool's hosts can hold.",
      ...share,
      queries: [{ expr: `${poolSessions} / on (body, pool) (${poolRoom} > 0)`, legend: "{{pool}}" }],
    },
    {
      id: 7,
      title: "Hosts by state",
      description: "Hosts of the chosen bodies' pools. Those that are shut down start when somebody comes.",
      ...count,
      queries: [{ expr: `sum by (state) (${best(select("pool_hosts", chosen))})`, legend: "{{state}}" }],
    },
    {
      id: 8,
      title: "Part of the vCPU quota in use",
      description: "By subscription, region and family; cores is all families together. Repairs and rolls need a part.",
      ...share,
      queries: [
        {
          expr:
            `${best(select("quota_vcpus_used"))} / on (subscription, region, family) ` +
            `(${best(select("quota_vcpus_limit"))} > 0)`,
          legend: "{{family}} {{region}} {{subscription}}",
        },
      ],
    },
    {
      id: 9,
      title: "Desks out of reach, by pool",
      description:
        "Desks whose host does not answer. Those whose host is shut down count too: at night that is no fault.",
      ...count,
      queries: [{ expr: `sum by (body, pool) (1 - ${best(select("desk_up", chosen))})`, legend: "{{pool}}" }],
    },
    {
      id: 10,
      title: "People's addresses in use",
      description: "Addresses of each gateway instance's range for people that people hold, as a part of all.",
      ...share,
      queries: [
        {
          expr: `${best(select("vpn_addresses_used"))} / on (gateway) (${best(select("vpn_addresses_total"))} > 0)`,
          legend: "{{gateway}}",
        },
      ],
    },
  ],
};
