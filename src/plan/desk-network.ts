import { alignmentOf, formatAddress, formatRange, parseRange, type Range, reverseBits, sizeOf } from "./addresses.ts";
import type { PlacedPool } from "./desks.ts";
import { PlanError } from "./error.ts";

/**
 * Where pools' hosts live. Each pool starts at a place of its own in the fleet's range and grows upwards in networks
 * of /24, up to the next pool that exists. The start hangs only on the ordinals of body and pool: growth and appended
 * bodies or pools move nothing, and what no longer fits is an error that says what to do.
 */

/** Hosts of one /24: with six cloud resources each, and the network's own, a slice stays under 1,000 resources. */
export const hostsPerNetwork = 160;
/** A subnet's first four addresses belong to the cloud. */
export const hostOffset = 4;

const networkPrefix = 24;
const networkSize = 256;
/** 32 bodies × 64 pools. */
const slotBits = 11;

/**
 * Number of a pool's place. Read from the lowest bit (which halves the range first): three bits of the body, three of
 * the pool, two of the body, three of the pool. So up to eight bodies of up to eight pools own one equal block each,
 * and only those beyond halve the others' rooms.
 */
function slotOf(body: number, pool: number): number {
  return (body & 7) | ((pool & 7) << 3) | ((body >> 3) << 6) | ((pool >> 3) << 8);
}

export interface PoolNetworks {
  readonly range: string;
  readonly block: string;
  readonly networks: readonly string[];
  readonly roomForHosts: number;
}

/** Networks of every pool, in the pools' order. Throws PlanError for a pool that does not fit. */
export function placePools(desks: string, pools: readonly PlacedPool[], hosts: readonly number[]): PoolNetworks[] {
  const range = parseRange(desks);
  const starts = pools.map((placed) => startOf(range, placed));
  const ordered = starts.toSorted((a, b) => a - b);
  return pools.map((placed, index) => {
    const start = starts[index] ?? 0;
    const next = ordered.find((candidate) => candidate > start) ?? range.first + sizeOf(range);
    const room = roomAt(range, start, next) / networkSize;
    const count = Math.ceil((hosts[index] ?? 0) / hostsPerNetwork);
    if (count > room) {
      const before = next < range.first + sizeOf(range) ? ` before ${pools[starts.indexOf(next)]?.id} begins` : "";
      throw new PlanError(
        `pool ${placed.id} has ${hosts[index]} hosts and needs ${count} networks of ${hostsPerNetwork}, but from ` +
          `${formatAddress(start)} only ${room} are free${before}; give network.desks more room than ${desks}`,
      );
    }
    return {
      range: formatRange({
        first: start,
        prefix: networkPrefix - Math.ceil(Math.log2(Math.max(1, count))),
      }),
      block: formatRange({ first: start, prefix: networkPrefix - Math.log2(room) }),
      networks: Array.from({ length: count }, (_, nth) =>
        formatRange({ first: start + nth * networkSize, prefix: networkPrefix }),
      ),
      roomForHosts: room * hostsPerNetwork,
    };
  });
}

function startOf(range: Range, { id, bodyOrdinal, ordinal }: PlacedPool): number {
  const slot = slotOf(bodyOrdinal, ordinal);
  const offset = (reverseBits(slot, slotBits) * sizeOf(range)) / 2 ** slotBits;
  if (offset % networkSize === 0 && sizeOf(range) >= networkSize) return range.first + offset;
  throw new PlanError(
    `pool ${id} has no place of its own in ${formatRange(range)}: its networks would be smaller than a ` +
      `/${networkPrefix}; give network.desks more room (a /13 holds 32 bodies of 64 pools)`,
  );
}

/** Addresses free from a start: the largest aligned block before the next start, so that one route covers it. */
function roomAt(range: Range, start: number, next: number): number {
  const aligned = 2 ** alignmentOf(start - range.first, 32 - range.prefix);
  return Math.min(aligned, 2 ** Math.floor(Math.log2(next - start)));
}
