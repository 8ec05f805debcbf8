import { reverseBits } from "./addresses.ts";
import type { PoolPlan } from "./types.ts";

/** An image that is pinned, and the version that is being rolled out: the tenancy file's `images` entry. */
export interface ImageRoll {
  readonly version: string;
  readonly next?:
    | {
        readonly version: string;
        /** `canary`: the first host of each pool; else the part of each pool's hosts, above 0 and at most 1. */
        readonly reached: "canary" | number;
      }
    | undefined;
}

/**
 * The image version of a pool's host. Personal desks keep the version that they were made from, so they are always made
 * from the pinned one. Pooled hosts take the next one in an order that hangs on their position alone, so that a pool
 * that grows while a roll stands still changes no host; a roll that goes on takes no host back.
 */
export function imageVersion(image: ImageRoll, pool: Pick<PoolPlan, "kind">, ordinal: number): string {
  const { version, next } = image;
  return next !== undefined && pool.kind === "pooled" && isReached(next.reached, ordinal) ? next.version : version;
}

/**
 * Whether a roll has reached the host at a position. Each position has a place of its own in 0…1: its number with the
 * bits mirrored behind the point (van der Corput's sequence), so that any part of the places is about that part of the
 * hosts, whatever their number. The first host's place is 0: it is the canary, and always in.
 */
function isReached(reached: "canary" | number, ordinal: number): boolean {
  return reached === "canary" ? ordinal === 0 : reverseBits(ordinal, placeBits) / 2 ** placeBits < reached;
}

/** No pool has more hosts (the fleet's schema). */
const placeBits = 24;
