import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { ended, succeeded } from "../lab/world.ts";
import { kinds, randomFrom, shuffled, stateFiles } from "./faults.ts";
import { endedWell, forgeLock, nothingToDo, type Place, place, strike, up } from "./struck.ts";
import type { AzureWorld } from "./world.ts";

/** A fault ends such a run, where it does not get over it with what it finds. */
const once = [...up, "--tries", "1"];

/** Drawn once; `npm run soak` draws others. */
const seed = Number(process.env["DESKBRIDGE_FAULTS_SEED"] ?? 3050420886);
/**
 * Real commands, the real engine, and the double in Azure's place. One fleet comes up undisturbed, and says what must be
 * there and what is written for it; others are struck. Most faults follow each other in one fleet, so that there are 20
 * of them in minutes: each run goes on where the last one ended, as a user's would.
 */
describe(`faults in Azure (DESKBRIDGE_FAULTS_SEED=${seed} repeats them)`, () => {
  const random = randomFrom(seed);
  let calm: Place;
  let struck: Place;

  before(async () => {
    calm = await place();
    struck = await place();
    succeeded(await calm.world.deskbridge(...up));
  });
  after(async () => {
    await calm.end();
    await struck.end();
  });

  test("what somebody else has made under one of our names is left alone, and told", async () => {
    const { world, azure } = struck;
    const [group] = calm.azure.resources().filter(({ id }) => id.endsWith("/resourceGroups/rg-faults-hub"));
    assert.ok(group);
    azure.make(group.token, group.id, { location: "italynorth", tags: { owner: "somebody" } });
    forgeLock(world);
    const { code, stderr } = await world.deskbridge(...once);
    assert.equal(code, 1);
    assert.match(stderr, /in Azure already, and by its tags not this stack's:\n.*\/resourceGroups\/rg-faults-hub\n/);
    assert.deepEqual(azure.find(group.id)?.inputs["tags"], { owner: "somebody" });
    assert.equal(azure.find(group.id)?.generation, 1);
    azure.remove(group.id);
  });

  test("while one run is at work, a second changes nothing and says so; Ctrl-C ends the first in order", async () => {
    const { world, azure } = struck;
    const before = azure.log().length;
    const first = world.begin(...up);
    const end = ended(first);
    while (azure.log().length === before) {
      assert.equal(first.exitCode, null, "it ended before it had written anything");
      await delay(20);
    }
    // It is held fast meanwhile, so that the second meets it.
    const send = (signal: NodeJS.Signals) => process.kill(-(first.pid ?? 0), signal);
    send("SIGSTOP");
    const { code, stderr } = await world.deskbridge(...up);
    send("SIGCONT");
    send("SIGINT");
    assert.equal(code, 1);
    assert.match(stderr, /^azure-hub is being changed by \S+ on \S+ \(process \d+, since .+\); wait for it/m);
    endedWell({ ...(await end), faults: ["interrupted"] });
    const state = stateFiles(world).find(({ name }) => name === "azure-hub.json");
    assert.ok(state && state.text.includes("/resourceGroups/rg-faults-hub"));
    assert.doesNotMatch(state.text, /"pending_operations":\s*\[\s*\{/);
  });

  test("20 faults, one after the other, from nothing: nothing is doubled, nothing is lost", async (t) => {
    const all = shuffled([...kinds, ...kinds], random);
    const writes = calm.azure.log().length - struck.azure.log().length;
    await strike(t, struck, calm, { kinds: all, random, writes, words: once });
    await nothingToDo(struck);
  });

  test("where Azure will not say what a killed engine left, it is asked again", async () => {
    const { world, azure } = struck;
    const taken = azure.resources().find(({ id }) => /workspaces\/[^/]+\/providers\/.+diagnosticSettings/.test(id));
    assert.ok(taken);
    azure.remove(taken.id);
    azure.setFault({ match: taken.id, kind: "crash-after" });
    // The first look is the refresh's, the second comes before it is made; the third is for what the engine left.
    azure.setFault({ match: taken.id, kind: "429", operation: "read", at: 3, times: 4 });
    const { stderr } = succeeded(await world.deskbridge(...up, "--refresh", "--tries", "2", "--retry-seconds", "0"));
    azure.clearFaults();
    assert.match(stderr, /Code="SubscriptionRequestsThrottled".*; again in 0 s$/m);
    assert.match(stderr, /found in Azure and adopted: /);
    assert.equal(azure.find(taken.id)?.generation, 1, "it is not written a second time");
    await nothingToDo(struck);
  });

  test("no state that was written on the way shows a secret", async () => {
    await noSecretShown(struck.world);
  });
});

/** Secrets of this fleet, and the shape of those that are made of them. */
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
    // What is not renamed when it is whole may be left half written by a kill, and then stops every command.
    assert.ok(!name.endsWith(".attrs"), name);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${name} shows a secret`);
    assert.doesNotMatch(text, /"(?:adminPassword|RegistrationInfoToken)":\s*"|"plaintext"/, name);
  }
}
