import { type MetricDefinition } from "./definition.ts";

/** What the inventory lists, and how it is divided between exporters. */
export const fleetMetrics = {
  shards: {
    type: "gauge",
    help: "Into how many parts the fleet is divided; this exporter tells of one of them, the part shard of shards.",
    labels: ["shard", "shards"],
    quick: true,
  },
  inventory_targets: {
    type: "gauge",
    help: "Things of this part of the fleet that the inventory lists and that are watched.",
    labels: ["body", "kind", "shard"],
  },
  desks_remotized: {
    type: "gauge",
    help: "Desks of this part of the fleet that stand in the inventory: built, and reachable from outside by intent.",
    labels: ["body", "stage", "shard"],
  },
  desks_target: {
    type: "gauge",
    help: "Desks that the body is to have at a stage, by the plan.",
    labels: ["body", "stage"],
  },
  link_info: {
    type: "gauge",
    help: "Always 1: whose line it is, and whether the Crisis Unit hangs on it (true, false).",
    labels: ["body", "site", "gateway", "link", "carrier", "critical"],
    quick: true,
  },
  link_capacity_bytes_per_second: {
    type: "gauge",
    help: "What the carrier promises of the line, each way.",
    labels: ["body", "site", "gateway", "link"],
  },
  link_promised_availability_ratio: {
    type: "gauge",
    help: "The part of a month in which the line is up by its carrier's contract; of lines of which the fleet file says it.",
    labels: ["body", "site", "gateway", "link"],
  },
  stack_updated_timestamp_seconds: {
    type: "gauge",
    help: "When the stack was last updated, of those that the inventory was read from.",
    labels: ["stack"],
  },
  pool_info: {
    type: "gauge",
    help: "Always 1: what kind the pool's desks are (personal, pooled, physical), and the site where physical ones stand.",
    labels: ["body", "pool", "kind", "site"],
  },
} as const satisfies Record<string, MetricDefinition>;
