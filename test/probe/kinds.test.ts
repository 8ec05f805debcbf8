import assert from "node:assert/strict";
import { test } from "node:test";
import { falseDownsPerMonth, probeKinds } from "../../src/probe/kinds.ts";
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
  const reference = { link: 60, site: 60, gateway: 2, host: 7000 };
  for (const kind of targetKinds) {
    assert.ok(falseDownsPerMonth(probeKinds[kind], reference[kind]) < 1, kind);
  }
});

test("a gateway that fails is known before LinkDown's 2 s are over", () => {
  const worst = ({ intervalMs, timeoutMs, misses }: (typeof probeKinds)["link"]) => misses * intervalMs + timeoutMs;
  const best = ({ intervalMs, timeoutMs, misses }: (typeof probeKinds)["link"]) =>
    (misses - 1) * intervalMs + timeoutMs;
  for (const kind of ["gateway", "site"] as const)
    assert.ok(worst(probeKinds[kind]) - best(probeKinds.link) < 2000, kind);
});
