import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Control } from "../doubles/azure-native/control.ts";
import { ended, succeeded } from "../lab/world.ts";
import {
  histories,
  randomFrom,
  type Run,
  shuffled,
  standing,
  stateFiles,
  struckRuns,
  twiceEach,
  writtenAgain,
} from "./faults.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

const seed = Number(process.env["DESKBRIDGE_FAULTS_SEED"] ?? randomInt(2 ** 32));
const fleet = "test/testdata/azure/faults.yaml";
const up = ["up", "--target", "azure", "--yes", "--no-publish", ...release];

/**
 * Real commands, the real engine, and the double in Azure's place. One fleet comes up undisturbed, and says what must be
 * there; another is struck.
 */
describe(`faults in Azure (DESKBRIDGE_FAULTS_SEED=${seed} repeats them)`, () => {
  const random = randomFrom(seed);
  let calm: AzureWorld;
  let calmAzure: Control;
  let world: AzureWorld;
  let azure: Control;

  before(async () => {
    calm = makeAzureWorld(fleet);
    calmAzure = new Control(calm.azure);
    world = makeAzureWorld(fleet);
    azure = new Control(world.azure);
    succeeded(await calm.deskbridge(...up));
  });
  after(() => {
    for (const each of [calmAzure, azure]) each.close();
    for (const each of [calm, world]) each.end();
  });

  test("20 faults, one after the other, from nothing: each up goes on where the last one ended", async (t) => {
    const expected = standing(calmAzure);
    const calmly = histories(calmAzure);
    const kinds = shuffled(twiceEach, random);
    const chain = { kinds, random, writes: calmAzure.log().length, words: [...up, "--tries", "1"] };
    for await (const run of struckRuns(world, azure, chain)) {
      t.diagnostic(`exit ${run.code}, ${azure.resources().length} there: ${run.faults.join(", ")}`);
      endedWell(run);
      forgeLock(world);
      for (const id of standing(azure).keys()) assert.ok(expected.has(id), `${id} is made twice, or too much`);
      for (const [id, history] of histories(azure)) assert.equal(history, calmly.get(id), id);
      assert.deepEqual(azure.orphans(), []);
    }
    succeeded(await world.deskbridge(...up));
    assert.deepEqual(standing(azure), expected);
    assert.deepEqual(histories(azure), calmly);
    assert.deepEqual(writtenAgain(azure, calmAzure), []);
    await nothingToDo(world, azure);
  });

  test("no state that was written on the way shows a secret", async () => {
    await noSecretShown(world);
  });
});

/** A run that was struck says in one way or another that it did not end: it was killed, or stopped, or it failed. */
function endedWell({ code, stderr, faults }: Run): void {
  const last = faults.at(-1) ?? "";
  if (last.startsWith("killed")) assert.equal(code, null, stderr);
  else if (last.startsWith("interrupted")) {
    assert.equal(code, 130, stderr);
    assert.match(stderr, /^stopped; run the same command again: it goes on from there$/m);
  } else assert.ok(code === 0 || code === 1, `exit ${code}\n${stderr}`);
}

/** Nothing changes, Azure is asked to write nothing, and no stack has anything left open. */
async function nothingToDo(world: AzureWorld, azure: Control): Promise<void> {
  const writes = azure.log().length;
  assert.match(succeeded(await world.deskbridge(...up)).stdout, /no changes/);
  assert.equal(azure.log().length, writes);
  assert.deepEqual(azure.orphans(), []);
}

/** The lock of an engine that is gone, and whose number another process has by now: this one. */
function forgeLock(world: AzureWorld): void {
  const folder = join(world.state, ".deskbridge/state/.pulumi/locks/organization/deskbridge/azure-hub");
  mkdirSync(folder, { recursive: true });
  const lock = { pid: process.pid, username: "somebody", hostname: hostname(), timestamp: "2020-03-09T08:00:00Z" };
  writeFileSync(join(folder, "forged.json"), JSON.stringify(lock));
}

async function noSecretShown(world: AzureWorld): Promise<void> {
  const secrets: string[] = ["https://pages.example.org/"];
  for (const [stack, key] of [
    ["azure-hub", "linkKeys"],
    ["azure-comune-office-1", "hostSecret"],
  ] as const) {
    const words = ["config", "get", `deskbridge:${key}`, "--stack", stack];
    const value = succeeded(await ended(await world.pulumi(...words))).stdout.trim();
    secrets.push(...(value.startsWith("{") ? Object.values(JSON.parse(value) as Record<string, string>) : [value]));
  }
  const files = stateFiles(world);
  assert.ok(files.length > 20);
  for (const { name, text } of files) {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${name} shows a secret`);
    assert.doesNotMatch(text, /"(?:adminPassword|RegistrationInfoToken)":\s*"|"plaintext"/, name);
  }
}
