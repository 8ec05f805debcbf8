import { BytesPerSecondSI, NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { marks } from "../config.ts";
import { type Grown, probesBehind, probesLost, roundTrips, rttBucketsOf } from "./probes.ts";
import { best, chosenBy, type DashboardSpec, rateInterval, up } from "./spec.ts";

const chosen = chosenBy("gateway");
const sessions = best(select("vpn_sessions", chosen));
const limit = best(select("vpn_sessions_limit", chosen));
const nearlyFull = Number(marks.shareUsed.value);

/** Of all lines that end at each instance, in the panel's step. */
const probes: Grown = (name) => `sum by (gateway) (${best(`increase(${select(name, chosen)}[${rateInterval}])`)})`;

/** A rate of what people send or get, at each instance. */
const rate = (name: "vpn_rx_bytes_total" | "vpn_tx_bytes_total") =>
  best(`rate(${select(name, chosen)}[${rateInterval}])`);

export const gateways: DashboardSpec = {
  uid: "deskbridge-gateways",
  title: "Gateways",
  description:
    "Each instance: whether it answers, who is on it, what its lines lose, and how long its certificates hold.",
  choices: ["gateway"],
  panels: [
    {
      id: 1,
      title: "Gateway instances",
      description: "Each instance as it answers from outside.",
      kind: "states",
      unit: NoUnit,
      width: 8,
      queries: [{ expr: up("gateway", chosen), legend: "{{gateway}}" }],
      alert: "GatewayDown",
    },
    {
      id: 2,
      title: "People at each instance",
      description: "People connected to each instance, and how many it is planned for.",
      kind: "lines",
      unit: NoUnit,
      width: 8,
      queries: [
        { expr: sessions, legend: "{{gateway}}" },
        { expr: limit, legend: "{{gateway}} limit" },
      ],
    },
    {
      id: 3,
      title: "Part of the limit in use",
      description: "People connected, as a part of what each instance is planned for.",
      kind: "lines",
      unit: PercentUnit,
      width: 8,
      queries: [{ expr: `${sessions} / on (gateway) ${limit}`, legend: "{{gateway}}" }],
      bad: nearlyFull,
    },
    {
      id: 4,
      title: "Bytes a second through the gateways",
      description: "From and to people where the gateway counts them; both ways together where the cloud tells a mean.",
      kind: "lines",
      unit: BytesPerSecondSI,
      width: 12,
      queries: [
        { expr: rate("vpn_rx_bytes_total"), legend: "{{gateway}} from people" },
        { expr: rate("vpn_tx_bytes_total"), legend: "{{gateway}} to people" },
        { expr: best(select("vpn_bandwidth_bytes_per_second", chosen)), legend: "{{gateway}} both ways" },
      ],
    },
    {
      id: 12,
      title: "Each instance from each vantage point",
      description: "Of each vantage point 1 where it has an answer of the instance, 0 where it has none.",
      kind: "table",
      unit: NoUnit,
      width: 12,
      queries: [
        {
          expr: `max by (gateway, vantage) (${select("gateway_up", chosen)})`,
          legend: "answers",
        },
        {
          expr: `max by (gateway, vantage) (${select("gateway_unprobed", chosen)})`,
          legend: "cannot be asked",
        },
      ],
      alert: "GatewayDown",
    },
    {
      id: 13,
      title: "Lines through each instance",
      description: "Part of the lines that end at the instance and work; all of them while all is well.",
      kind: "lines",
      unit: PercentUnit,
      width: 12,
      queries: [{ expr: `avg by (gateway) (${up("link", chosen)})`, legend: "{{gateway}}" }],
      alert: "LinkDown",
    },
    {
      id: 14,
      title: "Round trips through each instance's lines",
      description: "How many probes a second through the chosen instances' lines took so long.",
      ...roundTrips(rttBucketsOf(chosen)),
    },
    {
      id: 15,
      title: "Probes lost through each instance's lines",
      description: "Part of the probes that did not come back, and how many probes a point of the panel stands for.",
      ...probesLost(probes, "{{gateway}}"),
    },
    {
      id: 16,
      ...probesBehind(probes, "{{gateway}}"),
    },
    {
      id: 17,
      title: "Logins refused",
      description:
        "Logins an instance refused or that failed, a second, by reason; a wave of them is no mistyped password.",
      kind: "lines",
      unit: NoUnit,
      width: 12,
      queries: [
        {
          expr: `sum by (gateway, reason) (rate(${select("vpn_refused_logins_total", chosen)}[${rateInterval}]))`,
          legend: "{{gateway}} {{reason}}",
        },
      ],
    },
    {
      id: 18,
      title: "Certificates: time left",
      description: "Until what people and gateways show each other ends. At 0 nobody new gets in.",
      kind: "table",
      unit: Seconds,
      width: 12,
      queries: [
        {
          expr: [
            `label_replace(min by (gateway) (${select("vpn_certificate_expiry_timestamp_seconds", chosen)}), "certificate", "gateway", "", "")`,
            `label_replace(min(${select("authority_expiry_timestamp_seconds")}), "certificate", "authority", "", "")`,
            `label_replace(min(${select("revocation_list_expiry_timestamp_seconds")}), "certificate", "revocation list", "", "")`,
            `label_replace(min by (body) (${select("profile_next_expiry_timestamp_seconds")}), "certificate", "next profile", "", "")`,
          ]
            .map((ends) => `${ends} - time()`)
            .join(" or "),
          legend: "time left",
        },
      ],
    },
    {
      id: 19,
      title: "People's profiles",
      description: "People by what their best profile is: valid, expiring within 30 days, expired, revoked.",
      kind: "lines",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: `sum by (state) (max without (job, instance) (${select("profiles")}))`, legend: "{{state}}" }],
    },
  ],
};
