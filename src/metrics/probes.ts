import { linkLabels, type MetricDefinition, rttBuckets } from "./definition.ts";

const hostLabels = ["body", "pool", "host", "vantage"] as const;
/** `queue`: of a tool, the contact centre's queue whose callers ask about it; empty for what desks are for. */
const serviceLabels = ["service", "queue", "vantage"] as const;
const probeLabels = ["kind", "vantage", "shard"] as const;

/** What the probers tell, and how their probing goes. */
export const probeMetrics = {
  link_up: {
    type: "gauge",
    help: "1 while probes through this line's tunnel come back, 0 while they do not or never did.",
    labels: linkLabels,
    quick: true,
  },
  site_up: {
    type: "gauge",
    help: "1 while the site's router answers over any of its lines, 0 while it does not or never did.",
    labels: ["body", "site", "vantage"],
    quick: true,
  },
  gateway_up: {
    type: "gauge",
    help: "1 while the gateway instance answers on its public port, 0 while it does not or never did.",
    labels: ["gateway", "vantage"],
    quick: true,
  },
  gateway_unprobed: {
    type: "gauge",
    help: "1 while the prober cannot ask the gateway instance and never could, as without its static key; else 0.",
    labels: ["gateway", "vantage"],
    quick: true,
  },
  link_probe_attempts_total: {
    type: "counter",
    help: "Probes sent through this line's tunnel whose fate is known.",
    labels: linkLabels,
    quick: true,
  },
  link_probe_failures_total: {
    type: "counter",
    help: "Probes sent through this line's tunnel that did not come back in time.",
    labels: linkLabels,
    quick: true,
  },
  link_probe_rtt_seconds: {
    type: "histogram",
    help: "Round trip through this line's tunnel.",
    labels: linkLabels,
    buckets: rttBuckets,
    quick: true,
  },
  host_up: {
    type: "gauge",
    help: "1 while the host answers, 0 while it does not or never did.",
    labels: hostLabels,
  },
  desk_up: {
    type: "gauge",
    help: "1 while the desk's host answers, 0 while it does not or never did.",
    labels: ["body", "pool", "desk", "vantage"],
  },
  host_rtt_seconds: {
    type: "gauge",
    help: "Last round trip to the host; absent until it first answered.",
    labels: hostLabels,
  },
  host_transitions_total: {
    type: "counter",
    help: "Times that the host went up or down since its prober started.",
    labels: hostLabels,
  },
  host_certificate_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the certificate that the host showed last ends; only of hosts that are asked for one, as by RDP.",
    labels: hostLabels,
  },
  service_up: {
    type: "gauge",
    help: "1 while the service answers with an HTTP status below 500, 0 while it does not or never did.",
    labels: serviceLabels,
  },
  service_unprobed: {
    type: "gauge",
    help: "1 while the prober cannot ask the service and never could, as without its authority's file; else 0.",
    labels: serviceLabels,
  },
  service_http_status: {
    type: "gauge",
    help: "HTTP status of the last probe of the service, 0 where no answer came; absent until it was first probed.",
    labels: serviceLabels,
  },
  service_rtt_seconds: {
    type: "gauge",
    help: "From the call to the head of the service's last answer below 500; absent until it first answered.",
    labels: serviceLabels,
  },
  service_certificate_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the certificate that the service showed last ends; absent where none was seen.",
    labels: serviceLabels,
  },
  vantage_up: {
    type: "gauge",
    help: "1 while the vantage point's own line works, 0 while it is cut; absent where no anchor of its prober says.",
    labels: ["vantage", "shard"],
    quick: true,
  },
  probe_last_run_timestamp_seconds: {
    type: "gauge",
    help: "When a prober last had any result of this kind; 0 if it never had.",
    labels: probeLabels,
    quick: true,
  },
  probe_interval_seconds: {
    type: "gauge",
    help: "How often each target of this kind is probed.",
    labels: probeLabels,
    quick: true,
  },
  probe_lag_seconds: {
    type: "gauge",
    help: "The most that a probe of this kind began late in the last half minute; grows while the prober is silent.",
    labels: probeLabels,
    quick: true,
  },
  probe_coverage_ratio: {
    type: "gauge",
    help: "Part of this kind's targets that the last interval brought a result of; 0 while the prober is silent.",
    labels: probeLabels,
    quick: true,
  },
  probers: {
    type: "gauge",
    help: "Probers of this part of the fleet that report to this exporter now.",
    labels: ["vantage", "shard"],
    quick: true,
  },
} as const satisfies Record<string, MetricDefinition>;
