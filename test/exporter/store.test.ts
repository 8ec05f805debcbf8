import assert from "node:assert/strict";
import { test } from "node:test";
import { ReportStore } from "../../src/exporter/store.ts";

test("of a silent prober nothing is probed and all is late; its targets keep their states", () => {
  let now = 0;
  const store = new ReportStore(() => now);
  const told = { type: "kind", kind: "link", interval: 0.2, lastRun: 1000, lag: 0.001, coverage: 1 } as const;
  const record = {
    id: "a",
    up: 1,
    since: 1,
    attempts: 1,
    failures: 0,
    transitions: 0,
    rtt: 0.1,
    unprobed: null,
  } as const;
  store.apply("hub", { type: "targets", kind: "link", records: [record] });
  store.apply("hub", told);
  const seen = () => {
    const { lag, coverage, lastRun } = store.kind("hub", "link") ?? {};
    return [lag, coverage, lastRun];
  };
  assert.deepEqual(seen(), [0.001, 1, 1000]);
  now = 4000;
  assert.deepEqual(seen(), [0.001, 1, 1000]);
  now = 60_000;
  assert.deepEqual(seen(), [60, 0, 1000]);
  assert.equal(store.record("hub", "link", "a")?.up, 1);
  store.apply("hub", told);
  assert.deepEqual(seen(), [0.001, 1, 1000]);
});
