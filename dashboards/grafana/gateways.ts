import { BytesPerSecondSI, NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { marks } from "../config.ts";
import { best, chosen, type DashboardSpec, rateInterval, up } from "./spec.ts";

const sessions = best(select("vpn_sessions"));
const limit = best(select("vpn_sessions_limit"));
const poolSessions = best(select("pool_sessions", chosen));
const poolRoom = best(select("pool_session_capacity", chosen));
const nearlyFull = Number(marks.shareUsed.value);

/** A rate of what people send or get, at each instance. */
const rate = (name: "vpn_rx_bytes_total" | "vpn_tx_bytes_total") => best(`rate(${select(name)}[${rateInterval}])`);

export const gateways: DashboardSpec = {
  uid: "deskbridge-gateways",
  title: "Gateways and capacity",
  description: "Room at the gateways, in the pools and in the cloud's quota, and how old these figures are.",
  panels: [
    {
      id: 1,
      title: "Gateway instances",
      description: "Each instance as it answers from outside.",
      kind: "states",
      unit: NoUnit,
      width: 8,
      queries: [{ expr: up("gateway"), legend: "{{gateway}}" }],
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
        { expr: best(select("vpn_bandwidth_bytes_per_second")), legend: "{{gateway}} both ways" },
      ],
    },
    {
      id: 5,
      title: "Hosts by state",
      description: "Hosts of the chosen bodies' pools. Those that are shut down start when somebody comes.",
      kind: "lines",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: `sum by (state) (${best(select("pool_hosts", chosen))})`, legend: "{{state}}" }],
    },
    {
      id: 6,
      title: "Sessions in each pool",
      description: "Sessions on the pool's hosts, and how many they can hold.",
      kind: "lines",
      unit: NoUnit,
      width: 12,
      queries: [
        { expr: poolSessions, legend: "{{pool}}" },
        { expr: poolRoom, legend: "{{pool}} capacity" },
      ],
    },
    {
      id: 7,
      title: "Part of each pool in use",
      description: "Sessions, as a part of what the pool's hosts can hold.",
      kind: "lines",
      unit: PercentUnit,
      width: 12,
      queries: [{ expr: `${poolSessions} / on (body, pool) ${poolRoom}`, legend: "{{pool}}" }],
      bad: nearlyFull,
    },
    {
      id: 8,
      title: "Part of the vCPU quota in use",
      description: "By subscription, region and family; cores is all families together. Repairs and rolls need a part.",
      kind: "lines",
      unit: PercentUnit,
      width: 12,
      queries: [
        {
          expr:
            `${best(select("quota_vcpus_used"))} / on (subscription, region, family) ` +
            `(${best(select("quota_vcpus_limit"))} > 0)`,
          legend: "{{family}} {{region}} {{subscription}}",
        },
      ],
      bad: nearlyFull,
    },
    {
      id: 9,
      title: "Age of the figures",
      description:
        "How old the oldest figure is that a collector still serves, by what it is about. Quotas are read seldom.",
      kind: "lines",
      unit: Seconds,
      width: 12,
      queries: [{ expr: best(select("collector_data_age_seconds")), legend: "{{collector}} {{scope}}" }],
      bad: Number(marks.dataAgeSeconds.value),
    },
    {
      id: 10,
      title: "Collectors",
      description: "Whether each collector gave everything at the last scrape.",
      kind: "states",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: `min without (job, instance) (${select("collector_success")})`, legend: "{{collector}}" }],
      alert: "ExporterDown",
    },
    {
      id: 11,
      title: "Reads left at Azure",
      description: "Reads that Azure Resource Manager last said are left before it refuses.",
      kind: "lines",
      unit: NoUnit,
      width: 12,
      queries: [
        {
          expr: `min without (job, instance) (${select("arm_reads_remaining")})`,
          legend: "{{scope}} {{subscription}}",
        },
      ],
    },
  ],
};
