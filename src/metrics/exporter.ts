import { type MetricDefinition } from "./definition.ts";

/** What the exporter tells of itself. */
export const exporterMetrics = {
  web_config_last_reload_successful: {
    type: "gauge",
    help: "1 while the web configuration on the exporter's disk is in force, 0 while it is refused and an older one is.",
    labels: [],
  },
  web_config_last_reload_success_timestamp_seconds: {
    type: "gauge",
    help: "When the web configuration in force was read.",
    labels: [],
  },
  web_certificate_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the first certificate of the chain that the exporter serves with ends.",
    labels: [],
  },
  collector_data_age_seconds: {
    type: "gauge",
    help: "How old the oldest figure is that the collector has of this part of its work; it keeps figures between scrapes.",
    labels: ["collector", "scope"],
  },
  collector_success: {
    type: "gauge",
    help: "1 if the collector gave everything at this scrape, 0 if it failed or took too long.",
    labels: ["collector"],
  },
  collector_duration_seconds: {
    type: "gauge",
    help: "How long the collector took at this scrape.",
    labels: ["collector"],
  },
} as const satisfies Record<string, MetricDefinition>;
