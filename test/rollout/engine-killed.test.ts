import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { readJournal } from "../../src/rollout/journal/journal.ts";
import { randomFrom } from "../random.ts";
import { Desks } from "./desks.ts";

const child = join(import.meta.dirname, "engine.child.ts");
/** Of kills of a run at work; those that came too late are not counted. */
const kills = 100;
const seed = Number(process.env["DESKBRIDGE_KILL_SEED"] ?? Date.now() % 1_000_000);

test(`killed ${kills} times at random (DESKBRIDGE_KILL_SEED=${seed}): every desk is done once`, async (context) => {
  const random = randomFrom(seed);
  let [killed, changes, rounds] = [0, 0, 0];
  while (killed < kills) {
    rounds += 1;
    const folder = mkdtempSync(join(tmpdir(), "deskbridge-killed-"));
    const desks = new Desks(folder);
    const start = (count: number) =>
      spawn(process.execPath, [child, folder, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      // One roll-out is killed ten times, and then comes to its end.
      for (let nth = 0; nth < 10; nth += 1) {
        const run = start(200);
        const ended = once(run, "exit");
        await once(run.stdout, "data");
        await wait(random() * 60);
        run.kill("SIGKILL");
        const [, signal] = (await ended) as [number | null, string | null];
        if (signal === "SIGKILL") killed += 1;
        const made = desks.made();
        assert.equal(new Set(made).size, made.length, "a change was made twice");
        const { steps } = await readJournal(`${folder}/journal.jsonl`);
        for (const line of made) assert.ok(steps.has(line), `${line} was made without an intent`);
      }
      const [code] = (await once(start(200), "exit")) as [number | null];
      assert.equal(code, 0);
      assert.equal(desks.made().length, 400);
      assert.equal(new Set(desks.made()).size, 400);
      const { steps } = await readJournal(`${folder}/journal.jsonl`);
      assert.ok([...steps.values()].every(({ state }) => state === "done" || state === "unchanged"));
      changes += 400;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  context.diagnostic(`${killed} kills in ${rounds} roll-outs, ${changes} changes, each once`);
});
