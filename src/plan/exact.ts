/**
 * Exact arithmetic on the fleet's ratios (shares, concurrency), which are read as whole billionths. Floating point
 * would make 1,750 × 0.7 a little more than 1,225 and round one person too many.
 */

export const billion = 1_000_000_000n;

/** A ratio in billionths: 0.85 → 850,000,000n. */
export function billionths(ratio: number): bigint {
  return BigInt(Math.round(ratio * 1e9));
}

/** Part of a count, in billionths of one: what concurrent people are summed in before rounding. */
export function partOf(count: number, ratio: number): bigint {
  return BigInt(count) * billionths(ratio);
}

/** Billionths rounded up to whole ones. */
export function wholeUp(value: bigint): number {
  return Number((value + billion - 1n) / billion);
}
