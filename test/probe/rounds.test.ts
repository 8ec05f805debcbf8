import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type Method, missed, type Outcome, unprobed } from "../../src/probe/outcome.ts";
import { jitter, Rounds, type RoundsOptions } from "../../src/probe/rounds.ts";
import { SimulatedClock } from "./simulated-clock.ts";

interface Subject {
  readonly id: string;
  readonly address?: string;
}

const pace = { intervalMs: 10_000, timeoutMs: 2000 };
const answer: Outcome = { kind: "answered", rtt: 0.001 };
const silence = missed({ kind: "timeout", stage: "connect", afterMs: pace.timeoutMs });

interface Start {
  readonly id: string;
  readonly at: number;
}

/** Rounds over a simulated clock, with all that they did. */
function world(options: Partial<RoundsOptions<Subject>> & { readonly takes?: (id: string) => number } = {}) {
  const clock = new SimulatedClock();
  const starts: Start[] = [];
  const results: { readonly id: string; readonly at: number; readonly outcome: Outcome }[] = [];
  const lates: number[] = [];
  const overlaps: string[] = [];
  const running = new Map<string, number>();
  let most = 0;
  const answering: Method<Subject> = ({ id }, { signal }) =>
    new Promise((resolve) => {
      const cancel = clock.after(options.takes?.(id) ?? 1, () => resolve(answer));
      signal.addEventListener("abort", () => {
        cancel();
        resolve(unprobed("given up"));
      });
    });
  const { method = answering, ...others } = options;
  const rounds = new Rounds<Subject>({
    pace,
    clock,
    random: () => 0.5,
    onResult: (id, at, outcome) => results.push({ id, at, outcome }),
    onStart: (late) => lates.push(late),
    ...others,
    method: async (subject, limits) => {
      starts.push({ id: subject.id, at: clock.now() });
      running.set(subject.id, (running.get(subject.id) ?? 0) + 1);
      most = Math.max(
        most,
        [...running.values()].reduce((sum, count) => sum + count, 0),
      );
      if ((running.get(subject.id) ?? 0) > 1) overlaps.push(subject.id);
      try {
        return await method(subject, limits);
      } finally {
        running.set(subject.id, (running.get(subject.id) ?? 0) - 1);
      }
    },
  });
  const mostAtOnce = () => most;
  return { clock, rounds, starts, results, lates, overlaps, mostAtOnce };
}

function subjects(count: number, from = 0): readonly Subject[] {
  return Array.from({ length: count }, (_, index) => ({ id: `t-${from + index}` }));
}

/** How many begin in each of `parts` equal parts of the time from `from` on. */
function histogram(starts: readonly Start[], from: number, ms: number, parts: number): readonly number[] {
  const counts = Array.from({ length: parts }, () => 0);
  for (const { at } of starts) {
    const part = Math.floor(((at - from) / ms) * parts);
    if (part >= 0 && part < parts) counts[part] = (counts[part] ?? 0) + 1;
  }
  return counts;
}

