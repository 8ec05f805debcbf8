import { type MetricDefinition } from "./definition.ts";

/** What has to be done in time: jobs, certificates, profiles. */
export const upkeepMetrics = {
  job_last_success_timestamp_seconds: {
    type: "gauge",
    help: "When the job last said that it had run; 0 if it never did.",
    labels: ["unit", "job_name"],
  },
  job_deadline_timestamp_seconds: {
    type: "gauge",
    help: "By when the job must have run next; it is late once this has passed.",
    labels: ["unit", "job_name"],
  },
  profile_next_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the next of the body's people who have a good profile is left without; absent where nobody has one.",
    labels: ["body"],
  },
  profiles: {
    type: "gauge",
    help: "People by what their best profile is: valid, expiring (it ends within 30 days), expired, revoked.",
    labels: ["body", "state"],
  },
  authority_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the authority's own certificate ends, and with it all that it signed.",
    labels: [],
  },
  revocation_list_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the list of withdrawn certificates runs out; gateways then let nobody in.",
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;
