import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { aptInstall } from "./apt.ts";
import { onPath } from "./machine.ts";
import type { Step } from "./steps.ts";

/** A Debian package; `command` tells on other systems whether what it brings is there. */
export interface DebianPackage {
  readonly name: string;
  readonly why: string;
  readonly command: string;
}

export const packages: readonly DebianPackage[] = [
  { name: "openvpn", command: "openvpn", why: "the gateway that people come in through" },
  {
    name: "charon-systemd",
    command: "charon-systemd",
    why: "the IKEv2 daemon of gateways and sites",
  },
  {
    name: "strongswan-swanctl",
    command: "swanctl",
    why: "tells the IKEv2 daemon what to do, and asks it",
  },
  { name: "libstrongswan-standard-plugins", command: "swanctl", why: "strongSwan's usual ciphers" },
  {
    name: "libstrongswan-extra-plugins",
    command: "swanctl",
    why: "strongSwan's modern ciphers and curves",
  },
  {
    name: "libcharon-extra-plugins",
    command: "swanctl",
    why: "IPsec in user space, where the kernel has none",
  },
  {
    name: "wireguard-go",
    command: "wireguard-go",
    why: "WireGuard in user space, for the tests: a gateway that speaks it",
  },
  { name: "wireguard-tools", command: "wg", why: "asks WireGuard who is there, for the tests" },
  { name: "openssh-server", command: "sshd", why: "the desks of one pool" },
  {
    name: "tinysshd",
    command: "tinysshd",
    why: "the desks of the other pools: a key of its own for each host",
  },
  { name: "ucspi-tcp", command: "tcpserver", why: "one listener for all hosts of a pool" },
  { name: "xrdp", command: "xrdp", why: "desks that answer RDP" },
  { name: "fping", command: "fping", why: "ICMP probes of thousands of hosts from one process" },
  { name: "iperf3", command: "iperf3", why: "how much a line carries, when it is tested" },
  {
    name: "bird2",
    command: "bird",
    why: "BGP with BFD between hub and sites: a cut line is left at once",
  },
  {
    name: "prometheus",
    command: "prometheus",
    why: "keeps the measurements and evaluates the alerts",
  },
  {
    name: "victoria-metrics",
    command: "victoria-metrics",
    why: "a store that agents of a divided fleet write to, for the tests; it brings vmalert",
  },
  {
    name: "prometheus-alertmanager",
    command: "prometheus-alertmanager",
    why: "sends the alerts to who is on duty",
  },
  { name: "nftables", command: "nft", why: "firewalls between the bodies, faults on purpose" },
  { name: "iproute2", command: "ip", why: "namespaces, links and routes" },
  { name: "iputils-ping", command: "ping", why: "a single look at one address" },
  { name: "socat", command: "socat", why: "joins sockets across namespaces" },
  { name: "procps", command: "ps", why: "finds what a daemon left behind" },
  {
    name: "python3-prometheus-client",
    command: "python3",
    why: "a second reader of what the exporter serves, for the tests",
  },
  { name: "chromium", command: "chromium", why: "a real browser for the wallboard's tests" },
  { name: "ethtool", command: "ethtool", why: "checksums of virtual links" },
];

/** Names of the packages that dpkg calls installed, out of `dpkg-query`'s lines "name status". */
export function installedIn(listing: string): ReadonlySet<string> {
  const rows = listing.split("\n").map((line) => line.split(" "));
  return new Set(rows.flatMap(([name, status]) => (name !== undefined && status === "installed" ? [name] : [])));
}

async function installedPackages(wanted: readonly DebianPackage[]): Promise<ReadonlySet<string>> {
  if (onPath("dpkg-query") === undefined) {
    const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/usr/local/sbin:/sbin`;
    return new Set(wanted.filter(({ command }) => onPath(command, path) !== undefined).map(({ name }) => name));
  }
  // dpkg-query ends with 1 where it does not know one of them, and lists the others.
  const names = wanted.map(({ name }) => name);
  const query = promisify(execFile)("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\n", ...names]);
  const { stdout } = await query.catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? "",
  }));
  return installedIn(stdout);
}

/** One step for all packages: apt is asked once. */
export function packageStep(): Promise<Step> {
  return stepFor("system packages", "the lab's gateways, desks and monitoring are real daemons", packages);
}

/** The same for packages that only some need. */
export async function stepFor(name: string, why: string, wanted: readonly DebianPackage[]): Promise<Step> {
  const missing = async (): Promise<readonly DebianPackage[]> => {
    const installed = await installedPackages(wanted);
    return wanted.filter(({ name }) => !installed.has(name));
  };
  const obstacle = aptObstacle();
  const absent = await missing();
  return {
    name,
    why,
    found: async () => (await missing()).length === 0,
    install: async (say) => {
      const lacking = await missing();
      for (const { name, why } of lacking) say(`  ${name}: ${why}`);
      await aptInstall(
        lacking.map(({ name }) => name),
        say,
      );
    },
    remedy: `install ${absent.map(({ name }) => name).join(", ")}`,
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

function aptObstacle(): string | undefined {
  if (onPath("apt-get") === undefined) return "there is no apt-get";
  return process.getuid?.() === 0 ? undefined : "only root may install system packages";
}
