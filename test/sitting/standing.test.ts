import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Preflight, State } from "../../src/sitting/checks.ts";
import { keepStanding } from "../../src/sitting/standing.ts";
import { decodeSittingsReport } from "../../src/sittings-report.ts";
import { sittings } from "./people.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-standing-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "sittings.json");
const all = sittings([{ id: "a" }, { id: "b", date: "2026-12-02" }, { id: "c", date: "2026-12-03" }]);
const ids = all.map(({ id }) => id);
const now = all[0]!.start - 3_600_000;
const found = (nth: number, state: State): Preflight => ({
  sitting: all[nth]!,
  encryption: "transport",
  state,
  due: [],
  findings: [],
  failed: state === "risk" ? 2 : 0,
});
const told = () => {
  const { sittings: entries } = decodeSittingsReport(readFileSync(file, "utf8"));
  return entries.map(({ id, state, failed }) => `${id} ${state} ${failed}`);
};

test("what was found is kept beside what is known of the others; nobody is named", async () => {
  await keepStanding(file, "small", ids, [found(1, "ok"), found(0, "risk")], now);
  assert.deepEqual(told(), ["a risk 2", "b ok 0"]);
  await keepStanding(file, "small", ids, [found(2, "unknown"), found(0, "ok")], now);
  assert.deepEqual(told(), ["a ok 0", "b ok 0", "c unknown 0"]);
  assert.doesNotMatch(readFileSync(file, "utf8"), /anna|bruno|board/i);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")).sittings[0], {
    id: "a",
    start: "2026-12-01T09:00:00.000Z",
    end: "2026-12-01T10:00:00.000Z",
    checked: "2026-12-01T08:00:00.000Z",
    state: "ok",
    failed: 0,
  });
});

test("what is over goes, and what the fleet file has no more", async () => {
  await keepStanding(file, "small", ["a", "b"], [], all[0]!.end);
  assert.deepEqual(told(), ["b ok 0"]);
});

test("another fleet's file, and one that cannot be read, are written anew", async () => {
  await keepStanding(file, "other", ids, [found(0, "ok")], now);
  assert.deepEqual(told(), ["a ok 0"]);
  writeFileSync(file, "{");
  await keepStanding(file, "other", ids, [found(1, "ok")], now);
  assert.deepEqual(told(), ["b ok 0"]);
});

test("two at once lose nothing of each other", async () => {
  await Promise.all([0, 1, 2].map((nth) => keepStanding(file, "small", ids, [found(nth, "ok")], now)));
  assert.deepEqual(told(), ["a ok 0", "b ok 0", "c ok 0"]);
});
