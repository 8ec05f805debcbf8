import { ask, ipBatch, ipJson } from "../run.ts";
import type { Kind } from "./kind.ts";

/** One end of a cable. */
export interface LinkEnd {
  readonly namespace: string;
  readonly interface: string;
  /** CIDR; absent where the end is a port of a bridge. */
  readonly address?: string;
  readonly mtu?: number;
  readonly routes?: readonly LinkRoute[];
}

export interface LinkRoute {
  /** CIDR or `default`. */
  readonly to: string;
  readonly via: string;
}

/** A cable between two namespaces (a veth pair), shaped to the line's bandwidth where one is given. */
export interface LinkProps {
  readonly a: LinkEnd;
  readonly b: LinkEnd;
  readonly mbps?: number;
}

interface Interface {
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}
interface Route {
  readonly dst: string;
  readonly gateway?: string;
}

export const linkKind: Kind<LinkProps> = {
  check: (wanted) =>
    [wanted.a, wanted.b]
      .filter((end) => end.interface.length > 15)
      .map((end) => ({
        property: "interface",
        reason: `"${end.interface}" is longer than the kernel's 15 characters`,
      })),
  identity: (wanted) => `${wanted.a.namespace}/${wanted.a.interface}--${wanted.b.namespace}/${wanted.b.interface}`,
  replaceOn: [],

  async observe(wanted) {
    const ends = [await observeEnd(wanted.a), await observeEnd(wanted.b)];
    if (ends.some((drift) => drift === undefined)) return "absent";
    const drift = ends.flatMap((each) => each ?? []);
    if (wanted.mbps !== undefined) {
      for (const end of [wanted.a, wanted.b]) {
        const text = (await ask(["tc", "-n", end.namespace, "qdisc", "show", "dev", end.interface])) ?? "";
        if (!text.includes("tbf")) drift.push(`${place(end)} is not held to ${wanted.mbps} Mb/s`);
      }
    }
    return drift;
  },

  async ensure(wanted) {
    const present = await Promise.all(
      [wanted.a, wanted.b].map((end) => ipJson<Interface[]>(end.namespace, "addr", "show", "dev", end.interface)),
    );
    if (present.some((each) => each === undefined)) {
      await linkKind.remove(wanted, undefined as never); // one end alone is a rest of an older cable
      await ipBatch(undefined, [
        `link add name ${wanted.a.interface} netns ${wanted.a.namespace} type veth peer name ${wanted.b.interface} netns ${wanted.b.namespace}`,
      ]);
    }
    for (const end of [wanted.a, wanted.b]) await ensureEnd(end, wanted.mbps);
    return {};
  },

  async remove(wanted) {
    for (const end of [wanted.a, wanted.b]) await ask(["ip", "-n", end.namespace, "link", "del", "dev", end.interface]);
  },
};

function place(end: LinkEnd): string {
  return `${end.interface} in ${end.namespace}`;
}

async function observeEnd(end: LinkEnd): Promise<string[] | undefined> {
  const found = (await ipJson<Interface[]>(end.namespace, "addr", "show", "dev", end.interface))?.[0];
  if (found === undefined) return undefined;
  const drift: string[] = [];
  if (!found.flags.includes("UP")) drift.push(`${place(end)} is down`);
  if (end.mtu !== undefined && found.mtu !== end.mtu)
    drift.push(`${place(end)} has MTU ${found.mtu} instead of ${end.mtu}`);
  const addresses = found.addr_info
    .filter((each) => each.family === "inet")
    .map((each) => `${each.local}/${each.prefixlen}`);
  if (end.address !== undefined && !addresses.includes(end.address))
    drift.push(`${place(end)} lacks address ${end.address}`);
  if (drift.length === 0 && end.routes !== undefined && end.routes.length > 0) {
    const routes = (await ipJson<Route[]>(end.namespace, "route", "show", "dev", end.interface)) ?? [];
    for (const route of end.routes) {
      const there = routes.some(
        (each) => (each.dst === route.to || `${each.dst}/32` === route.to) && each.gateway === route.via,
      );
      if (!there) drift.push(`the route to ${route.to} by ${place(end)} is missing`);
    }
  }
  return drift;
}

async function ensureEnd(end: LinkEnd, mbps: number | undefined): Promise<void> {
  const device = end.interface;
  const current = (await ipJson<Interface[]>(end.namespace, "addr", "show", "dev", device))?.[0]?.addr_info ?? [];
  const stale = current.filter((each) => each.family === "inet" && `${each.local}/${each.prefixlen}` !== end.address);
  await ipBatch(end.namespace, [
    ...(end.mtu === undefined ? [] : [`link set dev ${device} mtu ${end.mtu}`]),
    ...stale.map((each) => `addr del ${each.local}/${each.prefixlen} dev ${device}`),
    ...(end.address === undefined ? [] : [`addr replace ${end.address} dev ${device}`]),
    `link set dev ${device} up`,
    ...(end.routes ?? []).map((route) => `route replace ${route.to} via ${route.via} dev ${device} onlink`),
  ]);
  if (mbps !== undefined) {
    const rate = `${Math.round(mbps * 1000)}kbit`;
    const burst = Math.max(32_000, Math.round(mbps * 1250)); // 10 ms of the line's rate
    await ask(["tc", "-n", end.namespace, "qdisc", "del", "dev", device, "root"]);
    await ask([
      "tc",
      "-n",
      end.namespace,
      "qdisc",
      "add",
      "dev",
      device,
      "root",
      "tbf",
      "rate",
      rate,
      "burst",
      String(burst),
      "latency",
      "50ms",
    ]);
  }
}
