import { fullName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { RuleGroup } from "./rule.ts";
import { gateway, link } from "./states.ts";
import { carrierOfLink, desksOfSite, value } from "./texts.ts";

/** The part of each minute in which a line was up. */
export const worked = "link:deskbridge_up:avg1m";

const days = thresholds.promiseDays.value;
const promised = `max by (body, site, link) (last_over_time(${select("link_promised_availability_ratio")}[1h]))`;

/** Seconds for which it was seen to be down: what nobody measured counts for the carrier. */
const down = `60 * (count_over_time(${worked}[${days}d]) - sum_over_time(${worked}[${days}d]))`;
const allowed = `(1 - ${promised}) * ${days} * 86400`;

/** What a line did, minute by minute. The moments at which its gateway instance was down are not its carrier's. */
export const availabilityGroup: RuleGroup = {
  name: "availability",
  interval: intervals.long,
  rules: [
    {
      record: worked,
      expr: `avg_over_time((max by (body, site, link) (${link} unless on (gateway) ${gateway} == 0))[1m:15s])`,
    },
  ],
};

/** What carriers promise, over a month. */
export const promisesGroup: RuleGroup = {
  name: "promises",
  interval: intervals.days,
  rules: [
    {
      alert: "LinkPromiseBroken",
      expr: [
        down,
        `> on (body, site, link) ${allowed}`,
        `and on (body, site, link) (min_over_time(${worked}[${thresholds.promiseTold.value}]) < 1)`,
      ].join("\n"),
      severity: "ticket",
      dashboard: "deskbridge-links",
      summary: "Line {{ $labels.link }} was down for longer than its carrier promises",
      description: `Down for {{ $value | humanizeDuration }} of the last ${days} days, outages of its gateway instance left out. Promised: up for ${value(`max(${fullName("link_promised_availability_ratio")}{link=%q})`, ["link"], "not known", "humanizePercentage")} of a month.`,
      impact: `Whoever works over it; desks at the site: ${desksOfSite}.`,
      carrier: carrierOfLink,
      steps: [
        "Write the ticket: deskbridge link ticket LINK says each outage and the calendar month, for the carrier.",
        "Was any of it our own work, or the site without power? It counts here; take it out of the ticket.",
        "Ask for what the contract gives for it; the second time in half a year, for another line.",
      ],
    },
  ],
};
