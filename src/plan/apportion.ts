/**
 * Splits a total over weights by Webster's method (Sainte-Laguë), which never takes from one when the total grows
 * (house-monotone): a stage that grows adds desks and moves none. Ties go to the earlier in file order.
 *
 * Starts where every part surely is, at round-half-down(share × (total − n/2)), which never adds up to more than the
 * total, and gives the rest to the highest quotients weight / (2 × part + 1). The rest is at most n, and no part gets
 * more than n × share + 1 of it, so the candidates are O(n) and the whole is O(n log n) whatever the total.
 */
export function apportion(total: number, weights: readonly bigint[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0n);
  if (sum === 0n || total === 0) return weights.map(() => 0);
  const n = BigInt(weights.length);
  const sureHalves = 2n * BigInt(total) - n;
  const parts = weights.map((weight) => (sureHalves <= 0n ? 0n : roundHalfDown(weight * sureHalves, 2n * sum)));
  const rest = total - Number(parts.reduce((all, part) => all + part, 0n));
  const candidates = weights.flatMap((weight, index) => {
    if (weight === 0n) return [];
    const most = Number((n * weight) / sum) + 2;
    const start = parts[index] ?? 0n;
    return Array.from({ length: most }, (_, step) => ({
      index,
      weight,
      odd: 2n * (start + BigInt(step)) + 1n,
    }));
  });
  candidates.sort((a, b) => compare(b.weight * a.odd, a.weight * b.odd) || a.index - b.index);
  const result = parts.map(Number);
  for (const { index } of candidates.slice(0, rest)) result[index] = (result[index] ?? 0) + 1;
  return result;
}

/** Rounds a fraction of non-negative numbers to the nearest whole, halves down. */
function roundHalfDown(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  return 2n * (numerator % denominator) > denominator ? whole + 1n : whole;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
