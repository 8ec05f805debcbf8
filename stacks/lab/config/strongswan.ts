import { connectionName as nameOf } from "../../../src/inventory.ts";
import type { InstancePlan, LinkPlan } from "../../../src/plan/types.ts";
import type { DaemonFile, DaemonProps } from "../kinds/daemon.ts";
import {
  bare,
  instanceNamespace,
  instancePublic,
  lineCarrier,
  lineNamespace,
  links,
  type Topology,
} from "../topology.ts";

const strongswanConf = `charon-systemd {
  load = random nonce openssl pem pkcs1 pkcs8 x509 revocation constraints pubkey aes sha1 sha2 hmac kdf gcm kernel-libipsec kernel-netlink socket-default updown vici
  retransmit_tries = 3
  retransmit_timeout = 1
  retransmit_base = 1.5
  install_virtual_ip = no
  plugins { vici { socket = unix://{dir}/vici } }
  filelog { log { path = {dir}/charon.log
    default = 1
    flush_line = yes } }
}
swanctl { load = random openssl pem pkcs1 pkcs8 x509 pubkey }
`;

interface Connection {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly localId: string;
  readonly remoteId: string;
  readonly inside: string;
  readonly beyond: string;
  /** The site's side starts the tunnel and starts it again. */
  readonly starts: boolean;
}

/** The IKEv2 end of all lines that end on an instance. */
export function gatewayIkeDaemon(map: Topology, instance: InstancePlan): DaemonProps {
  const connections = links(map.plan)
    .filter(({ link }) => link.instance === instance.id)
    .map(({ link }) => ({
      name: connectionName(link),
      local: bare(instancePublic(map, instance).far),
      remote: bare(lineCarrier(map, link).far),
      localId: instanceIdentity(instance.id),
      remoteId: lineIdentity(link),
      inside: `${link.tunnel.gatewayOuter}/32`,
      beyond: `${link.tunnel.siteOuter}/32`,
      starts: false,
    }));
  return ikeDaemon(
    `ike-${instance.id}`,
    instanceNamespace(map, instance),
    "gateway",
    instanceIdentity(instance.id),
    connections,
  );
}

/** The IKEv2 end of a line at its site: the line's own router. */
export function lineIkeDaemon(map: Topology, link: LinkPlan, instance: InstancePlan): DaemonProps {
  const connection = {
    name: connectionName(link),
    local: bare(lineCarrier(map, link).far),
    remote: bare(instancePublic(map, instance).far),
    localId: lineIdentity(link),
    remoteId: instanceIdentity(instance.id),
    inside: `${link.tunnel.siteOuter}/32`,
    beyond: `${link.tunnel.gatewayOuter}/32`,
    starts: true,
  };
  return ikeDaemon(`ike-${connectionName(link)}`, lineNamespace(map, link), "site", lineIdentity(link), [connection]);
}

export function connectionName(link: LinkPlan): string {
  return nameOf(link.id);
}

function lineIdentity(link: LinkPlan): string {
  return `${link.id.split("/").toReversed().join(".")}.line`;
}

function instanceIdentity(id: string): string {
  return `${id}.gateway`;
}

/**
 * A gateway that has not loaded its connections yet refuses whoever knocks (NO_PROPOSAL_CHOSEN), and a site's charon
 * takes a refusal as final: it never tries again. So nothing reaches the gateway before it knows its lines.
 */
const unloaded = "inet ike-unloaded";
const shut: DaemonFile = {
  path: "shut.nft",
  text: `table ${unloaded} {
  chain input {
    type filter hook input priority -10;
    udp dport { 500, 4500 } drop
  }
}
`,
};
const open: DaemonFile = { path: "open.nft", text: `table ${unloaded} {}\ndelete table ${unloaded}\n` };

function ikeDaemon(
  name: string,
  namespace: string,
  kind: "gateway" | "site",
  identity: string,
  connections: readonly Connection[],
): DaemonProps {
  return {
    name,
    namespace,
    argv: kind === "gateway" ? ["sh", "-c", `nft -f ${shut.path} && exec charon-systemd`] : ["charon-systemd"],
    files: [
      ...(kind === "gateway" ? [shut, open] : []),
      { path: "strongswan.conf", text: strongswanConf },
      { path: "swanctl.conf", text: swanctlConf(connections), loads: true },
    ],
    certificates: [
      { certificate: "x509/own.pem", key: "private/own.pem", kind, commonName: identity, dnsNames: [identity] },
    ],
    ready: { socket: "{dir}/vici" },
    load: [
      [
        "env",
        "SWANCTL_DIR={dir}",
        "STRONGSWAN_CONF={dir}/strongswan.conf",
        "swanctl",
        "--load-all",
        "--uri",
        "unix://{dir}/vici",
        "--file",
        "{dir}/swanctl.conf",
      ],
      ...(kind === "gateway" ? [["ip", "netns", "exec", namespace, "nft", "-f", `{dir}/${open.path}`]] : []),
    ],
  };
}

function swanctlConf(connections: readonly Connection[]): string {
  return `authorities { lab { cacert = {lab}/authority/ca.pem } }
connections {
${connections.map(section).join("\n")}
}
`;
}

function section(connection: Connection): string {
  const again = connection.starts ? ["start", "restart", "start"] : ["none", "clear", "none"];
  return `  ${connection.name} {
    version = 2
    mobike = no
    encap = yes
    local_addrs = ${connection.local}
    remote_addrs = ${connection.remote}
    keyingtries = 0
    dpd_delay = 2s
    unique = replace
    proposals = aes256gcm16-prfsha256-ecp256
    local { auth = pubkey
      certs = own.pem
      id = ${connection.localId} }
    remote { auth = pubkey
      id = ${connection.remoteId} }
    children { ${connection.name} {
      local_ts = ${connection.inside}
      remote_ts = ${connection.beyond}
      esp_proposals = aes256gcm16-ecp256
      start_action = ${again[0]}
      dpd_action = ${again[1]}
      close_action = ${again[2]}
    } }
  }`;
}
