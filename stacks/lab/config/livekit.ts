import type { VideoconferenceServer } from "../../../src/inventory.ts";
import type { DaemonProps } from "../kinds/daemon.ts";
import { livekitAddress, type Topology } from "../topology.ts";

/** Signalling and the service's own interface; media by UDP, and by TCP where that does not pass; Prometheus's metrics. */
export const livekitPorts = { port: 7880, tcp: 7881, udp: 7882, metrics: 7883 } as const;

/** In the daemon's folder. */
const keyFile = "keys";

export function hasLivekit({ plan }: Topology): boolean {
  return plan.videoconference === "livekit";
}

/** The videoconferences' server in the hub: desks and people reach it there, as they reach services. */
export function livekitDaemon(map: Topology): DaemonProps {
  const address = livekitAddress(map);
  const { port, tcp, udp, metrics } = livekitPorts;
  const lines = [
    `port: ${port}`,
    `bind_addresses: [${address}]`,
    `key_file: "{dir}/${keyFile}"`,
    `prometheus: { port: ${metrics} }`,
    "rtc:",
    `  node_ip: { v4: ${address} }`,
    "  use_external_ip: false",
    `  ips: { includes: [${address}/32] }`,
    "  enable_loopback_candidate: true", // the address stands on the namespace's loopback
    `  tcp_port: ${tcp}`,
    `  udp_port: ${udp}`,
    // Without one it tells clients those of Google, which no packet may go to. Nobody answers here, and nobody need. A
    // client takes what comes from such a server's port for its answers, so it must not be the port of media.
    `  stun_servers: ["${address}:3478"]`,
    "logging: { json: true, level: info }",
    "",
  ];
  return {
    name: "livekit",
    namespace: map.hub,
    argv: ["{livekit}", "--config", "{dir}/livekit.yaml"],
    files: [{ path: "livekit.yaml", text: lines.join("\n") }],
    certificates: [],
    keys: [{ path: keyFile, name: "deskbridge" }],
    ready: { tcp: port },
  };
}

export function livekitEntry(map: Topology): VideoconferenceServer {
  const address = livekitAddress(map);
  const { port, metrics } = livekitPorts;
  return {
    provider: "livekit",
    url: `ws://${address}:${port}`,
    address,
    port,
    metricsPort: metrics,
    keys: `daemons/livekit/${keyFile}`,
  };
}
