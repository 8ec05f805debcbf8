import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { Control } from "../doubles/azure-native/control.ts";
import { succeeded } from "../lab/world.ts";
import { type Chain, histories, type Run, standing, struckRuns, writtenAgain } from "./faults.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

const fleet = "test/testdata/azure/faults.yaml";
export const up = ["up", "--target", "azure", "--yes", "--no-publish", ...release];

/** A fleet of its own on an Azure of its own. */
export interface Place {
  readonly world: AzureWorld;
  readonly azure: Control;
  end(): Promise<void>;
}

export async function place(): Promise<Place> {
  // Every command keeps the words of those that it starts.
  const recorder = join(import.meta.dirname, "spawned.mjs");
  const world = await makeAzureWorld(fleet, { NODE_OPTIONS: `--import=${recorder}` });
  const azure = new Control(world.azure);
  return {
    world,
    azure,
    end: async () => {
      azure.close();
      await world.end();
    },
  };
}

/** Runs a command until all faults have struck, and once more; looks after each run at what is there. */
export async function strike(t: TestContext, { world, azure }: Place, calm: Place, chain: Chain): Promise<void> {
  const expected = standing(calm.azure);
  const calmly = histories(calm.azure);
  const before = standing(azure);
  for await (const run of struckRuns(world, azure, chain)) {
    t.diagnostic(`exit ${run.code}, ${azure.resources().length} there: ${run.faults.join(", ")}`);
    endedWell(run);
    forgeLock(world);
    for (const id of standing(azure).keys()) {
      assert.ok(expected.has(id) || before.has(id), `${id} is made twice, or too much`);
    }
    for (const [id, history] of histories(azure)) {
      const strikes = azure.strikes().filter((each) => each.id === id);
      const told = `${id}: ${history}, and not ${calmly.get(id)}; struck by ${strikes.map(({ kind }) => kind).join(", ")}`;
      assert.ok(calmly.get(id)?.startsWith(history), told);
    }
    assert.deepEqual(azure.orphans(), []);
  }
  succeeded(await world.deskbridge(...chain.words));
  assert.deepEqual(differences(standing(azure), expected), []);
  assert.deepEqual(differences(histories(azure), calmly), []);
  assert.deepEqual(writtenAgain(azure, calm.azure), [], "written again, though it was finished, and all of it known");
}

/** A run that was struck says in one way or another how it ended: it was killed, or stopped, or it failed. */
export function endedWell({ code, stderr, faults }: Run): void {
  const last = faults.at(-1) ?? "";
  if (last.startsWith("killed")) assert.equal(code, null, stderr);
  else if (last.startsWith("interrupted")) {
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^stopping: what has been begun is finished first/m);
    assert.match(stderr, /^stopped; run the same command again: it goes on from there$/m);
  } else assert.ok(code === 0 || code === 1, `exit ${code}\n${stderr}`);
}

/** Nothing changes, Azure is asked to write nothing, and nothing hangs about. */
export async function nothingToDo({ world, azure }: Place): Promise<void> {
  const writes = azure.log().length;
  assert.match(succeeded(await world.deskbridge(...up)).stdout, /no changes/);
  assert.equal(azure.log().length, writes);
  assert.deepEqual(azure.orphans(), []);
}

/** The lock of an engine that is gone, and whose number another process has by now: this one. The stack need not be. */
export function forgeLock({ state }: AzureWorld): void {
  const folder = join(state, ".deskbridge/state/.pulumi/locks/organization/deskbridge/azure-hub");
  mkdirSync(folder, { recursive: true });
  const lock = { pid: process.pid, username: "somebody", hostname: hostname(), timestamp: "2020-03-09T08:00:00Z" };
  writeFileSync(join(folder, "forged.json"), JSON.stringify(lock));
}

/** What differs, by id, on a line each: maps of hundreds would be unreadable. */
function differences(found: ReadonlyMap<string, unknown>, expected: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((id) => {
    const [is, shouldBe] = [JSON.stringify(found.get(id)), JSON.stringify(expected.get(id))];
    return is === shouldBe ? [] : [`${id}: ${is}, and not ${shouldBe}`];
  });
}
