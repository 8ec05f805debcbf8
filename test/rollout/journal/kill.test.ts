import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readJournal } from "../../../src/rollout/journal/journal.ts";
import { errorCode } from "../../../src/files.ts";
import { randomFrom } from "../../random.ts";

const rounds = 100;
const child = join(import.meta.dirname, "kill.child.ts");

const made = async (path: string): Promise<string[]> => {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  });
  return text.split("\n").filter((line) => line !== "");
};

/** What must hold at every moment, killed or not. */
async function check(journal: string, mutations: string): Promise<void> {
  const { steps } = await readJournal(journal);
  const all = await made(mutations);
  const once = new Set(all);
  assert.equal(once.size, all.length, "a mutation was made twice");
  for (const step of once) assert.ok(steps.has(step), `${step} was made without an intent`);
  for (const [step, { state }] of steps) {
    if (state === "done") assert.ok(once.has(step), `${step} is told done and was not made`);
    else assert.equal(state === "undone" && once.has(step), false, `${step} is told undone and was made`);
  }
}

test(`killed at ${rounds} random points, nothing is lost and nothing is done twice`, async (context) => {
  const seed = Date.now() % 1_000_000;
  context.diagnostic(`seed ${seed}`);
  const random = randomFrom(seed);
  const folder = await mkdtemp(join(tmpdir(), "deskbridge-kill-"));
  const journal = join(folder, "plan", "journal.jsonl");
  const mutations = join(folder, "mutations");
  const start = (last: number) =>
    spawn(process.execPath, [child, journal, mutations, String(last)], { stdio: ["ignore", "pipe", "inherit"] });
  let killed = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const process = start(1_000_000);
      const ended = once(process, "exit");
      // Most are killed at work, some while they open and probe. The point in time is what varies.
      if (random() < 0.8) await once(process.stdout, "data");
      else await wait(60 + random() * 80);
      await wait(random() * 30);
      process.kill("SIGKILL");
      const [, signal] = (await ended) as [number | null, string | null];
      assert.equal(signal, "SIGKILL");
      killed += 1;
      await check(journal, mutations);
    }
    const before = (await made(mutations)).length;
    assert.ok(before > rounds, `only ${before} mutations: the children were killed before any work`);
    const [code] = (await once(start(before + 100), "exit")) as [number | null];
    assert.equal(code, 0);
    await check(journal, mutations);
    const { steps } = await readJournal(journal);
    for (let at = 0; at < before + 100; at += 1) assert.equal(steps.get(`s${at}`)?.state, "done");
    context.diagnostic(`${killed} kills, ${before} mutations`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
