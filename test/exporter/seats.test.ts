import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { encodeSeatsReport, type SeatsReport } from "../../src/seats-report.ts";
import { folder, get, notes, start, value } from "./world.ts";

const at = "2026-11-27T20:00:00.000Z";
const moment = Date.parse(at);
const report: SeatsReport = {
  version: 1,
  at: "2026-11-27T20:04:00.000Z",
  provider: "graph",
  seats: {
    at,
    total: 100,
    used: 60,
    expires: "2027-01-01T00:00:00.000Z",
    strangers: 4,
    bodies: [
      { body: "comune", total: 50, used: 40, reserved: 3, waiting: { quota: 2, vendor: 0 } },
      { body: "regione", total: 70, used: 16, reserved: 0, waiting: { quota: 0, vendor: 5 } },
    ],
  },
  rollout: {
    name: "2026-11-27-1",
    state: "open",
    began: at,
    progress: at,
    soakSeconds: 60,
    waves: [
      { wave: 1, people: { done: 2, failed: 1 }, steps: { done: 6, failed: 1 } },
      { wave: 2, people: { waiting: 9 }, steps: {} },
    ],
  },
  faults: {},
};
const file = () => join(folder, "seats-report.json");
const write = (change: Partial<SeatsReport>): void => {
  writeFileSync(`${file()}.new`, encodeSeatsReport({ ...report, ...change }));
  renameSync(`${file()}.new`, file());
};
const success = () => value('deskbridge_collector_success{collector="seats"}');
const age = (scope: string) => value(`deskbridge_collector_data_age_seconds{collector="seats",scope="${scope}"}`);
const used = (body: string) => value(`deskbridge_licence_seats_used{provider="graph",body="${body}"}`);
const startAt = (ms: number) => start({ seatsReport: file(), now: () => ms });

test("seats by body, the vendor's whole, who waits and why, and the newest roll-out by wave", async () => {
  write({});
  await startAt(moment + 300_000);
  const expected = {
    'licence_seats_used{provider="graph",body=""}': 60,
    'licence_seats_used{provider="graph",body="comune"}': 40,
    'licence_seats_total{provider="graph",body=""}': 100,
    'licence_seats_total{provider="graph",body="regione"}': 70,
    'licence_seats_reserved{provider="graph",body="comune"}': 3,
    'licence_seats_strangers{provider="graph"}': 4,
    'licence_people_waiting{provider="graph",body="comune",why="quota"}': 2,
    'licence_people_waiting{provider="graph",body="regione",why="vendor"}': 5,
    'licence_people_waiting{provider="graph",body="regione",why="quota"}': 0,
    'licence_expiry_timestamp_seconds{provider="graph",body=""}': Date.parse("2027-01-01T00:00:00Z") / 1000,
    'rollout_state{run="2026-11-27-1",state="open"}': 1,
    'rollout_state{run="2026-11-27-1",state="failed"}': 0,
    'rollout_hosts{run="2026-11-27-1",wave="1",state="failed"}': 1,
    'rollout_hosts{run="2026-11-27-1",wave="2",state="waiting"}': 9,
    'rollout_hosts{run="2026-11-27-1",wave="2",state="done"}': 0,
    'rollout_steps_total{run="2026-11-27-1",wave="1",state="done"}': 6,
    'rollout_steps_total{run="2026-11-27-1",wave="2",state="failed"}': 0,
    'rollout_start_timestamp_seconds{run="2026-11-27-1"}': moment / 1000,
    'rollout_progress_timestamp_seconds{run="2026-11-27-1"}': moment / 1000,
    'rollout_soak_seconds{run="2026-11-27-1"}': 60,
  };
  for (const [series, figure] of Object.entries(expected)) {
    assert.equal(await value(`deskbridge_${series}`), figure, series);
  }
  assert.deepEqual([await success(), await age("vendor"), await age("roll-out")], [1, 300, 60]);
});

test("no file is no error and no series; neither is an exporter that was named none", async () => {
  await startAt(moment);
  const { text } = await get("/metrics");
  assert.doesNotMatch(text, /^deskbridge_(licence|rollout)_.*\{/m);
  assert.equal(await success(), 1);
  write({});
  assert.equal(await used(""), 60, "it is read as soon as it is there");
  rmSync(file());
  assert.equal(await used(""), undefined);
});

test("without --seats nothing is collected", async () => {
  await start();
  assert.equal(await success(), undefined);
});

test("a vendor that never answered, and no roll-out yet: only what is known", async () => {
  write({ seats: null, rollout: null, faults: { seats: "graph does not answer" } });
  await startAt(moment + 300_000);
  assert.deepEqual([await success(), await age("vendor"), await age("roll-out")], [0, undefined, 60]);
  assert.doesNotMatch((await get("/metrics")).text, /^deskbridge_(licence|rollout)_.*\{/m);
});

test("what failed is told, and the last figures stay, until they are six hours old", async () => {
  write({ faults: { seats: "graph does not answer" } });
  await startAt(moment + 300_000);
  assert.deepEqual([await success(), await used("comune")], [0, 40]);
  assert.deepEqual(
    notes.filter((each) => each.includes("seats")),
    ["collector seats: vendor: graph does not answer"],
  );
});

test("figures that nobody renewed for more than six hours are not served, their age is", async () => {
  write({});
  // The vendor's are a minute too old, the roll-out's have three minutes left.
  await startAt(moment + 6 * 3_600_000 + 60_000);
  assert.deepEqual([await success(), await used("comune"), await age("vendor")], [0, undefined, 21_660]);
  assert.equal(await value('deskbridge_rollout_state{run="2026-11-27-1",state="open"}'), 1);
});

test("a file that is no report fails the collector alone, and is not quoted", async () => {
  writeFileSync(file(), '{"accounts":["anna@example.org"]}');
  await startAt(moment);
  assert.deepEqual([await success(), await value('deskbridge_collector_success{collector="links"}')], [0, 1]);
  assert.doesNotMatch(notes.join("\n"), /anna/);
});
