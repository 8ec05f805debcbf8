import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { increaseOf, joined, quantileOf, ratioOf, standstills, zeros } from "../../src/link/counts.ts";

test("a counter that began anew counts what it had by then", () => {
  assert.equal(
    increaseOf([
      [0, 100],
      [15, 130],
      [30, 20],
      [45, 25],
    ]),
    30 + 20 + 5,
  );
  assert.equal(increaseOf([[0, 100]]), 0);
});

test("stretches in which a counter stood still, joined", () => {
  assert.deepEqual(
    standstills([
      [0, 1],
      [15, 1],
      [30, 1],
      [45, 2],
      [60, 0],
      [75, 0],
    ]),
    [
      { from: 0, until: 30 },
      { from: 45, until: 75 },
    ],
  );
  assert.deepEqual(
    zeros([
      [0, 1],
      [15, 0],
      [30, 0],
      [45, 1],
    ]),
    [{ from: 15, until: 45 }],
  );
});

test("joined periods are in order, apart, and cover the same", () => {
  const anyPeriod = fc.tuple(fc.nat(60), fc.nat(8)).map(([from, length]) => ({ from, until: from + length }));
  fc.assert(
    fc.property(fc.array(anyPeriod), (periods) => {
      const whole = joined(periods);
      for (const [index, { from }] of whole.entries()) assert.ok(from > (whole[index - 1]?.until ?? -1));
      for (let at = 0; at < 70; at += 1) {
        const covers = ({ from, until }: { from: number; until: number }) => from <= at && at < until;
        assert.equal(whole.some(covers), periods.some(covers));
      }
    }),
  );
});

test("Wilson's interval, by figures of a table", () => {
  const rounded = (hits: number, trials: number) => {
    const ratio = ratioOf(hits, trials);
    return [ratio?.low.toFixed(4), ratio?.high.toFixed(4)];
  };
  // Newcombe (1998), table I, method 3.
  assert.deepEqual(rounded(81, 263), ["0.2553", "0.3662"]);
  assert.deepEqual(rounded(15, 148), ["0.0624", "0.1605"]);
  assert.deepEqual(rounded(0, 20), ["0.0000", "0.1611"]);
  assert.deepEqual(rounded(1, 29), ["0.0061", "0.1718"]);
  assert.equal(ratioOf(0, 0), undefined);
});

test("the interval holds the ratio, and lies in 0 to 1", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e7 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, part) => {
      const { value, low, high } = ratioOf(Math.round(part * trials), trials) ?? { value: 2, low: 1, high: 0 };
      assert.ok(low >= 0 && low <= value && value <= high && high <= 1, JSON.stringify({ value, low, high }));
    }),
  );
});

test("a quantile lies in its bucket", () => {
  const buckets = [
    { bound: 0.01, count: 10 },
    { bound: 0.02, count: 30 },
    { bound: Number.POSITIVE_INFINITY, count: 40 },
  ];
  assert.deepEqual(quantileOf(buckets, 0.5), { estimate: 0.015, above: 0.01, atMost: 0.02 });
  assert.deepEqual(quantileOf(buckets, 0.95), { estimate: undefined, above: 0.02, atMost: Number.POSITIVE_INFINITY });
  assert.equal(
    quantileOf(
      buckets.map((bucket) => ({ ...bucket, count: 0 })),
      0.5,
    ),
    undefined,
  );
  assert.equal(quantileOf([], 0.5), undefined);
});
