import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { QuotaKeeper, quotaOf } from "../../../src/rollout/licences/graph/quota.ts";
import { type Clock, clockOf } from "./clock.ts";

const forever = new AbortController().signal;
const rate = { units: 40, perMs: 200, burst: 20 };

/** A unit every 10 ms, once the first 20 are gone. */
async function keeperOf(t: TestContext): Promise<{ readonly clock: Clock; readonly keeper: QuotaKeeper }> {
  const clock = clockOf(t);
  const keeper = new QuotaKeeper({ writes: rate, units: { ...rate, units: 220, perMs: 2_000 } }, 500);
  await keeper.write(20, forever);
  return { clock, keeper };
}

/** How long a read, or a write, waits for its turn. */
async function waited(clock: Clock, work: Promise<void>): Promise<number> {
  const from = clock.now;
  const waiting = { isDone: false };
  void work.then(() => (waiting.isDone = true));
  await setImmediate();
  while (!waiting.isDone) await clock.advance(1);
  return clock.now - from;
}

test("the quota of a tenant goes by its size, and a part of it is left", () => {
  for (const [users, units] of [
    [1, 3_500],
    [49, 3_500],
    [50, 5_000],
    [500, 5_000],
    [501, 8_000],
    [70_000, 8_000],
  ] as const) {
    assert.ok(quotaOf(users).units.units < units && quotaOf(users).units.units > units * 0.8);
    assert.ok(quotaOf(users).writes.units < 3_000 && quotaOf(users).writes.units > 3_000 / 1.15);
  }
});

test("a write is a unit too, a read is no write", async (t) => {
  const { clock, keeper } = await keeperOf(t);
  assert.equal(await waited(clock, keeper.read(1, forever)), 10);
  assert.equal(await waited(clock, keeper.read(2, forever)), 20);
  await clock.advance(1_000);
  await keeper.read(20, forever);
  assert.equal(await waited(clock, keeper.write(3, forever)), 30);
});

const told = (used: string) => new Headers({ "x-ms-throttle-limit-percentage": used });

test("more than 0.8 of the limit used: slower, the more the slower, for as long as a window", async (t) => {
  const { clock, keeper } = await keeperOf(t);
  for (const [used, ms] of [
    ["0.8", 10],
    ["0.9", 20],
    ["1.0", 30],
    ["1.8", 110],
    ["many", 110],
  ] as const) {
    keeper.heed(told(used), undefined, 1);
    await waited(clock, keeper.read(1, forever));
    assert.equal(await waited(clock, keeper.read(1, forever)), ms);
  }
  await clock.advance(2_000);
  await keeper.read(20, forever);
  assert.equal(await waited(clock, keeper.read(1, forever)), 10);
});

test("all of the limit used: someone else writes, so writes are slower too", async (t) => {
  const clock = clockOf(t);
  const keeper = new QuotaKeeper({ writes: rate, units: { units: 20_020, perMs: 2_000, burst: 20 } }, 500);
  await keeper.write(20, forever);
  for (const [used, ms] of [
    ["0.99", 10],
    ["1.00", 20],
  ] as const) {
    keeper.heed(told(used), undefined, 1);
    await waited(clock, keeper.write(1, forever));
    assert.equal(await waited(clock, keeper.write(1, forever)), ms);
  }
});

test("what a request cost more than was thought is waited for", async (t) => {
  const { clock, keeper } = await keeperOf(t);
  keeper.heed(new Headers({ "x-ms-resource-unit": "6" }), undefined, 1);
  keeper.heed(new Headers({ "x-ms-resource-unit": "1" }), undefined, 2);
  keeper.heed(new Headers({ "x-ms-resource-unit": "40" }), undefined, undefined);
  keeper.heed(new Headers({ "x-ms-resource-unit": "many" }), undefined, 1);
  assert.equal(await waited(clock, keeper.read(1, forever)), 60);
});

test("stands still for as long as the vendor asks, and no longer than is sensible", async (t) => {
  const { clock, keeper } = await keeperOf(t);
  keeper.heed(new Headers(), 200, 1);
  assert.equal(await waited(clock, keeper.write(1, forever)), 200);
  keeper.heed(new Headers(), Number.POSITIVE_INFINITY, 1);
  assert.equal(await waited(clock, keeper.read(1, forever)), 500);
});

test("refuses a quota that holds no batch", () => {
  assert.throws(() => new QuotaKeeper({ writes: { ...rate, burst: 19 }, units: rate }, 1), RangeError);
});
