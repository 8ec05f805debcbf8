/**
 * The one table of metric names. Whatever writes a sample, a rule or a dashboard takes names and labels from here, so
 * that an unknown one does not compile. Full names carry `prefix`; base units are in the name (`_seconds`, `_bytes`).
 * No label is called `job` or `instance`: those are Prometheus's own, which would rename ours.
 * Ids are the fleet's own: `site` is `<body>/<site>`, `link` is `<body>/<site>/<link>`, `pool` is `<body>/<pool>`,
 * `gateway` is an instance such as `hub-a`, `service` a service's own id. No personal data in a label.
 */

export const prefix = "deskbridge_";

interface MetricDefinition {
  /** `unknown`: a gauge whose name ends in `_total`, as only a counter's does in Prometheus's eyes. */
  readonly type: "gauge" | "counter" | "histogram" | "unknown";
  readonly help: string;
  readonly labels: readonly string[];
  /** Served by `/metrics/links` too, for a scrape every second. */
  readonly quick?: true;
  /** Upper bounds of a histogram's buckets, ascending, without +Inf. */
  readonly buckets?: readonly number[];
}

const hostLabels = ["body", "pool", "host", "vantage"] as const;
const serviceLabels = ["service", "vantage"] as const;
const probeLabels = ["kind", "vantage", "shard"] as const;
const linkLabels = ["body", "site", "gateway", "link", "vantage"] as const;

/** Round trips: doubling from 10 ms to 2.56 s, with finer steps below for lines in the same town. */
export const rttBuckets = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56] as const;

export const metrics = {
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
  shards: {
    type: "gauge",
    help: "Into how many parts the fleet is divided; this exporter tells of one of them, the part shard of shards.",
    labels: ["shard", "shards"],
    quick: true,
  },
  probers: {
    type: "gauge",
    help: "Probers of this part of the fleet that report to this exporter now.",
    labels: ["vantage", "shard"],
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
  vantage_up: {
    type: "gauge",
    help: "1 while the vantage point's own line works, 0 while it is cut; absent where no anchor of its prober says.",
    labels: ["vantage", "shard"],
    quick: true,
  },
  vpn_sessions: {
    type: "gauge",
    help: "People connected to the gateway instance.",
    labels: ["gateway"],
  },
  vpn_sessions_limit: {
    type: "gauge",
    help: "People that the gateway instance is planned for.",
    labels: ["gateway"],
  },
  vpn_rx_bytes_total: {
    type: "counter",
    help: "Bytes that the gateway instance received from people since it started, or, over WireGuard, was first asked.",
    labels: ["gateway"],
  },
  vpn_tx_bytes_total: {
    type: "counter",
    help: "Bytes that the gateway instance sent to people since it started, or, over WireGuard, was first asked.",
    labels: ["gateway"],
  },
  vpn_addresses_used: {
    type: "gauge",
    help: "Addresses of the gateway instance's range for people that people hold.",
    labels: ["gateway"],
  },
  vpn_addresses_total: {
    type: "unknown",
    help: "Addresses of the gateway instance's range for people that people can hold.",
    labels: ["gateway"],
  },
  vpn_refused_logins_total: {
    type: "counter",
    help: "Logins that the gateway instance refused, or that failed, since the exporter first read its log, by reason.",
    labels: ["gateway", "reason"],
  },
  vpn_certificate_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the certificate ends that the gateway instance shows to people.",
    labels: ["gateway"],
  },
  vpn_bandwidth_bytes_per_second: {
    type: "gauge",
    help: "Bytes a second that people's tunnels at the gateway instance carry, both ways, mean of a minute; cloud only.",
    labels: ["gateway"],
  },
  link_state: {
    type: "gauge",
    help: "1 while this layer of the line (config, sa, child, route) is there, 0 while not; minutes old where vantage is cloud.",
    labels: [...linkLabels, "layer"],
  },
  link_dpd_pending: {
    type: "gauge",
    help: "1 while the gateway waits for the line's peer to answer its dead peer detection; briefly so on a healthy line.",
    labels: linkLabels,
  },
  link_rx_bytes_total: {
    type: "counter",
    help: "Bytes that the gateway received through this line's tunnel since the exporter first asked it, over rekeyings.",
    labels: linkLabels,
  },
  link_tx_bytes_total: {
    type: "counter",
    help: "Bytes that the gateway sent through this line's tunnel since the exporter first asked it, over rekeyings.",
    labels: linkLabels,
  },
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

export type MetricName = keyof typeof metrics;
export type LabelName<Name extends MetricName> = (typeof metrics)[Name]["labels"][number];
export type LabelsOf<Name extends MetricName> = Readonly<Record<LabelName<Name>, string>>;
type NamesOfType<Type extends MetricDefinition["type"]> = {
  [Name in MetricName]: (typeof metrics)[Name]["type"] extends Type ? Name : never;
}[MetricName];
export type ScalarName = NamesOfType<"gauge" | "counter" | "unknown">;
export type HistogramName = NamesOfType<"histogram">;

export interface Sample<Labels> {
  readonly labels: Labels;
  readonly value: number;
}

/** `counts[i]` are the observations in bucket i alone; one entry more than there are bounds, for those above all. */
export interface HistogramSample<Labels> {
  readonly labels: Labels;
  readonly counts: readonly number[];
  readonly sum: number;
}

/** All samples of one metric at one moment. */
export type Family =
  | { [Name in ScalarName]: { readonly name: Name; readonly samples: readonly Sample<LabelsOf<Name>>[] } }[ScalarName]
  | {
      [Name in HistogramName]: { readonly name: Name; readonly histograms: readonly HistogramSample<LabelsOf<Name>>[] };
    }[HistogramName];

export const metricNames = Object.keys(metrics) as readonly MetricName[];

export function isQuick(name: MetricName): boolean {
  const definition: MetricDefinition = metrics[name];
  return definition.quick === true;
}

/** `link_up` → `deskbridge_link_up`. */
export function fullName(name: MetricName): string {
  return `${prefix}${name}`;
}

/** Every series name that a metric is exposed under: a histogram has three. */
export function seriesNames(name: MetricName): readonly string[] {
  const full = fullName(name);
  return metrics[name].type === "histogram" ? [`${full}_bucket`, `${full}_sum`, `${full}_count`] : [full];
}

/** What a label has to be: this, or one of what a regular expression matches. */
export type Matcher = string | { readonly matches: string };

/** A PromQL selector: `select("probe_last_run_timestamp_seconds", { kind: "link" })`. */
export function select<Name extends ScalarName>(
  name: Name,
  matchers: Partial<Record<LabelName<Name>, Matcher>> = {},
): string {
  return selector(fullName(name), matchers);
}

/** The same of any series, such as one that a recording rule makes. */
export function selector(series: string, matchers: Readonly<Record<string, Matcher | undefined>>): string {
  const pairs = Object.entries(matchers).map(([label, value]) =>
    typeof value === "object" ? `${label}=~${JSON.stringify(value.matches)}` : `${label}=${JSON.stringify(value)}`,
  );
  return pairs.length === 0 ? series : `${series}{${pairs.join(",")}}`;
}
