import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { deltaOf, type Person } from "../../../src/rollout/delta.ts";
import { JournalReadError } from "../../../src/rollout/journal/errors.ts";
import { seatFigures } from "../../../src/rollout/watch/figures.ts";
import { NewestRollout } from "../../../src/rollout/watch/newest.ts";
import { changeReport } from "../../../src/rollout/watch/report-file.ts";
import { decodeSeatsReport, encodeSeatsReport, SeatsReportError } from "../../../src/seats-report.ts";
import { at, intent, outcome, run, wave } from "../journal/samples.ts";
import { made, writing } from "./made.ts";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "deskbridge-seats-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const report = () => decodeSeatsReport(readFileSync(join(folder, "report.json"), "utf8"));
const person = (account: string, body: string): Person => ({
  person: account.toUpperCase(),
  account,
  body,
  desk: undefined,
  groups: [],
});

/** Anna has a seat, Bruno gets one, Carla waits for the vendor, Dario for his body; one seat is a stranger's. */
const people = [person("anna", "north"), person("bruno", "north"), person("carla", "north"), person("dario", "south")];
const vendor = { total: 3, used: 2 };
const delta = deltaOf(
  {
    people,
    quotas: new Map([
      ["north", 9],
      ["south", 0],
    ]),
    untouchable: new Set(),
    idleBefore: at,
    newcomers: new Set(),
  },
  { seats: vendor, holders: [{ account: "anna" }, { account: "eve" }], busy: new Set() },
);
const seats = seatFigures(delta, vendor, at, undefined);

test("seats are counted by body, and who waits by why; nobody is named", () => {
  assert.deepEqual(seats, {
    at,
    total: 3,
    used: 2,
    expires: null,
    strangers: 1,
    bodies: [
      { body: "north", total: 9, used: 1, reserved: 1, waiting: { quota: 0, vendor: 1 } },
      { body: "south", total: 0, used: 0, reserved: 0, waiting: { quota: 1, vendor: 0 } },
    ],
  });
  assert.doesNotMatch(JSON.stringify(seats), /anna|bruno|carla|dario|eve/i);
});

test("the newest roll-out is followed from its plan to its end, and its successor after it", async () => {
  const newest = new NewestRollout(folder);
  assert.equal(await newest.look(), null);
  const first = await made(folder, [["a", "b"], ["c"]]);
  const waiting = { name: first.name, began: null, progress: null, soakSeconds: 60 };
  assert.deepEqual(await newest.look(), {
    ...waiting,
    state: "not begun",
    waves: [
      { wave: 1, people: { waiting: 2 }, steps: {} },
      { wave: 2, people: { waiting: 1 }, steps: {} },
    ],
  });
  const later = "2026-11-27T21:00:00.000Z";
  await writing(first, run("r1"), wave(1, ["a", "b"]), intent("a"), outcome("a"), intent("b"), outcome("b", "failed"));
  const open = await newest.look();
  assert.deepEqual([open?.state, open?.began, open?.progress], ["open", at, at]);
  assert.deepEqual(open?.waves[0], { wave: 1, people: { done: 1, failed: 1 }, steps: { done: 1, failed: 1 } });
  await writing(first, { kind: "end", at: later, how: "failed", why: "too many" });
  assert.deepEqual([(await newest.look())?.state, (await newest.look())?.progress], ["failed", later]);
  // What failed is tried again: who came through counts as such, and no count of steps has fallen.
  await writing(first, run("r2", true), intent("b"), outcome("b"));
  assert.deepEqual((await newest.look())?.waves[0], { wave: 1, people: { done: 2 }, steps: { done: 2, failed: 1 } });
  const second = await made(folder, [["d"]]);
  assert.deepEqual([(await newest.look())?.name, (await newest.look())?.state], [second.name, "not begun"]);
});

test("a damaged journal is refused at each look, and read again when it is whole", async () => {
  const rollout = await made(folder, [["a"]]);
  await writing(rollout, run("r1"), wave(1, ["a"]), intent("a"));
  const whole = readFileSync(rollout.journalFile, "utf8");
  const newest = new NewestRollout(folder);
  writeFileSync(rollout.journalFile, whole.replace("anna", "mara"));
  for (const _ of [1, 2]) await assert.rejects(newest.look(), JournalReadError);
  writeFileSync(rollout.journalFile, whole);
  assert.deepEqual((await newest.look())?.waves[0]?.people, { "in-flight": 1 });
});

test("each writer brings its part of the report, and leaves the others'", async () => {
  const file = join(folder, "report.json");
  await changeReport(file, undefined, { rollout: null, faults: { rollout: "damaged" } });
  assert.deepEqual([report().provider, report().seats, report().faults], ["unknown", null, { rollout: "damaged" }]);
  await changeReport(file, "zoom", { seats });
  await changeReport(file, undefined, { at, faults: { seats: "zoom does not answer" } });
  assert.deepEqual(report(), {
    version: 1,
    at,
    provider: "zoom",
    seats,
    rollout: null,
    faults: { rollout: "damaged", seats: "zoom does not answer" },
  });
  await changeReport(file, "zoom", { faults: { seats: undefined } });
  assert.deepEqual([report().seats, report().faults], [seats, { rollout: "damaged" }]);
  await changeReport(file, "webex", {});
  assert.equal(report().seats, null, "another vendor's figures go");
  assert.equal(statSync(file).mode & 0o777, 0o644);
});

test("a report that cannot be read is begun anew; one that cannot be replaced is an error", async () => {
  const file = join(folder, "report.json");
  writeFileSync(file, "{}");
  await changeReport(file, "zoom", { seats });
  assert.equal(report().seats?.total, 3);
  rmSync(file);
  mkdirSync(file);
  await assert.rejects(changeReport(file, "zoom", { seats }), /EISDIR/);
});

test("what is no report of this version is refused, and not quoted", () => {
  const good = {
    version: 1 as const,
    at,
    provider: "zoom",
    seats,
    rollout: null,
    faults: {},
  };
  assert.deepEqual(decodeSeatsReport(encodeSeatsReport(good)), good);
  const wrong: readonly [string, RegExp][] = [
    ["anna@", /not JSON/],
    [JSON.stringify({ ...good, version: 2 }), /version 1: see version$/],
    [JSON.stringify({ ...good, accounts: ["anna"] }), /see its keys$/],
    [JSON.stringify({ ...good, seats: { ...seats, used: -1 } }), /see seats\.used$/],
  ];
  for (const [text, message] of wrong) {
    assert.throws(
      () => decodeSeatsReport(text),
      (error: Error) => error instanceof SeatsReportError && message.test(error.message) && !/anna/.test(error.message),
    );
  }
});
