import { linkLabels, type MetricDefinition } from "./definition.ts";

/** What the gateways tell of themselves, of people on them, and of the lines that end there. */
export const gatewayMetrics = {
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
} as const satisfies Record<string, MetricDefinition>;
