import assert from "node:assert/strict";
import { test } from "node:test";
import { ReportStore } from "../../src/exporter/store.ts";

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

test("of a silent prober nothing is probed and all is late; its targets keep their states", () => {
  let now = 0;
  const store = new ReportStore(() => now);
  const told = { type: "kind", kind: "link", interval: 0.2, lastRun: 1000, lag: 0.001, coverage: 1 } as const;
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

test("a prober that starts anew takes back neither a verdict, nor what was shown, nor when there was a last result", () => {
  const store = new ReportStore();
  const tell = (change: object): void =>
    store.apply("hub", { type: "targets", kind: "service", records: [{ ...record, ...change }] });
  const run = (lastRun: number): void =>
    store.apply("hub", { type: "kind", kind: "service", interval: 30, lastRun, lag: 0, coverage: 1 });
  const known = () => store.record("hub", "service", "a");
  tell({ certificateEnds: 2e9, status: 200 });
  run(1000);
  tell({ up: null, since: 0, rtt: null });
  run(0);
  assert.deepEqual(known(), { ...record, certificateEnds: 2e9, status: 200 });
  assert.equal(store.kind("hub", "service")?.lastRun, 1000);
  tell({ up: null, since: 0, rtt: null, status: 503 });
  assert.deepEqual([known()?.status, known()?.certificateEnds], [503, 2e9]);
  tell({ certificateEnds: 3e9, status: 200 });
  run(900);
  assert.deepEqual([known()?.certificateEnds, store.kind("hub", "service")?.lastRun], [3e9, 900]);
  tell({ status: 200 });
  assert.equal(known()?.certificateEnds, undefined, "it shows none any more");
});
