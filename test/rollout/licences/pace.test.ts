import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { Pace, type Rate } from "../../../src/rollout/licences/pace.ts";
import { type Clock, clockOf } from "./clock.ts";

const forever = new AbortController().signal;

interface Passed {
  readonly name: number;
  readonly units: number;
  readonly at: number;
}

/** Takes units for each name, and writes down when it passed. */
function takeAll(pace: Pace, clock: Clock, units: readonly number[], passed: Passed[], first = 0): void {
  for (const [nth, count] of units.entries()) {
    void pace.take(count, forever).then(() => passed.push({ name: first + nth, units: count, at: clock.now }));
  }
}

const rates: fc.Arbitrary<Rate> = fc
  .record({ units: fc.integer({ min: 3, max: 40 }), perMs: fc.integer({ min: 5, max: 60 }), part: fc.nat(100) })
  .map(({ units, perMs, part }) => ({ units, perMs, burst: Math.max(1, Math.floor(((units - 1) * part) / 100)) }));

test("no window holds more than the quota; first come, first served; nobody waits for nothing", async () => {
  const calls = fc.array(fc.record({ gap: fc.nat(30), units: fc.nat(100), hold: fc.nat(200) }), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(rates, calls, async (rate, wanted) => {
      const clock = clockOf({ mock });
      try {
        const pace = new Pace(rate);
        const passed: Passed[] = [];
        const holds: { from: number; until: number }[] = [];
        let total = 0;
        for (const [name, { gap, units, hold }] of wanted.entries()) {
          await clock.advance(gap);
          if (hold > 180) {
            pace.hold(20);
            holds.push({ from: clock.now, until: clock.now + 20 });
          }
          const count = 1 + (units % rate.burst);
          total += count;
          takeAll(pace, clock, [count], passed, name);
          await setImmediate();
        }
        const longest = (total * rate.perMs) / (rate.units - rate.burst) + holds.length * 20 + wanted.length + 2;
        await clock.advance(Math.ceil(longest));
        assert.deepEqual(
          passed.map(({ name }) => name),
          wanted.map((_, name) => name),
        );
        for (const { at } of passed) {
          const window = passed.filter((each) => each.at >= at && each.at < at + rate.perMs);
          assert.ok(window.reduce((sum, { units }) => sum + units, 0) <= rate.units);
          assert.ok(!holds.some(({ from, until }) => at > from && at < until));
        }
      } finally {
        mock.reset();
      }
    }),
    { numRuns: 60 },
  );
});

test("a burst passes at once, and what comes then at the steady pace", async (t) => {
  const clock = clockOf(t);
  const pace = new Pace({ units: 15, perMs: 100, burst: 5 });
  const passed: Passed[] = [];
  takeAll(pace, clock, [1, 1, 1, 1, 1, 1, 1], passed);
  await setImmediate();
  await clock.advance(30);
  assert.deepEqual(
    passed.map(({ at }) => at - 1_000),
    [0, 0, 0, 0, 0, 10, 20],
  );
});

test("what is held keeps its place, and goes on at the pace", async (t) => {
  const clock = clockOf(t);
  const pace = new Pace({ units: 12, perMs: 100, burst: 2 });
  const passed: Passed[] = [];
  takeAll(
    pace,
    clock,
    Array.from({ length: 10 }, () => 1),
    passed,
  );
  await clock.advance(15);
  pace.hold(500);
  takeAll(pace, clock, [1], passed, 10);
  await clock.advance(480);
  const before = passed.length;
  assert.ok(before <= 4);
  await clock.advance(120);
  assert.deepEqual(
    passed.map(({ name }) => name),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  assert.ok(passed.slice(before).every(({ at }) => at >= 1_515));
});

test("whoever leaves takes nothing, and lets the next one pass", async (t) => {
  const clock = clockOf(t);
  const pace = new Pace({ units: 12, perMs: 100, burst: 2 });
  const passed: Passed[] = [];
  takeAll(pace, clock, [2], passed);
  const stop = new AbortController();
  const left = pace.take(2, stop.signal);
  takeAll(pace, clock, [1], passed, 1);
  await clock.advance(5);
  stop.abort(new Error("enough"));
  await assert.rejects(left, /enough/);
  assert.equal(passed.length, 1);
  await clock.advance(5);
  assert.equal(passed.length, 2);
  await assert.rejects(pace.take(1, stop.signal), /enough/);
  assert.equal(passed.length, 2);
});

test("slower for as long as a window, and what the vendor counted besides is waited for", async (t) => {
  const clock = clockOf(t);
  const pace = new Pace({ units: 11, perMs: 100, burst: 1 });
  const passed: Passed[] = [];
  pace.slow(3);
  takeAll(pace, clock, [1, 1, 1, 1, 1, 1, 1, 1], passed);
  await clock.advance(100);
  assert.equal(passed.length, 4);
  await clock.advance(50);
  assert.equal(passed.length, 8);
  await clock.advance(100);
  pace.owe(5);
  takeAll(pace, clock, [1], passed, 8);
  await clock.advance(49);
  assert.equal(passed.length, 8);
  await clock.advance(1);
  assert.equal(passed.length, 9);
});

test("refuses a pace without a flow, and more at once than its burst", async () => {
  for (const rate of [
    { units: 5, perMs: 10, burst: 5 },
    { units: 5, perMs: 10, burst: 0 },
    { units: 5, perMs: 0, burst: 1 },
    { units: Number.NaN, perMs: 10, burst: 1 },
  ]) {
    assert.throws(() => new Pace(rate), RangeError);
  }
  await assert.rejects(new Pace({ units: 5, perMs: 10, burst: 2 }).take(3, forever), RangeError);
});
