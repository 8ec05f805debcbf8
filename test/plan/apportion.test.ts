import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { apportion } from "../../src/plan/apportion.ts";

const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }).map(BigInt), { minLength: 1, maxLength: 40 });
const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);

/** The definition: give one at a time to the highest weight / (2 × part + 1), ties to the first. */
function oneByOne(seats: number, over: readonly bigint[]): number[] {
  const parts = over.map(() => 0);
  for (let seat = 0; seat < seats; seat += 1) {
    let best = 0;
    for (const [index, weight] of over.entries()) {
      const odd = BigInt(2 * (parts[index] ?? 0) + 1);
      if (weight * BigInt(2 * (parts[best] ?? 0) + 1) > (over[best] ?? 0n) * odd) best = index;
    }
    parts[best] = (parts[best] ?? 0) + 1;
  }
  return parts;
}

const tables: readonly { of: number; over: readonly number[]; parts: readonly number[] }[] = [
  { of: 4000, over: [430, 50, 5, 15, 250, 150, 100], parts: [1720, 200, 20, 60, 1000, 600, 400] },
  { of: 7000, over: [430, 50, 5, 15, 250, 150, 100], parts: [3010, 350, 35, 105, 1750, 1050, 700] },
  { of: 1, over: [1, 1], parts: [1, 0] },
  { of: 3, over: [1, 1], parts: [2, 1] },
  { of: 7, over: [53, 24, 23], parts: [3, 2, 2] },
  { of: 0, over: [1, 2], parts: [0, 0] },
  { of: 5, over: [0, 1], parts: [0, 5] },
  { of: 5, over: [0, 0], parts: [0, 0] },
];
for (const { of, over, parts } of tables) {
  test(`${of} over ${over.join(" : ")} is ${parts.join(", ")}`, () => {
    assert.deepEqual(apportion(of, over.map(BigInt)), parts);
  });
}

test("the parts add up to the total", () => {
  fc.assert(
    fc.property(weights, fc.integer({ min: 0, max: 10_000_000 }), (over, of) => {
      const some = over.some((weight) => weight > 0n);
      assert.equal(total(apportion(of, over)), some ? of : 0);
    }),
  );
});

test("it is Webster's method: the same as giving one at a time to the highest quotient", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 50 }).map(BigInt), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 200 }),
      (over, of) => assert.deepEqual(apportion(of, over), oneByOne(of, over)),
    ),
  );
});

test("a greater total never takes from a part", () => {
  fc.assert(
    fc.property(weights, fc.nat(1_000_000), fc.nat(1_000), (over, of, more) => {
      const before = apportion(of, over);
      const after = apportion(of + more, over);
      for (const [index, part] of before.entries()) assert.ok((after[index] ?? 0) >= part);
    }),
  );
});
