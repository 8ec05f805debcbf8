import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, test } from "node:test";
import { HeartbeatFileError } from "../../../src/exporter/jobs/heartbeats.ts";
import { madeInventory } from "../../watch/inventory.ts";
import { exporter, folder, get, notes, start, value, writeInventory } from "../world.ts";

const cases = { unit: "crisis", id: "daily-cases", every: "day", by: "17:30", timezone: "Europe/Rome" } as const;
const beds = { ...cases, id: "beds" };

/** The exporter's clock. */
let now = 0;
const morning = Date.parse("2020-03-10T08:00Z");
const today = Date.parse("2020-03-10T16:30Z") / 1000;
const tomorrow = today + 86_400;

beforeEach(() => {
  now = morning;
  writeInventory(madeInventory({ jobs: [cases, beds] }));
});

const file = (): string => join(folder, "kept", "heartbeats.json");
async function startWithFile() {
  mkdirSync(join(folder, "kept"), { recursive: true });
  return start({ heartbeats: file(), now: () => now });
}
async function restart() {
  await exporter?.close();
  return startWithFile();
}
const beat = (job = "crisis/daily-cases", method = "POST") => get(`/heartbeats/${job}`, { method });
const last = (job = "daily-cases") => value(series("last_success", job));
const due = (job = "daily-cases") => value(series("deadline", job));
const series = (what: string, job: string) =>
  `deskbridge_job_${what}_timestamp_seconds{unit="crisis",job_name="${job}"}`;

describe("heartbeats of jobs", () => {
  test("every job is there before it was ever heard of, due at its next time", async () => {
    await startWithFile();
    assert.deepEqual([await last(), await due(), await last("beds")], [0, today, 0]);
  });

  test("a job that has run is due tomorrow, and no other; also after a restart", async () => {
    await startWithFile();
    now += 3_600_000;
    assert.deepEqual(await beat(), { status: 200, text: "kept\n" });
    await restart();
    assert.deepEqual([await last(), await due()], [now / 1000, tomorrow]);
    assert.deepEqual([await last("beds"), await due("beds")], [0, today]);
  });

  test("a restart after its time does not excuse a job that has not run", async () => {
    await startWithFile();
    now = morning + 12 * 3_600_000;
    await restart();
    assert.equal(await due(), today);
  });

  test("jobs that say so at the same moment are all kept", async () => {
    await startWithFile();
    const answers = await Promise.all([beat(), beat("crisis/beds"), beat(), beat("crisis/beds")]);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    await restart();
    assert.deepEqual([await last(), await last("beds")], [now / 1000, now / 1000]);
  });

  test("what cannot be written is not kept, and the job is told so", async () => {
    await startWithFile();
    await beat();
    const before = await last();
    rmSync(join(folder, "kept"), { recursive: true });
    now += 3_600_000;
    const { status, text } = await beat();
    assert.equal(status, 500);
    assert.match(text, /^not kept: ENOENT/);
    assert.equal(await last(), before);
  });

  test("a run that was told while the clock was ahead proves nothing once it is right", async () => {
    await startWithFile();
    now += 365 * 86_400_000;
    await beat();
    now = morning;
    assert.deepEqual([await last(), await due()], [0, today]);
  });

  test("a file that holds something else is put aside, and said; nothing of it is lost", async () => {
    mkdirSync(join(folder, "kept"));
    writeFileSync(file(), "half a fi");
    await startWithFile();
    const aside = readdirSync(join(folder, "kept")).filter((name) => name.includes(".unreadable-"));
    assert.equal(aside.length, 1);
    assert.equal(readFileSync(join(folder, "kept", aside[0] ?? ""), "utf8"), "half a fi");
    assert.ok(notes.some((note) => note.includes("put aside")));
    assert.equal((await beat()).status, 200);
  });

  test("a file that cannot be read stops the start, which says why", async () => {
    mkdirSync(file(), { recursive: true });
    await assert.rejects(startWithFile(), HeartbeatFileError);
  });

  for (const [what, ask, status, text] of [
    ["a job that the inventory does not name", () => beat("crisis/beers"), 404, /crisis\/daily-cases, crisis\/beds/],
    ["a job without its unit", () => beat("daily-cases"), 404, /no job "daily-cases"/],
    ["a look instead of a word", () => beat("crisis/beds", "GET"), 405, /only POST/],
  ] as const) {
    test(`${what} is refused`, async () => {
      await startWithFile();
      const answer = await ask();
      assert.equal(answer.status, status);
      assert.match(answer.text, text);
      assert.equal(await last("beds"), 0);
    });
  }

  test("without a file none are taken, and none are told", async () => {
    await start();
    const answer = await beat();
    assert.equal(answer.status, 404);
    assert.match(answer.text, /--heartbeats/);
    assert.equal((await get("/metrics")).text.includes("deskbridge_job_"), false);
  });
});
