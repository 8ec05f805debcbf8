import { fullName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { RuleGroup } from "./rule.ts";
import { oldStates, site } from "./states.ts";
import { desksOfPool, value } from "./texts.ts";

const down = "pool:deskbridge_desks_down:count";
const off = "pool:deskbridge_hosts_off:ratio";
const missed = "pool:deskbridge_desks_missed:count";

const byDesk = "max by (body, pool, desk)";
const up = fullName("desk_up");
const known = `${byDesk} (${up} unless on (fleet, instance) (${oldStates("host")}))`;

const hosts = (states: Parameters<typeof select<"pool_hosts">>[1]): string =>
  `sum by (body, pool) (max by (body, pool, state) (${select("pool_hosts", states)}))`;

/** Pools of physical desks whose site is down, or has been back for less than their hosts need to be known. */
const standingAtDownSite = [
  `max by (body, pool, site) (${select("pool_info", { kind: "physical" })})`,
  `and on (site) (min_over_time(${site}[${thresholds.siteSettles.value}]) == 0)`,
].join("\n  ");

/** Of the pool, the part whose hosts are off or made anew by intent. */
const offByIntent = [
  `max_over_time(${off}[${thresholds.hostsOffLinger.value}])`,
  `or last_over_time(${off}[${thresholds.hostsOffKept.value}])`,
  `or 0 * ${desksOfPool}`,
].join("\n    ");

const many = [
  `${missed} >= ${thresholds.desksAtLeast.value}`,
  `and ${missed} / ${desksOfPool} >= ${thresholds.desksShare.value}`,
].join("\n");

const ofPool = value(`${desksOfPool}{pool=%q}`, ["pool"], "an unknown number of");
const downNow = value(`${down}{pool=%q}`, ["pool"], "an unknown number of");

/** Desks by pool, never a page a desk. Hosts that are off by intent and sites that are down explain theirs. */
export const desksGroup: RuleGroup = {
  name: "desks",
  interval: intervals.slow,
  rules: [
    { record: desksOfPool, expr: `count by (body, pool) (${byDesk} (${up}))` },
    { record: down, expr: `count by (body, pool) (${known}) - sum by (body, pool) (${known})` },
    { record: off, expr: `${hosts({ state: { matches: "shutdown|upgrading" } })} / (${hosts({})} > 0)` },
    {
      record: missed,
      expr: [
        `clamp_min(${down} - ceil(${desksOfPool} * (\n    ${offByIntent}\n)), 0)`,
        `unless on (body, pool) (\n  ${standingAtDownSite}\n)`,
      ].join("\n"),
    },
    {
      alert: "DesksUnreachable",
      expr: many,
      for: thresholds.desksUnreachableFor.value,
      severity: "page",
      dashboard: "deskbridge-overview",
      summary: "Desks of pool {{ $labels.pool }} that are not reached: {{ $value }}",
      description: `It has ${ofPool} desks; ${downNow} do not answer. Hosts that are off by intent are taken off, and its site is up.`,
      impact: `People without a desk, or seats that are missing: {{ $value }} of ${ofPool}.`,
      steps: [
        "Which hosts? deskbridge_host_up of the pool: one network, one rack, one image?",
        "In the cloud: the pool's hosts and their health; at a site: power and the switch of the room.",
        "Nothing after 15 minutes: tell the body, and call the second on call.",
      ],
    },
    {
      alert: "DesksDown",
      expr: `${missed} > 0\nunless on (body, pool) (\n${many}\n)`,
      for: thresholds.desksDownFor.value,
      severity: "ticket",
      dashboard: "deskbridge-overview",
      summary: "Desks of pool {{ $labels.pool }} that are not reached: {{ $value }}",
      description: `It has ${ofPool} desks; ${downNow} do not answer, for half an hour and more: no restart, no rebuild.`,
      impact: "People without a desk, or seats that are missing: {{ $value }}.",
      steps: [
        "deskbridge_desk_up of the pool says which.",
        "Start their hosts, or ask the site to.",
        "A host that does not come back is built anew.",
      ],
    },
  ],
};
