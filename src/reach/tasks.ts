import type { Via } from "../handshake/result.ts";
import type { Desk, Host, Inventory, Pool } from "../inventory.ts";

/** One handshake to make. */
export interface Task {
  /** What the result is told under: a desk, or a host for remote desktop. */
  readonly id: string;
  readonly via: Via;
  readonly address: string;
  readonly port: number;
  readonly hostKeys: readonly string[];
  /** Its pool: the pace is kept a pool. */
  readonly group: string;
  readonly timeoutMs: number;
}

/** A pool with its desks, each with its host. */
export interface PoolDesks {
  readonly pool: Pool;
  readonly desks: readonly { readonly desk: Desk; readonly host: Host }[];
}

/** The inventory's desks by pool. Throws where a desk stands on a host, or a host in a pool, that is not there. */
export function desksByPool(inventory: Inventory): readonly PoolDesks[] {
  const hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
  const pools = new Map(inventory.pools.map((pool) => [pool.id, { pool, desks: [] as { desk: Desk; host: Host }[] }]));
  for (const desk of inventory.desks) {
    const host = hosts.get(desk.host);
    if (host === undefined) throw new RangeError(`desk ${desk.id} is on host ${desk.host}, which the inventory lacks`);
    const pool = pools.get(host.pool);
    if (pool === undefined)
      throw new RangeError(`host ${host.name} is in pool ${host.pool}, which the inventory lacks`);
    pool.desks.push({ desk, host });
  }
  return [...pools.values()];
}

/** `count` of the items, spread evenly over them; all where there are no more. */
export function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (count >= items.length) return items;
  return Array.from({ length: count }, (_, n) => items[Math.floor((n * items.length) / count)]).filter(
    (item) => item !== undefined,
  );
}

/** One SSH handshake a desk, with its host. */
export function sshTasks({ pool, desks }: PoolDesks, timeoutMs: number): readonly Task[] {
  return desks.map(({ desk, host }) => ({
    id: desk.id,
    via: "ssh",
    address: host.address,
    port: host.ports.ssh,
    hostKeys: host.hostKeys,
    group: pool.id,
    timeoutMs,
  }));
}

/** One remote desktop handshake a host, for `count` of the pool's hosts. */
export function rdpTasks({ pool, desks }: PoolDesks, count: number, timeoutMs: number): readonly Task[] {
  const hosts = [...new Map(desks.map(({ host }) => [host.name, host])).values()];
  return spread(hosts, count).map((host) => ({
    id: host.name,
    via: "rdp",
    address: host.address,
    port: host.ports.rdp,
    hostKeys: [],
    group: pool.id,
    timeoutMs,
  }));
}

/** Of each pool `count` desks, both doors: for what must not answer. */
export function denialTasks(pools: readonly PoolDesks[], count: number, timeoutMs: number): readonly Task[] {
  return pools.flatMap((pool) => {
    const some = { pool: pool.pool, desks: spread(pool.desks, count) };
    return [...sshTasks(some, timeoutMs), ...rdpTasks(some, count, timeoutMs)];
  });
}
