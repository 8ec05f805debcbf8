import { readFileSync, readlinkSync, statSync } from "node:fs";
import { ask, ipBatch, ipJson, run } from "../run.ts";
import { endProcesses } from "../processes.ts";
import type { Kind } from "./kind.ts";

/** A network namespace: a host, a router or a pool of the lab. */
export interface NamespaceProps {
  /** Full name, prefix included. */
  readonly name: string;
  /** Addresses (CIDR) on its loopback. */
  readonly addresses: readonly string[];
  /** Ranges answered by its own stack as a whole (AnyIP). */
  readonly local: readonly string[];
  /** Ranges that must never leave by another route. */
  readonly unreachable: readonly string[];
}

const sysctls = [
  "net.ipv4.ip_forward=1",
  "net.ipv4.conf.all.rp_filter=0",
  "net.ipv4.conf.default.rp_filter=0",
  "net.ipv6.conf.all.disable_ipv6=1",
  "net.ipv6.conf.default.disable_ipv6=1",
];

interface Route {
  readonly dst: string;
  readonly type?: string;
}

export const namespaceKind: Kind<NamespaceProps> = {
  check: (wanted) =>
    /^[a-z0-9-]{2,60}$/.test(wanted.name)
      ? []
      : [{ property: "name", reason: `"${wanted.name}" is no namespace name` }],
  identity: (wanted) => wanted.name,
  replaceOn: ["name"],

  async observe(wanted) {
    if (!exists(wanted.name)) return "absent";
    const drift: string[] = [];
    const links = await ipJson<
      { operstate: string; flags: string[]; addr_info: { local: string; prefixlen: number }[] }[]
    >(wanted.name, "addr", "show", "dev", "lo");
    const loopback = links?.[0];
    if (loopback === undefined) return "absent";
    if (!loopback.flags.includes("UP")) drift.push("its loopback is down");
    const present = new Set(loopback.addr_info.map((each) => `${each.local}/${each.prefixlen}`));
    for (const address of wanted.addresses) if (!present.has(address)) drift.push(`address ${address} is missing`);
    if (wanted.local.length > 0) {
      const routes = (await ipJson<Route[]>(wanted.name, "route", "show", "table", "local", "type", "local")) ?? [];
      for (const range of wanted.local)
        if (!routes.some((route) => sameRange(route.dst, range))) drift.push(`local range ${range} is missing`);
    }
    if (wanted.unreachable.length > 0) {
      const routes = (await ipJson<Route[]>(wanted.name, "route", "show", "type", "unreachable")) ?? [];
      for (const range of wanted.unreachable)
        if (!routes.some((route) => sameRange(route.dst, range))) drift.push(`unreachable route ${range} is missing`);
    }
    return drift;
  },

  async ensure(wanted) {
    if (!exists(wanted.name)) await run(["ip", "netns", "add", wanted.name]);
    await run(["ip", "netns", "exec", wanted.name, "sysctl", "-qw", ...sysctls]);
    await ipBatch(wanted.name, [
      "link set lo up",
      ...wanted.addresses.map((address) => `addr replace ${address} dev lo`),
      ...wanted.local.map((range) => `route replace local ${range} dev lo`),
      ...wanted.unreachable.map((range) => `route replace unreachable ${range}`),
    ]);
    return {};
  },

  async remove(wanted) {
    if (!exists(wanted.name)) {
      await ask(["ip", "netns", "del", wanted.name]); // a name without a namespace behind it
      return;
    }
    await endProcesses(await pidsIn(wanted.name));
    await run(["ip", "netns", "del", wanted.name]);
  },
};

/** Whether the name is there and bound to a namespace of its own (an interrupted `ip netns add` leaves a plain file). */
export function exists(name: string): boolean {
  try {
    const path = `/run/netns/${name}`;
    return (
      statSync(path).dev !== statSync("/run/netns").dev &&
      readlinkSync("/proc/self/ns/net") !== `net:[${statSync(path).ino}]`
    );
  } catch {
    return false;
  }
}

export async function pidsIn(name: string): Promise<readonly number[]> {
  const text = (await ask(["ip", "netns", "pids", name])) ?? "";
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function sameRange(left: string, right: string): boolean {
  return left === right || `${left}/32` === right;
}

/** Whether this kernel calls it a namespace of ours; used by tests and `status`. */
export function namespaceNames(prefix: string): readonly string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8");
  return [...new Set([...mounts.matchAll(/\/run\/netns\/(\S+)/g)].map((match) => match[1] ?? ""))].filter((name) =>
    name.startsWith(`${prefix}-`),
  );
}
