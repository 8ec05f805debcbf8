import { BitsPerSecondSI, NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select, selector } from "../../src/metrics.ts";
import { marks, thresholds } from "../config.ts";
import { downSeconds } from "../rules/promises.ts";
import { type Grown, probesBehind, probesLost, roundTrips, rttBucketsOf } from "./probes.ts";
import { best, chosenBy, type DashboardSpec, rateInterval, up } from "./spec.ts";

const chosen = chosenBy("body", "site");
const line = { to: "deskbridge-gateways", by: ["gateway"] } as const;

/** Increase over the panel's step of a counter that both vantage points may keep: of the one that sees most. */
const increase: Grown = (name) => best(`increase(${select(name, chosen)}[${rateInterval}])`);
const rtt = rttBucketsOf(chosen);
const bits = (name: "link_rx_bytes_total" | "link_tx_bytes_total") =>
  `8 * ${best(`rate(${select(name, chosen)}[${rateInterval}])`)}`;
const capacity = `8 * ${best(select("link_capacity_bytes_per_second", chosen))}`;
const isUp = up("link", chosen);

const days = thresholds.promiseDays.value;
const month = `${selector(downSeconds, chosen)}[${days}d]`;
const promised = best(select("link_promised_availability_ratio", chosen));
/** How much of the outage that the promise allows there was. */
const used =
  `sum_over_time(${month}) ` +
  `/ on (body, site, link) ((1 - max by (body, site, link) (${promised})) * ${days} * 86400)`;
/** From all of it on. */
const promiseBroken = 1;
const withCarrier =
  "* on (link) group_left (gateway, carrier, critical) " +
  `max by (link, gateway, carrier, critical) (${select("link_info", chosen)})`;

/** Of the lines that work. */
const upCapacity = `(${capacity} * on (body, site, gateway, link) ${isUp})`;

export const links: DashboardSpec = {
  uid: "deskbridge-links",
  title: "Sites and links",
  description: "Each line of the chosen sites: whether it works, what it loses, how long it takes, what it carries.",
  choices: ["site"],
  panels: [
    {
      id: 1,
      title: "Lines",
      description: "Each line as probes through its tunnel come back.",
      kind: "states",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: isUp, legend: "{{link}}" }],
      alert: "LinkDown",
      leads: line,
    },
    {
      id: 2,
      title: "Sites",
      description: "Each site as its router answers over any of its lines.",
      kind: "states",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: up("site", chosen), legend: "{{site}}" }],
      alert: "SiteDown",
    },
    {
      id: 3,
      title: "Probes lost",
      description: "Part of the probes through each line that did not come back; a few a thousand are no fault.",
      ...probesLost(increase, "{{link}}"),
      leads: line,
    },
    {
      id: 4,
      ...probesBehind(increase, "{{link}}"),
    },
    {
      id: 5,
      title: "Round trip, half of the probes",
      description: "Half of each line's probes come back within this; read off buckets, so it is rough.",
      kind: "lines",
      unit: Seconds,
      width: 12,
      queries: [
        {
          expr: `histogram_quantile(0.5, sum by (link, gateway, site, body, le) (rate(${rtt}[${rateInterval}])))`,
          legend: "{{link}}",
        },
      ],
      leads: line,
    },
    {
      id: 6,
      title: "Round trips",
      description: "How many probes of the chosen sites' lines a second took so long: two bands are two kinds of line.",
      ...roundTrips(rtt),
    },
    {
      id: 7,
      title: "Carried by each line",
      description: "Bits a second through each line's tunnel, as its gateway counts them.",
      kind: "lines",
      unit: BitsPerSecondSI,
      width: 12,
      queries: [
        { expr: bits("link_rx_bytes_total"), legend: "{{link}} from the site" },
        { expr: bits("link_tx_bytes_total"), legend: "{{link}} to the site" },
      ],
      leads: line,
    },
    {
      id: 8,
      title: "Part of each line in use",
      description: "The busier way of each line, as a part of what its carrier promises.",
      kind: "lines",
      unit: PercentUnit,
      width: 12,
      queries: [
        {
          expr:
            `max by (body, site, gateway, link) (${bits("link_rx_bytes_total")} or ${bits("link_tx_bytes_total")}) ` +
            `/ on (link) group_left () (${capacity} > 0)`,
          legend: "{{link}}",
        },
      ],
      bad: Number(marks.shareUsed.value),
      leads: line,
    },
    {
      id: 9,
      title: "Each site's capacity if one more line failed",
      description:
        "What the lines that work could carry without the widest of them: 0 where one more failure cuts the site off.",
      kind: "lines",
      unit: BitsPerSecondSI,
      width: 12,
      queries: [
        {
          expr: `sum by (body, site) ${upCapacity} - max by (body, site) ${upCapacity}`,
          legend: "{{site}}",
        },
      ],
    },
    {
      id: 10,
      title: "Lines of 30 days",
      description:
        "Each line's carrier, the part of the last 30 days in which it worked, as far as data goes back, outages of its " +
        "gateway instance left out, the part that its carrier promises, and how much of the outage that this allows was " +
        "used: from 100 % on the promise is broken.",
      kind: "table",
      unit: PercentUnit,
      width: 12,
      queries: [
        { expr: `(1 - sum_over_time(${month}) / (60 * count_over_time(${month}))) ${withCarrier}`, legend: "worked" },
        { expr: `${promised} ${withCarrier}`, legend: "promised" },
        { expr: `(${used}) ${withCarrier}`, legend: "of the outage allowed", bad: promiseBroken },
      ],
      alert: "LinkPromiseBroken",
      leads: line,
    },
    {
      id: 11,
      title: "Outage of 30 days that the promise allows, used",
      description:
        "How much of the time for which a line may be down in 30 days by its carrier's promise it was down. From 100 % on " +
        "the promise is broken.",
      kind: "lines",
      unit: PercentUnit,
      width: 24,
      queries: [{ expr: used, legend: "{{link}}" }],
      bad: promiseBroken,
      alert: "LinkPromiseBroken",
    },
  ],
};
