import { formatAddress, parseRange } from "./addresses.ts";
import { hostOffset, hostsPerNetwork } from "./desk-network.ts";
import { PlanError } from "./error.ts";
import { numbered } from "./hosts.ts";
import type { DeskPlan, HostPlan, Plan, PoolPlan } from "./types.ts";

/**
 * Names and addresses of a pool's hosts and desks. They follow from the pool by arithmetic, so the plan holds none of
 * them and stays small; position is all they hang on, so a pool that grows renames and moves nothing.
 */

/** The host at a zero-based position. Throws RangeError past the pool's hosts. */
export function hostAt(pool: PoolPlan, ordinal: number): HostPlan {
  if (ordinal < 0 || ordinal >= pool.hosts) throw new RangeError(`pool ${pool.id} has no host ${ordinal}`);
  const network = pool.networks[Math.floor(ordinal / hostsPerNetwork)];
  if (network === undefined) throw new PlanError(`pool ${pool.id} has no network for host ${ordinal}`);
  const address = parseRange(network).first + hostOffset + (ordinal % hostsPerNetwork);
  return { name: hostName(pool, ordinal), address: formatAddress(address), ordinal };
}

export function* hostsOf(pool: PoolPlan): Generator<HostPlan> {
  for (let ordinal = 0; ordinal < pool.hosts; ordinal += 1) yield hostAt(pool, ordinal);
}

/** How many hosts one of the pool's networks has: all but the last are full. */
export function hostsInNetwork(pool: PoolPlan, network: number): number {
  return Math.max(0, Math.min(hostsPerNetwork, pool.hosts - network * hostsPerNetwork));
}

/** The hosts of one of the pool's networks: what one slice builds. */
export function* hostsOfNetwork(pool: PoolPlan, network: number): Generator<HostPlan> {
  const first = network * hostsPerNetwork;
  const end = first + hostsInNetwork(pool, network);
  for (let ordinal = first; ordinal < end; ordinal += 1) yield hostAt(pool, ordinal);
}

/** The desk at a zero-based position. Throws RangeError past the pool's desks. */
export function deskAt(pool: PoolPlan, ordinal: number): DeskPlan {
  if (ordinal < 0 || ordinal >= pool.desks) throw new RangeError(`pool ${pool.id} has no desk ${ordinal}`);
  return {
    id: deskId(pool, ordinal),
    host: hostName(pool, Math.floor(ordinal / pool.desksPerHost)),
    person: pool.listed[ordinal]?.person,
  };
}

export function* desksOf(pool: PoolPlan): Generator<DeskPlan> {
  for (let ordinal = 0; ordinal < pool.desks; ordinal += 1) yield deskAt(pool, ordinal);
}

/** The pool of each desk, by the desk's id. */
export function poolsByDesk({ bodies }: Pick<Plan, "bodies">): ReadonlyMap<string, PoolPlan> {
  const pools = bodies.flatMap((body) => body.pools);
  return new Map(pools.flatMap((pool) => [...desksOf(pool)].map(({ id }) => [id, pool] as const)));
}

/** Listed desks take the first places and keep their names; the numbers go on after them. */
function deskId(pool: PoolPlan, ordinal: number): string {
  return pool.listed[ordinal]?.desk ?? numbered(`${pool.body}-${pool.name}`, ordinal + 1);
}

function hostName(pool: PoolPlan, ordinal: number): string {
  return pool.kind === "physical" ? deskId(pool, ordinal) : numbered(pool.hostPrefix, ordinal + 1);
}
