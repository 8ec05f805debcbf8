import { type MetricDefinition } from "./definition.ts";

/** Sittings to come, as they were last looked at. */
export const sittingMetrics = {
  sitting_start_timestamp_seconds: { type: "gauge", help: "When the sitting begins.", labels: ["sitting"] },
  sitting_end_timestamp_seconds: { type: "gauge", help: "When the sitting ends, as planned.", labels: ["sitting"] },
  sitting_checked_timestamp_seconds: {
    type: "gauge",
    help: "When it was last looked at whether all is ready.",
    labels: ["sitting"],
  },
  sitting_state: {
    type: "gauge",
    help: "1 for what was found: ok, risk (something is missing), unknown (something could not be seen), 0 for the others.",
    labels: ["sitting", "state"],
  },
  sitting_checks_failed: { type: "gauge", help: "Checks that found something missing.", labels: ["sitting"] },
} as const satisfies Record<string, MetricDefinition>;
