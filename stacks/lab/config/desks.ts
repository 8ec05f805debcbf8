import type { PoolPlan } from "../../../src/plan/types.ts";
import type { DaemonProps } from "../kinds/daemon.ts";
import { poolNamespace, rdpPort, sshPort, type Topology } from "../topology.ts";

/** Folder of a pool's hosts, under the lab's root. */
export function poolFolder(pool: PoolPlan): string {
  return `pools/${pool.id.replaceAll("/", "-")}`;
}

/**
 * OpenSSH wants the folder /run/sshd. The daemon has mounts of its own (`ip netns exec` sees to that), so it gets a /run
 * of its own, and the machine's stays as it was.
 */
const withSshdFolder = ["sh", "-c", 'mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/sshd && exec "$@"', "sh"];

/**
 * SSH on every host of a pool: a listener that knows which address was called, and a server of that host's own key for
 * each connection.
 */
export function sshDaemon(map: Topology, pool: PoolPlan): DaemonProps {
  const hosts = `{lab}/${poolFolder(pool)}`;
  const server =
    pool.sshServer === "openssh"
      ? `exec /usr/sbin/sshd -i -f {dir}/sshd_config -h ${hosts}/$TCPLOCALIP/keys/openssh`
      : `exec tinysshd -q ${hosts}/$TCPLOCALIP/keys`;
  const listener = [
    "tcpserver",
    "-q",
    "-H",
    "-R",
    "-l",
    "0",
    "-c",
    "400",
    "-b",
    "1024",
    "0.0.0.0",
    String(sshPort),
    "{dir}/one",
  ];
  return {
    name: `ssh-${pool.id.replaceAll("/", "-")}`,
    namespace: poolNamespace(map, pool),
    argv: [...(pool.sshServer === "openssh" ? withSshdFolder : []), ...listener],
    files: [
      { path: "one", executable: true, text: `#!/bin/sh\n${server}\n` },
      ...(pool.sshServer === "openssh"
        ? [
            {
              path: "sshd_config",
              text: "KexAlgorithms curve25519-sha256\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nLogLevel ERROR\n",
            },
          ]
        : []),
    ],
    certificates: [],
    ready: { tcp: sshPort },
  };
}

/** Remote desktop on every host of a pool. */
export function rdpDaemon(map: Topology, pool: PoolPlan): DaemonProps {
  const name = `rdp-${pool.id.replaceAll("/", "-")}`;
  return {
    name,
    namespace: poolNamespace(map, pool),
    argv: ["xrdp", "--nodaemon", "--config", "{dir}/xrdp.ini"],
    files: [
      {
        path: "xrdp.ini",
        text: `[Globals]
ini_version=1
fork=true
port=${rdpPort}
tcp_nodelay=true
tcp_keepalive=true
security_layer=tls
certificate={dir}/own.crt
key_file={dir}/own.key
ssl_protocols=TLSv1.2, TLSv1.3
autorun=
allow_channels=true
max_bpp=32

[Logging]
LogFile={dir}/xrdp.log
LogLevel=WARNING
EnableSyslog=false

[Xorg]
name=Desk
lib=libxup.so
username=ask
password=ask
ip=127.0.0.1
port=-1
code=20
`,
      },
    ],
    certificates: [
      {
        certificate: "own.crt",
        key: "own.key",
        kind: "server",
        commonName: `${pool.id.split("/").toReversed().join(".")}.desks`,
      },
    ],
    ready: { tcp: rdpPort },
  };
}
