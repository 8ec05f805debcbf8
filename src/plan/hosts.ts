import type { FleetPool } from "../fleet/schema.ts";
import type { PlacedPool } from "./desks.ts";
import { PlanError } from "./error.ts";
import { billion, billionths } from "./exact.ts";
import { sizing, vmSizes } from "./limits.ts";
import type { VmSize } from "./types.ts";

/** No pool is larger (the fleet's schema), so more desks a host than this mean nothing. */
const mostDesks = 10_000_000;

/**
 * How many desks one host carries. Personal and physical: one. Pooled: a host of 8 vCPU seats 8 × (users a vCPU of
 * the class) people at once, and as not all desks are in use at once, it carries floor(seats / concurrency) desks.
 * It hangs on class and concurrency only, so that a pool that grows moves no desk to another host.
 */
export function desksPerHost(id: string, pool: FleetPool): number {
  if (pool.kind !== "pooled") return 1;
  const seats = seatsPerHost(id, pool);
  const concurrency = billionths(pool.concurrency);
  if (concurrency === 0n) return mostDesks;
  return Math.min(mostDesks, Number((BigInt(seats) * billion) / concurrency));
}

/** People at once that one multi-session host bears. */
export function seatsPerHost(id: string, pool: Pick<FleetPool, "class">): number {
  if (pool.class === undefined)
    throw new PlanError(`pool ${id} is pooled and needs a class: light, medium, heavy, power`);
  return sizing.vcpusPerHost * sizing.usersPerVcpu[pool.class];
}

/** What a pool's hosts are in the cloud; undefined for PCs that stay in the office. */
export function vmSize(pool: FleetPool): VmSize | undefined {
  if (pool.kind === "physical" || pool.class === undefined) return undefined;
  return vmSizes[pool.kind][pool.class];
}

export function hostCount(placed: PlacedPool, desks: number): number {
  return Math.ceil(desks / desksPerHost(placed.id, placed.pool));
}

/**
 * Prefix of a pool's host names, `<prefix>-00001`: the fleet's own, or three letters of the body, three of the pool
 * and two base-36 characters of a hash of both, since computer names have at most 15 characters. A physical host
 * bears its desk's name.
 */
export function hostPrefix({ id, body, pool }: PlacedPool): string {
  if (pool.kind === "physical") return `${body.id}-${pool.id}`;
  if (pool.prefix !== undefined) return pool.prefix;
  return `${letters(body.id)}${letters(pool.id)}${(fnv1a(id) % 1296).toString(36).padStart(2, "0")}`;
}

function letters(id: string): string {
  return id.replaceAll("-", "").slice(0, 3);
}

/** The 32-bit FNV-1a hash: the same everywhere and for ever, which is all that a name needs. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** Refuses fleets in which two desks or two hosts would get one name, now or when a pool grows. */
export function checkNames(pools: readonly PlacedPool[]): void {
  const byPrefix = new Map<string, PlacedPool>();
  const byStem = new Map<string, PlacedPool>();
  for (const placed of pools) {
    const stem = `${placed.body.id}-${placed.pool.id}`;
    const namesake = byStem.get(stem);
    if (namesake !== undefined) {
      throw new PlanError(
        `pools ${namesake.id} and ${placed.id} would both name desks "${stem}-00001"; rename one of them`,
      );
    }
    byStem.set(stem, placed);
    const prefix = hostPrefix(placed);
    const other = byPrefix.get(prefix);
    if (other !== undefined) {
      throw new PlanError(
        `pools ${other.id} and ${placed.id} would both name hosts "${prefix}-00001"; ` +
          "give one of them a prefix: of its own (at most 9 characters)",
      );
    }
    byPrefix.set(prefix, placed);
  }
  const listed = new Map<string, PlacedPool>();
  for (const placed of pools) {
    for (const { desk } of placed.pool.listed) {
      const owner = listed.get(desk) ?? generatedOwner(desk, byStem, byPrefix);
      if (owner !== undefined) {
        throw new PlanError(
          `the list of pool ${placed.id} names desk "${desk}", which is also a name in pool ${owner.id}; ` +
            "give it a name that no other desk or host has",
        );
      }
      listed.set(desk, placed);
    }
  }
}

type Owners = ReadonlyMap<string, PlacedPool>;

/** The pool that generates this name for a desk or a host, if one does, however large it grows. */
function generatedOwner(name: string, byStem: Owners, byPrefix: Owners): PlacedPool | undefined {
  const [, stem = "", digits = ""] = /^(.+)-(\d{5,})$/.exec(name) ?? [];
  const number = Number(digits);
  if (number === 0 || numbered(stem, number) !== name) return undefined;
  const placed = byStem.get(stem);
  // The numbers up to the list's length are never generated: the listed desks have those places.
  if (placed !== undefined && number > placed.pool.listed.length) return placed;
  const host = byPrefix.get(stem);
  return host !== undefined && host.pool.kind !== "physical" ? host : undefined;
}

/** `<stem>-00001`: five digits, more past 99,999. */
export function numbered(stem: string, number: number): string {
  return `${stem}-${String(number).padStart(5, "0")}`;
}
