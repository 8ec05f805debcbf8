import { ask, ipBatch, ipJson } from "../run.ts";
import type { Kind } from "./kind.ts";

/**
 * The inner wire of a line: an Ethernet segment (VXLAN) between the gateway instance and the line's router, carried
 * inside the line's IPsec tunnel. The gateway's end has an address; the far end is bridged to the site's port, so that
 * gateway and site router are neighbours on every line of their own, whatever other lines end on the same instance.
 */
export interface TunnelProps {
  readonly vni: number;
  readonly mtu: number;
  readonly interface: string;
  readonly gateway: { readonly namespace: string; readonly outer: string; readonly address: string };
  readonly router: {
    readonly namespace: string;
    readonly outer: string;
    readonly bridge: string;
    readonly port: string;
  };
}

interface Interface {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly addr_info?: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

export const tunnelKind: Kind<TunnelProps> = {
  check: (wanted) =>
    wanted.vni > 0 && wanted.vni < 1 << 24
      ? []
      : [{ property: "vni", reason: `${wanted.vni} is no VXLAN id (1 to 16777215)` }],
  identity: (wanted) => `${wanted.gateway.namespace}/${wanted.interface}--${wanted.router.namespace}`,
  replaceOn: ["vni", "interface"],

  async observe(wanted) {
    const near = await device(wanted.gateway.namespace, wanted.interface);
    const far = await device(wanted.router.namespace, wanted.interface);
    if (near === undefined || far === undefined) return "absent";
    const drift: string[] = [];
    if (!near.flags.includes("UP")) drift.push(`${wanted.interface} in ${wanted.gateway.namespace} is down`);
    if (!far.flags.includes("UP")) drift.push(`${wanted.interface} in ${wanted.router.namespace} is down`);
    const addresses = (near.addr_info ?? []).map((each) => `${each.local}/${each.prefixlen}`);
    if (!addresses.includes(wanted.gateway.address))
      drift.push(`${wanted.interface} lacks address ${wanted.gateway.address}`);
    const port = await device(wanted.router.namespace, wanted.router.port);
    for (const [name, found] of [
      [wanted.interface, far],
      [wanted.router.port, port],
    ] as const) {
      if (found?.master !== wanted.router.bridge)
        drift.push(`${name} in ${wanted.router.namespace} is not on bridge ${wanted.router.bridge}`);
    }
    return drift;
  },

  async ensure(wanted) {
    const { gateway, router, mtu } = wanted;
    const name = wanted.interface;
    const make = (local: string, remote: string): string =>
      `link add name ${name} mtu ${mtu} type vxlan id ${wanted.vni} local ${local} remote ${remote} dstport 4789 nolearning`;
    if ((await device(gateway.namespace, name)) === undefined)
      await ipBatch(gateway.namespace, [make(gateway.outer, router.outer)]);
    await ipBatch(gateway.namespace, [`addr replace ${gateway.address} dev ${name}`, `link set dev ${name} up`]);
    if ((await device(router.namespace, name)) === undefined)
      await ipBatch(router.namespace, [make(router.outer, gateway.outer).replace(" nolearning", "")]);
    if ((await device(router.namespace, router.bridge)) === undefined)
      await ipBatch(router.namespace, [`link add name ${router.bridge} type bridge`]);
    await ipBatch(router.namespace, [
      `link set dev ${name} master ${router.bridge}`,
      `link set dev ${router.port} master ${router.bridge}`,
      `link set dev ${router.bridge} up`,
      `link set dev ${name} up`,
    ]);
    return {};
  },

  async remove(wanted) {
    await ask(["ip", "-n", wanted.gateway.namespace, "link", "del", "dev", wanted.interface]);
    await ask(["ip", "-n", wanted.router.namespace, "link", "del", "dev", wanted.interface]);
    await ask(["ip", "-n", wanted.router.namespace, "link", "del", "dev", wanted.router.bridge]);
  },
};

async function device(namespace: string, name: string): Promise<Interface | undefined> {
  return (await ipJson<Interface[]>(namespace, "addr", "show", "dev", name))?.[0];
}
