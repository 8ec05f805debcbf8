import type { Period } from "./period.ts";
import type { Point } from "./spans.ts";

/** By how much a counter grew; where it fell it began anew, and what it had by then counts. */
export function increaseOf(points: readonly Point[]): number {
  return stepsOf(points).reduce((sum, { grown }) => sum + grown, 0);
}

/** Stretches between samples in which a counter that always grows stood still: nobody counted. In order, joined. */
export function standstills(points: readonly Point[]): readonly Period[] {
  return joined(stepsOf(points).filter(({ grown }) => grown === 0));
}

/** Stretches that begin with a sample of 0, up to the next sample. In order, joined. */
export function zeros(points: readonly Point[]): readonly Period[] {
  const stretches = points.map(([from, value], index) => ({ from, value, until: points[index + 1]?.[0] ?? from }));
  return joined(stretches.filter(({ value }) => value === 0));
}

/** Periods in any order as periods in order that neither overlap nor touch. */
export function joined(periods: readonly Period[]): readonly Period[] {
  const whole: Period[] = [];
  for (const { from, until } of periods.toSorted((one, other) => one.from - other.from)) {
    const last = whole.at(-1);
    if (last !== undefined && from <= last.until) {
      whole[whole.length - 1] = { from: last.from, until: Math.max(last.until, until) };
    } else if (until > from) whole.push({ from, until });
  }
  return whole;
}

function stepsOf(points: readonly Point[]): readonly (Period & { readonly grown: number })[] {
  return points.slice(1).map(([until, value], index) => {
    const [from, before] = points[index] ?? [until, value];
    return { from, until, grown: value < before ? value : value - before };
  });
}

/** A part of a whole, and between what it is with 95 % confidence. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval: sound for few trials and for parts near 0, as loss is. */
export function ratioOf(hits: number, trials: number): Ratio | undefined {
  if (trials <= 0) return undefined;
  const z = 1.959_964;
  const value = hits / trials;
  const spread = z ** 2 / trials;
  const middle = (value + spread / 2) / (1 + spread);
  const half = (z / (1 + spread)) * Math.sqrt((value * (1 - value)) / trials + spread / (4 * trials));
  return { value, low: Math.max(0, Math.min(value, middle - half)), high: Math.min(1, Math.max(value, middle + half)) };
}

/** A histogram's bucket: how many observations were at most `bound`, that of the bucket before included. */
export interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** A quantile as a histogram gives it: somewhere in a bucket. */
export interface Quantile {
  /** Undefined above the last bound. */
  readonly estimate: number | undefined;
  readonly above: number;
  readonly atMost: number;
}

/** Buckets by ascending bound, the last one infinite. Undefined where nothing was observed. */
export function quantileOf(buckets: readonly Bucket[], part: number): Quantile | undefined {
  const rank = part * (buckets.at(-1)?.count ?? 0);
  const index = buckets.findIndex(({ count }) => count >= rank && count > 0);
  const found = buckets[index];
  if (found === undefined) return undefined;
  const before = buckets[index - 1] ?? { bound: 0, count: 0 };
  const { bound, count } = found;
  const estimate = before.bound + ((bound - before.bound) * (rank - before.count)) / (count - before.count);
  return { estimate: Number.isFinite(bound) ? estimate : undefined, above: before.bound, atMost: bound };
}
