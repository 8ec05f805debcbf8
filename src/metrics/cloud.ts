import { type MetricDefinition } from "./definition.ts";

/** What the cloud tells of pools and of what may still be made. */
export const cloudMetrics = {
  pool_sessions: {
    type: "gauge",
    help: "Sessions on the pool's hosts, those of people who left without signing out included.",
    labels: ["body", "pool"],
  },
  pool_session_capacity: {
    type: "gauge",
    help: "Sessions that the pool can hold: full hosts that take people or start for them, and what draining hosts have.",
    labels: ["body", "pool"],
  },
  pool_hosts: {
    type: "gauge",
    help: "The pool's hosts by state: available, draining, shutdown, upgrading, unavailable.",
    labels: ["body", "pool", "state"],
  },
  quota_vcpus_used: {
    type: "gauge",
    help: "vCPUs that the subscription has in the region, by the cloud's family; cores is all of them.",
    labels: ["subscription", "region", "family"],
  },
  quota_vcpus_limit: {
    type: "gauge",
    help: "vCPUs that the subscription may have in the region, by the cloud's family; cores is all of them.",
    labels: ["subscription", "region", "family"],
  },
  arm_reads_remaining: {
    type: "gauge",
    help: "Reads that Azure Resource Manager last said are left: of this principal, and of all principals together.",
    labels: ["subscription", "scope"],
  },
} as const satisfies Record<string, MetricDefinition>;
