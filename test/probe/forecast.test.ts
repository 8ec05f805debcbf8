import assert from "node:assert/strict";
import { test } from "node:test";
import { forecast } from "../../src/probe/forecast.ts";
import { plan } from "../../src/plan/plan.ts";
import { reference } from "../plan/fleet.ts";

test("the reference fleet's watch keeps to one false down a kind and month", () => {
  const made = plan(reference());
  const told = forecast(made);
  assert.deepEqual(
    told.map(({ kind, targets }) => [kind, targets]).filter(([kind]) => kind === "host"),
    [["host", made.hosts]],
  );
  for (const { kind, falseDownsPerMonth } of told) assert.ok(falseDownsPerMonth <= 1, kind);
});

test("more hosts need more misses in a row, and are known down later", () => {
  const large = { ...plan(reference()), hosts: 1_000_000 };
  const host = forecast(large).find(({ kind }) => kind === "host");
  assert.deepEqual([host?.misses, host?.downWithin, host?.falseDownsPerMonth], [6, 62, 0.26]);
});
