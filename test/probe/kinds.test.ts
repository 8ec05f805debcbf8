import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { falseDownsPerMonth, kindFor, missesFor, probeKinds } from "../../src/probe/kinds.ts";
import { targetKinds } from "../../src/report.ts";

test("false downs a day as published: 60 links each second, 7,000 workstations each 5 s, 1 % loss", () => {
  const perDay = (intervalMs: number, misses: number, targets: number) =>
    Number((falseDownsPerMonth({ intervalMs, misses }, targets) / 30).toPrecision(2));
  assert.deepEqual(
    [3, 4, 5].map((misses) => perDay(1000, misses, 60)),
    [5.1, 0.051, 0.00051],
  );
  assert.deepEqual(
    [3, 5].map((misses) => perDay(5000, misses, 7000)),
    [120, 0.012],
  );
});

test("no kind tells more than one false down a month in the reference fleet at 1 % loss", () => {
  const reference = { link: 60, site: 60, gateway: 2, host: 7000, service: 2 };
  for (const kind of targetKinds) {
    assert.ok(falseDownsPerMonth(probeKinds[kind], reference[kind]) < 1, kind);
  }
});

test("a gateway that fails is known before LinkDown's 2 s are over", () => {
  const worst = ({ intervalMs, timeoutMs, misses }: (typeof probeKinds)["link"]) => misses * intervalMs + timeoutMs;
  // What is missed is asked again after the interval or the time-out, whichever is longer.
  for (const { method, intervalMs, timeoutMs } of Object.values(probeKinds))
    if (method !== "icmp") assert.ok(timeoutMs <= intervalMs);
  const best = ({ intervalMs, timeoutMs, misses }: (typeof probeKinds)["link"]) =>
    (misses - 1) * intervalMs + timeoutMs;
  for (const kind of ["gateway", "site"] as const)
    assert.ok(worst(probeKinds[kind]) - best(probeKinds.link) < 2000, kind);
});

const figures = fc.record({
  intervalMs: fc.integer({ min: 100, max: 60_000 }),
  targets: fc.integer({ min: 1, max: 1_000_000 }),
  loss: fc.double({ min: 0, max: 0.5, noNaN: true }),
  allowed: fc.double({ min: 0.001, max: 100, noNaN: true }),
});

test("the misses that are picked keep to what is allowed, and one less would not", () => {
  fc.assert(
    fc.property(figures, ({ intervalMs, targets, loss, allowed }) => {
      const misses = missesFor(intervalMs, targets, { allowed, loss });
      assert.ok(falseDownsPerMonth({ intervalMs, misses }, targets, loss) <= allowed);
      if (misses > 1) assert.ok(falseDownsPerMonth({ intervalMs, misses: misses - 1 }, targets, loss) > allowed);
    }),
  );
});

const picked = [
  ["60 links each 200 ms", 200, 60, undefined, 5],
  ["7,000 hosts each 10 s", 10_000, 7000, undefined, 5],
  ["100,000 hosts each 10 s", 10_000, 100_000, undefined, 6],
  ["7,000 hosts each 10 s, on lines that lose 5 %", 10_000, 7000, 0.05, 8],
  ["no loss at all", 200, 60, 0, 1],
] as const;
for (const [what, intervalMs, targets, loss, misses] of picked) {
  test(`misses for ${what}: ${misses}`, () => {
    assert.equal(missesFor(intervalMs, targets, loss === undefined ? {} : { loss }), misses);
  });
}

test("what has no answer is refused", () => {
  assert.throws(() => missesFor(1000, 1, { loss: 1 }), { message: "loss is 1, not from 0 to below 1" });
  assert.throws(() => missesFor(1000, 1, { allowed: 0 }), { message: "allowed is 0, not above 0" });
});

test("a larger fleet raises the misses of a kind, and a small one does not lower them", () => {
  const { host } = probeKinds;
  assert.deepEqual(kindFor(host, 1), host);
  assert.deepEqual(kindFor(host, 100_000), { ...host, misses: 6 });
});
