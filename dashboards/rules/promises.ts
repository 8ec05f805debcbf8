import { fullName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { RuleGroup } from "./rule.ts";
import { gateway, link } from "./states.ts";
import { carrierOfLink, desksOfSite, value } from "./texts.ts";

/** Seconds of each minute for which a line was down. */
export const downSeconds = "link:deskbridge_down_seconds:sum1m";

const days = thresholds.promiseDays.value;
const byLine = "body, site, link";
const promised = `max by (${byLine}) (last_over_time(${select("link_promised_availability_ratio")}[1h]))`;
const allowed = `(1 - ${promised}) * ${days} * 86400`;

/**
 * A line's state where it is the carrier's and somebody sees it: not while its gateway instance is down, nor while a prober
 * of lines is gone or its own line is cut, which leaves the last states standing.
 */
const ran = select("probe_last_run_timestamp_seconds", { kind: "link" });
const seen = [
  `max by (${byLine}) (${link} unless on (gateway) ${gateway} == 0)`,
  `unless on () (count(min by (shard) (timestamp(${ran}) - ${ran}) > ${thresholds.probeStaleSeconds.value}) > 0)`,
].join(" ");
/** Four looks, wherever in the quarter of a minute the rule is looked at: a whole minute would have five of them at times. */
const looks = "[59999ms:15s]";

/** What a line did, minute by minute. */
export const availabilityGroup: RuleGroup = {
  name: "availability",
  interval: intervals.long,
  rules: [{ record: downSeconds, expr: `15 * sum_over_time((1 - (${seen}))${looks})` }],
};

/** What carriers promise, over a month. */
export const promisesGroup: RuleGroup = {
  name: "promises",
  interval: intervals.days,
  rules: [
    {
      alert: "LinkPromiseBroken",
      expr: [
        `sum_over_time(${downSeconds}[${days}d])`,
        `> on (${byLine}) ${allowed}`,
        `and on (${byLine}) (max_over_time(${downSeconds}[${thresholds.promiseTold.value}]) > 0)`,
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
