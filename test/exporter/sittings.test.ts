import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, get, start, tellAll, value, writeInventory, fleet } from "./world.ts";

const moment = Date.parse("2026-11-27T08:00:00.000Z");
const file = () => join(folder, "sittings.json");
const sitting = (id: string, end: string, state: string, failed: number) => ({
  id,
  start: "2026-11-27T09:00:00.000Z",
  end,
  checked: "2026-11-27T07:55:00.000Z",
  state,
  failed,
});

async function serving(): Promise<void> {
  writeInventory(fleet);
  await start({ sittingsReport: file(), now: () => moment });
  await tellAll();
}

test("when each sitting begins, how it stood and when that was looked at; those that are over are not told", async () => {
  const sittings = [
    sitting("giunta", "2026-11-27T10:00:00.000Z", "risk", 2),
    sitting("consiglio", "2026-11-27T07:59:59.000Z", "ok", 0),
  ];
  writeFileSync(file(), JSON.stringify({ version: 1, fleet: "f", sittings }));
  await serving();
  for (const [series, is] of [
    ['sitting_start_timestamp_seconds{sitting="giunta"}', moment / 1000 + 3600],
    ['sitting_checked_timestamp_seconds{sitting="giunta"}', moment / 1000 - 300],
    ['sitting_state{sitting="giunta",state="risk"}', 1],
    ['sitting_state{sitting="giunta",state="ok"}', 0],
    ['sitting_checks_failed{sitting="giunta"}', 2],
    ['sitting_start_timestamp_seconds{sitting="consiglio"}', undefined],
  ] as const) {
    assert.equal(await value(`deskbridge_${series}`), is, series);
  }
});

test("no file is no error; a damaged one is, and nothing is made of it", async () => {
  await serving();
  const success = () => value('deskbridge_collector_success{collector="sittings"}');
  assert.equal(await success(), 1);
  for (const text of ["{", "[]", JSON.stringify({ version: 2, fleet: "f", sittings: [] })]) {
    writeFileSync(file(), text);
    assert.equal(await success(), 0, text);
    assert.doesNotMatch((await get("/metrics")).text, /deskbridge_sitting_/);
  }
});
