import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { parse, stringify } from "yaml";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { ended, succeeded } from "../lab/world.ts";
import { histories, type Kind, kinds, shuffled, stateFiles } from "./faults.ts";
import { randomFrom } from "../random.ts";
import { endedWell, forgeLock, nothingToDo, type Place, place, strike, up } from "./struck.ts";
import type { AzureWorld } from "./world.ts";

/** A fault ends such a run, where it does not get over it with what it finds. */
const once = [...up, "--tries", "1"];

/** Drawn once; `npm run soak` draws others. */
const drawn = process.env["DESKBRIDGE_FAULTS_SEED"];
const seed = Number(drawn ?? 3050420886);
/** Those after which something stands in Azure that the engine does not know of; in a soak also the others. */
const leaving: readonly Kind[] = ["crash-after", "timeout-created", "killed"];
/** In a soak each kind strikes, twice. */
const fromNothing: readonly Kind[] = drawn === undefined ? [...leaving, "reset-created", "429"] : [...kinds, ...kinds];
const inChange: readonly Kind[] =
  drawn === undefined ? leaving : [...leaving, "crash-before", "500", "reset-created", "interrupted"];
/**
 * Real commands, the real engine, and the double in Azure's place. One fleet comes up undisturbed, and says what must be
 * there and what is written for it; others are struck. Most faults follow each other in one fleet, so that there are many
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

  test(`${fromNothing.length} faults, one after the other, from nothing: nothing is doubled, nothing is lost`, async (t) => {
    const all = shuffled(fromNothing, random);
    const writes = calm.azure.log().length - struck.azure.log().length;
    await strike(t, struck, calm, { kinds: all, random, writes, words: once });
    await nothingToDo(struck);
  });

  test(`${inChange.length} faults in a change: a machine made anew, others resized, a line and a desk that go`, async (t) => {
    const lossy = "--accept-loss";
    for (const each of [calm, struck]) change(each);
    const before = calm.azure.log().length;
    succeeded(await calm.world.deskbridge(...up, lossy));
    const writes = calm.azure.log().length - before;
    assert.match([...histories(calm.azure).values()].join("\n"), /^PUT DELETE PUT$/m, "a machine is made anew");
    await strike(t, struck, calm, { kinds: shuffled(inChange, random), random, writes, words: [...once, lossy] });
    await nothingToDo(struck);
  });

  test("a run that dies between a machine's end and the next one's making loses nothing that hangs on it", async () => {
    const { world, azure } = struck;
    const hanging = hangingOn(azure, "comshagk-00001");
    renewImage(struck, "1.1.5");
    azure.setFault({ match: "/virtualMachines/comshagk-00001", kind: "crash-before", operation: "create" });
    endedWell({ ...(await world.deskbridge(...once)), faults: ["crash-before"] });
    assert.deepEqual(hangingOn(azure, "comshagk-00001"), [], "they went with the machine");
    azure.clearFaults();
    succeeded(await world.deskbridge(...up));
    assert.deepEqual(hangingOn(azure, "comshagk-00001"), hanging);
    await nothingToDo(struck);
  });

  test("what was found after a lost answer goes with its machine and comes with the next one", async () => {
    const { world, azure } = struck;
    const hanging = hangingOn(azure, "comshagk-00001");
    assert.equal(hanging.length, 4, "three extensions, and the association with the rule for figures");
    const figures = hanging.find((id) => /dataCollectionRuleAssociations/i.test(id));
    assert.ok(figures);
    azure.remove(figures);
    azure.setFault({ match: figures, kind: "reset-created" });
    const child = world.begin(...up, "--refresh");
    const end = ended(child);
    child.stderr?.on("data", (words) => {
      if (/found in Azure and adopted: \S+-figures$/m.test(String(words))) process.kill(-(child.pid ?? 0), "SIGKILL");
    });
    endedWell({ ...(await end), faults: ["killed"] });
    azure.clearFaults();
    renewImage(struck, "1.2.0");
    succeeded(await world.deskbridge(...up));
    assert.deepEqual(hangingOn(azure, "comshagk-00001"), hanging);
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
    const writes = azure.log().length;
    const { stderr } = succeeded(await world.deskbridge(...up, "--refresh", "--tries", "2", "--retry-seconds", "0"));
    azure.clearFaults();
    assert.match(stderr, /Code="SubscriptionRequestsThrottled".*; again in 0 s$/m);
    assert.match(stderr, /found in Azure and adopted: /);
    const written = azure.log().slice(writes);
    assert.deepEqual(
      written.map(({ id }) => id),
      [taken.id],
      "it is written once, and what was only read is not written at all",
    );
    await nothingToDo(struck);
  });

  test("no state that was written on the way shows a secret, nor does a command's line, which others see", async () => {
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
  const spawned = readFileSync(join(world.state, "spawned.txt"), "utf8");
  assert.match(spawned, /"config","set","--secret","deskbridge:hostSecret"/);
  for (const secret of secrets) assert.ok(!spawned.includes(secret), "a command's words show a secret");
  const files = stateFiles(world);
  assert.ok(files.length > 20);
  for (const { name, text } of files) {
    // What is not renamed when it is whole may be left half written by a kill, and then stops every command.
    assert.ok(!name.endsWith(".attrs"), name);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${name} shows a secret`);
    assert.doesNotMatch(text, /"(?:adminPassword|RegistrationInfoToken)":\s*"|"plaintext"/, name);
  }
}

/** Ids of what Azure drops with a machine. */
function hangingOn(azure: Place["azure"], machine: string): readonly string[] {
  const own = `/virtualmachines/${machine}/`;
  return azure
    .resources()
    .map(({ id }) => id)
    .filter((id) => id.toLowerCase().includes(own))
    .toSorted();
}

/** The pooled host takes a new image; personal desks are bigger, and one of them goes, as does a line. */
function change(place: Place): void {
  const { fleet } = place.world;
  renewImage(place, "1.1.0");
  changeTenancy(fleet, ({ lines: { "comune/municipio/radio": _gone, ...lines }, ...rest }) => ({ ...rest, lines }));
  const text = readFileSync(fleet, "utf8")
    .replace(/^ +- \{ id: radio,.*\n/m, "")
    .replace("desks: 6", "desks: 5")
    .replace("desks: 2, kind: personal, class: medium", "desks: 1, kind: personal, class: heavy");
  writeFileSync(fleet, text);
}

function renewImage({ world, azure }: Place, version: string): void {
  changeTenancy(world.fleet, (tenancy) => {
    const images = Object.entries(tenancy.images).map(([name, image]) => {
      azure.place(`${image.id}/versions/${version}`, "italynorth");
      return [name, { ...image, next: { version, reached: "canary" as const } }] as const;
    });
    return { ...tenancy, images: Object.fromEntries(images) };
  });
}

function changeTenancy(fleet: string, by: (tenancy: Tenancy) => Tenancy): void {
  const path = tenancyPath(fleet);
  writeFileSync(path, stringify(by(parse(readFileSync(path, "utf8")) as Tenancy)));
}