describe("rounds", () => {
  test("each subject is probed once an interval, and all are spread evenly over it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 100 }), async (first, more) => {
        const { clock, rounds, starts } = world();
        rounds.retarget(subjects(first));
        await clock.run(7000);
        rounds.retarget(subjects(first + more));
        await clock.run(13_000);
        const from = clock.now();
        await clock.run(pace.intervalMs);
        const count = first + more;
        const round = starts.filter(({ at }) => at > from && at <= from + pace.intervalMs);
        assert.equal(round.length, count);
        assert.equal(new Set(round.map(({ id }) => id)).size, count);
        for (const part of histogram(round, from, pace.intervalMs, 10)) {
          assert.ok(Math.abs(part - count / 10) <= 3, `${part} of ${count}`);
        }
        await rounds.stop();
      }),
      { numRuns: 30 },
    );
  });

  test("with jitter no two rounds keep the same step, and none is further off than the jitter", async () => {
    let seed = 1;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const { clock, rounds, starts } = world({ random });
    rounds.retarget(subjects(1));
    await clock.run(200_000);
    const gaps = starts.slice(1).map(({ at }, index) => at - (starts[index]?.at ?? 0));
    assert.equal(starts.length, 20);
    assert.ok(new Set(gaps).size > 10);
    for (const gap of gaps) assert.ok(Math.abs(gap - pace.intervalMs) <= jitter * pace.intervalMs + 1, `${gap}`);
    await rounds.stop();
  });

  test("a slow probe never overlaps itself, and no more run at once than may", async () => {
    const durations = fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(durations, fc.integer({ min: 1, max: 10 }), async (takes, atOnce) => {
        const { clock, rounds, starts, results, overlaps, mostAtOnce } = world({
          atOnce,
          // Longer than it takes to be given up, so that the longest ones are.
          takes: (id) => takes[Number(id.slice(2))] ?? 1,
        });
        rounds.retarget(subjects(takes.length));
        await clock.run(200_000);
        assert.deepEqual(overlaps, []);
        assert.ok(mostAtOnce() <= atOnce);
        assert.ok(starts.length - results.length <= atOnce);
        for (const { id } of subjects(takes.length))
          assert.ok(
            starts.some((start) => start.id === id),
            id,
          );
        await rounds.stop();
      }),
      { numRuns: 30 },
    );
  });

  test("a target that is silent until the time-out is probed as often as any where the time-out is the interval", async () => {
    const knock = { intervalMs: 500, timeoutMs: 500 };
    const { clock, rounds, starts, overlaps } = world({ pace: knock, takes: () => 500 });
    rounds.retarget(subjects(2));
    await clock.run(10_000);
    assert.deepEqual(overlaps, []);
    for (const { id } of subjects(2)) assert.ok(starts.filter((start) => start.id === id).length >= 19);
    await rounds.stop();
  });

  test("no target waits longer than an interval and its jitter, though a third is silent", async () => {
    const { clock, rounds, starts, lates } = world({ takes: (id) => (Number(id.slice(2)) % 3 === 0 ? 2000 : 5) });
    rounds.retarget(subjects(300));
    await clock.run(100_000);
    for (const { id } of subjects(300)) {
      const own = starts.filter((start) => start.id === id).map(({ at }) => at);
      for (const [index, at] of own.slice(1).entries()) {
        assert.ok(at - (own[index] ?? 0) <= (1 + jitter) * pace.intervalMs + 1);
      }
    }
    assert.ok(Math.max(...lates) <= 0.002, "whole milliseconds are what timers have");
    await rounds.stop();
  });

  test("new targets and removed ones do not move the others", async () => {
    const undisturbed = world();
    undisturbed.rounds.retarget(subjects(20));
    await undisturbed.clock.run(60_000);
    const disturbed = world();
    disturbed.rounds.retarget(subjects(20));
    for (let step = 0; step < 20; step += 1) {
      await disturbed.clock.run(3000);
      disturbed.rounds.retarget([...subjects(500, 1000 * step + 100), ...subjects(20)]);
    }
    const known = new Set(subjects(20).map(({ id }) => id));
    assert.deepEqual(
      disturbed.starts.filter(({ id }) => known.has(id)),
      undisturbed.starts,
    );
    await undisturbed.rounds.stop();
    await disturbed.rounds.stop();
  });

  test("a target whose address changes is probed there, and what comes from the old one is not told", async () => {
    const asked: (string | undefined)[] = [];
    const { clock, rounds, results } = world({
      method: ({ address }) => {
        asked.push(address);
        return new Promise((resolve) => clock.after(address === "old" ? 1500 : 1, () => resolve(answer)));
      },
    });
    rounds.retarget([{ id: "a", address: "old" }]);
    await clock.run(1000);
    assert.deepEqual(asked, ["old"]);
    const moved = clock.date();
    rounds.retarget([{ id: "a", address: "new" }]);
    // The old one's answer comes half a second later.
    await clock.run(3000);
    assert.deepEqual(asked, ["old", "new"]);
    assert.deepEqual(
      results.map(({ at }) => Math.round((at - moved) * 1000)),
      [1],
    );
    await rounds.stop();
  });

  test("a new subject is looked at at once, many no faster than usual, and each keeps its place in the round", async () => {
    const { clock, rounds, starts } = world();
    rounds.retarget(subjects(3));
    const start = clock.now();
    await clock.run(1000);
    assert.deepEqual(
      starts.map(({ at }) => at - start),
      [0, 100, 200],
    );
    await clock.run(59_000);
    const from = clock.now();
    rounds.retarget(subjects(1003));
    await clock.run(20_000);
    const fresh = starts.filter(({ id, at }) => at >= from && Number(id.slice(2)) >= 3);
    // The usual pace is 10 in 100 ms; the first looks come on top of the first round.
    for (const count of histogram(fresh, from, 10_000, 100)) assert.ok(count <= 10 + 10 + 3, `${count}`);
    assert.equal(new Set(fresh.filter(({ at }) => at <= from + 10_000).map(({ id }) => id)).size, 1000);
    for (const { id } of subjects(1003)) {
      const own = starts.filter((start) => start.id === id).map(({ at }) => at);
      for (const [index, at] of own.slice(1).entries())
        assert.ok(at - (own[index] ?? 0) <= (1 + jitter) * pace.intervalMs + 1, id);
    }
    await rounds.stop();
  });

  test("a date that jumps moves no probe; results bear the new date", async () => {
    const steady = world();
    const jumping = world();
    for (const { rounds } of [steady, jumping]) rounds.retarget(subjects(5));
    for (const seconds of [0, 3600, -7200, 86_400 * 365]) {
      jumping.clock.setDate(seconds);
      await steady.clock.run(10_000);
      await jumping.clock.run(10_000);
    }
    assert.deepEqual(jumping.starts, steady.starts);
    const shifts = jumping.results.map(({ at }, index) => Math.round(at - (steady.results[index]?.at ?? 0)));
    assert.deepEqual([...new Set(shifts)], [0, 3600, -3600, 86_400 * 365 - 3600]);
    for (const { rounds } of [steady, jumping]) await rounds.stop();
  });

  test("a miss that a standstill falls into is not believed, an answer is, and so are later misses", async () => {
    const method: Method<Subject> = ({ id }) =>
      new Promise((resolve) => {
        clock.after(pace.timeoutMs, () => resolve(id === "t-0" ? silence : answer));
      });
    const { clock, rounds, results } = world({ method });
    rounds.retarget([{ id: "t-0" }, { id: "t-1" }]);
    await clock.run(1000);
    clock.standStill(5000);
    await clock.run(13_000);
    const kinds = (of: string) => results.filter(({ id }) => id === of).map(({ outcome }) => outcome.kind);
    assert.deepEqual(kinds("t-0"), ["unprobed", "missed"]);
    assert.deepEqual(results[0]?.outcome, unprobed("this process stood still meanwhile"));
    assert.ok(kinds("t-1").every((kind) => kind === "answered"));
    await rounds.stop();
  });

  test("an idle pause is no standstill", async () => {
    const method: Method<Subject> = () => new Promise((resolve) => clock.after(pace.timeoutMs, () => resolve(silence)));
    const { clock, rounds, results } = world({ method });
    rounds.retarget(subjects(1));
    await clock.run(60_000);
    assert.deepEqual(new Set(results.map(({ outcome }) => outcome.kind)), new Set(["missed"]));
    await rounds.stop();
  });

  test("after a standstill those who were due catch up, at no more than twice the usual pace, and say how late", async () => {
    const { clock, rounds, starts, lates } = world();
    rounds.retarget(subjects(1000));
    await clock.run(20_000);
    assert.ok(Math.max(...lates) < 0.01);
    clock.standStill(5000);
    const from = clock.now();
    await clock.run(10_000);
    assert.ok(Math.max(...lates) >= 4.9 && Math.max(...lates) < 10);
    const after = starts.filter(({ at }) => at >= from);
    assert.equal(new Set(after.map(({ id }) => id)).size, 1000);
    // The usual pace is 10 in 100 ms; those who catch up come on top of those who are due.
    for (const count of histogram(after, from, 10_000, 100)) assert.ok(count <= 10 + 20 + 6, `${count}`);
    await rounds.stop();
  });

  test("a probe that throws, and one that never comes back, are no misses; both are asked again", async () => {
    const method: Method<Subject> = ({ id }, { signal }) =>
      id === "t-0"
        ? Promise.reject(new Error("a defect"))
        : new Promise((resolve) => signal.addEventListener("abort", () => resolve(answer)));
    const { clock, rounds, starts, results, overlaps } = world({ method });
    rounds.retarget(subjects(2));
    await clock.run(60_000);
    assert.deepEqual(
      new Set(results.map(({ outcome }) => JSON.stringify(outcome))),
      new Set(['{"kind":"unprobed","why":"a defect"}', '{"kind":"unprobed","why":"the probe did not come back"}']),
    );
    assert.deepEqual(overlaps, []);
    for (const { id } of subjects(2)) assert.ok(starts.filter((start) => start.id === id).length >= 4, id);
    await rounds.stop();
  });

  test("stopped, it ends what is under way, tells nothing more and leaves no timer", async () => {
    const { clock, rounds, starts, results } = world({ takes: () => 1500 });
    rounds.retarget(subjects(100));
    await clock.run(5000);
    assert.ok(starts.length > results.length);
    const told = results.length;
    await rounds.stop();
    await clock.run(30_000);
    assert.deepEqual([results.length, clock.pending], [told, 0]);
  });
});
