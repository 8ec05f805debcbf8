import type { BodyPlan, InstancePlan } from "../../../src/plan/types.ts";
import type { DaemonProps } from "../kinds/daemon.ts";
import type { FirewallProps } from "../kinds/firewall.ts";
import {
  add,
  bare,
  instanceNamespace,
  instancePublic,
  livekitAddress,
  openVpnPort,
  type Topology,
} from "../topology.ts";
import { hasLivekit, livekitPorts } from "./livekit.ts";

/**
 * People's way in at one gateway instance. A dead instance is noticed by its clients after 6 s (`keepalive 2 6`), so
 * that they are back through its twin well within 20 s.
 */
export function openVpnDaemon(map: Topology, instance: InstancePlan): DaemonProps {
  const [base = "", length = "16"] = instance.clients.split("/");
  const desks = map.plan.network.desks;
  return {
    name: `openvpn-${instance.id}`,
    namespace: instanceNamespace(map, instance),
    argv: ["openvpn", "--config", "{dir}/server.conf"],
    files: [
      {
        path: "server.conf",
        text: [
          "mode server",
          "tls-server",
          "dev tun0",
          "topology subnet",
          `local ${bare(instancePublic(map, instance).far)}`,
          `port ${openVpnPort}`,
          "proto udp4",
          `server ${base} ${mask(Number(length))}`,
          `max-clients ${instance.sessionsLimit}`,
          "connect-freq-initial 1000 10", // a log-on storm, and the probe's own knocks; the default is 100 in 10 s
          `push "route ${bare(desks)} ${mask(Number(desks.split("/")[1]))}"`,
          ...(hasLivekit(map) ? [`push "route ${livekitAddress(map)} ${mask(32)}"`] : []),
          "keepalive 2 6",
          "hand-window 10",
          "ca {lab}/authority/ca.pem",
          "crl-verify {lab}/authority/crl.pem",
          "cert {dir}/own.crt",
          "key {dir}/own.key",
          "dh none",
          "verify-client-cert require",
          "remote-cert-tls client",
          "tls-version-min 1.2",
          "data-ciphers AES-256-GCM",
          "duplicate-cn",
          "explicit-exit-notify 1",
          "management {dir}/management unix",
          "management-log-cache 2000", // what the exporter can read between two visits: some 75 logins, for 20 MB
          "script-security 2",
          "up {dir}/forget-people",
          "learn-address {dir}/learn-address",
          "txqueuelen 2000",
          "sndbuf 1048576",
          "rcvbuf 1048576",
          "verb 3",
          "",
        ].join("\n"),
      },
      { path: "forget-people", executable: true, text: "#!/bin/sh\nexec nft flush map inet access people\n" },
      {
        // OpenVPN calls it with: add|update ADDRESS COMMON-NAME, or delete ADDRESS. The name is the certificate's.
        path: "learn-address",
        executable: true,
        text: [
          "#!/bin/sh",
          'nft delete element inet access people "{ $2 }" 2>/dev/null',
          '[ "$1" = delete ] && exit 0',
          'exec nft add element inet access people "{ $2 : jump body-${3##*@} }"',
          "",
        ].join("\n"),
      },
    ],
    certificates: [
      {
        certificate: "own.crt",
        key: "own.key",
        kind: "gateway",
        commonName: instance.id,
        addresses: [bare(instancePublic(map, instance).far)],
      },
    ],
    ready: { socket: "{dir}/management" },
  };
}

/**
 * Who may go where at an instance: a person reaches the desks of their own body and the videoconferences, and nothing of
 * the gateway itself.
 */
export function accessFirewall(map: Topology, instance: InstancePlan): FirewallProps {
  return { namespace: instanceNamespace(map, instance), table: "inet access", rules: accessRules(map) };
}

function accessRules(map: Topology): string {
  const lines = [
    "map people { type ipv4_addr : verdict; }",
    ...map.plan.bodies.map((body) => bodyChain(body, toLivekit(map))),
    "chain from-people { ip saddr vmap @people; drop; }",
    'chain forward { type filter hook forward priority filter; policy accept; iifname "tun0" jump from-people; }',
    "chain input { type filter hook input priority filter; policy accept;",
    '  iifname "tun0" drop;',
    `  iifname "public" udp dport { ${openVpnPort}, 500, 4500 } accept;`,
    '  iifname "public" ct state established,related accept;',
    '  iifname "public" icmp type { echo-request, destination-unreachable } accept;',
    '  iifname "public" drop;',
    "}",
  ];
  return lines.join("\n");
}

function toLivekit(map: Topology): string {
  if (!hasLivekit(map)) return "";
  const { port, tcp, udp } = livekitPorts;
  const to = `ip daddr ${livekitAddress(map)}`;
  return ` ${to} tcp dport { ${port}, ${tcp} } accept; ${to} udp dport ${udp} accept;`;
}

function bodyChain(body: BodyPlan, others: string): string {
  const ranges = body.pools.map((pool) => pool.range);
  const accept = ranges.length === 0 ? "" : ` ip daddr { ${ranges.join(", ")} } accept;`;
  return `chain body-${body.id} {${accept}${others} }`;
}

function mask(length: number): string {
  return add("0.0.0.0/0", 2 ** 32 - 2 ** (32 - length));
}
