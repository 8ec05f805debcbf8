import type { PoolPlan } from "../../../src/plan/types.ts";
import { account } from "../account.ts";
import type { DaemonProps } from "../kinds/daemon.ts";
import { poolNamespace, rdpPort, sshPort, type Topology } from "../topology.ts";
import { apart, labInside, loginFiles, serveOne } from "./logins.ts";

/** Folder of a pool's hosts, under the lab's root. */
export function poolFolder(pool: PoolPlan): string {
  return `pools/${pool.id.replaceAll("/", "-")}`;
}

const sshdConfig = `KexAlgorithms curve25519-sha256
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers ${account.name}
PermitRootLogin no
DisableForwarding yes
PermitUserRC no
PrintMotd no
UsePAM no
LogLevel ERROR
`;

/**
 * SSH on every host of a pool: a listener that knows which address was called, and a server of that host's own key for
 * each connection, where an operator may log in.
 */
export function sshDaemon(map: Topology, pool: PoolPlan): DaemonProps {
  const name = `ssh-${pool.id.replaceAll("/", "-")}`;
  const hosts = `${labInside}/${poolFolder(pool)}`;
  const own = `${labInside}/daemons/${name}`;
  const keys = `${hosts}/$TCPLOCALIP/keys`;
  const isOpenSsh = pool.sshServer === "openssh";
  const server = isOpenSsh ? `/usr/sbin/sshd -i -f ${own}/sshd_config -h ${keys}/openssh` : `tinysshd -q ${keys}`;
  const listener = ["tcpserver", "-q", "-H", "-R", "-l", "0", "-c", "400", "-b", "1024", "0.0.0.0", String(sshPort)];
  return {
    name,
    namespace: poolNamespace(map, pool),
    argv: ["{dir}/mounts", ...listener, ...apart, `${own}/one`],
    files: [
      { path: "one", executable: true, text: serveOne(hosts, server) },
      ...loginFiles,
      ...(isOpenSsh ? [{ path: "sshd_config", text: sshdConfig }] : []),
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
