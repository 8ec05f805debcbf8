import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { parse, stringify } from "yaml";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { histories, type Kind, randomFrom, shuffled } from "../azure/faults.ts";
import { nothingToDo, type Place, place, strike, up } from "../azure/struck.ts";
import { succeeded } from "../lab/world.ts";

const once = [...up, "--tries", "1"];
const seed = Number(process.env["DESKBRIDGE_FAULTS_SEED"] ?? 1);

/**
 * Faults while a fleet changes. It does not always pass: once in five runs it lost a host's association with the rule
 * for its figures, where the host was to be made anew and was struck (docs/azure.md, known limits).
 */
describe(`faults in a change (DESKBRIDGE_FAULTS_SEED=${seed} repeats them)`, () => {
  const random = randomFrom(seed);
  let calm: Place;
  let struck: Place;

  before(async () => {
    calm = await place();
    struck = await place();
    for (const { world } of [calm, struck]) succeeded(await world.deskbridge(...up));
  });
  after(async () => {
    await calm.end();
    await struck.end();
  });

  test("7 faults: a machine made anew, others resized, a line and a desk that go", async (t) => {
    const words = ["--accept-loss"];
    for (const each of [calm, struck]) change(each);
    const before = calm.azure.log().length;
    succeeded(await calm.world.deskbridge(...up, ...words));
    const writes = calm.azure.log().length - before;
    assert.match([...histories(calm.azure).values()].join("\n"), /^PUT DELETE PUT$/m, "a machine is made anew");
    const some: readonly Kind[] = [
      "crash-before",
      "crash-after",
      "500",
      "timeout-created",
      "reset-created",
      "killed",
      "interrupted",
    ];
    await strike(t, struck, calm, { kinds: shuffled(some, random), random, writes, words: [...once, ...words] });
    await nothingToDo(struck);
  });
});

/** The pooled host takes a new image; personal desks are bigger, and one of them goes, as does a line. */
function change({ world, azure }: Place): void {
  const path = tenancyPath(world.fleet);
  const tenancy = parse(readFileSync(path, "utf8")) as Tenancy;
  const next = { version: "1.1.0", reached: "canary" } as const;
  const images = Object.entries(tenancy.images).map(([name, image]) => {
    azure.place(`${image.id}/versions/${next.version}`, "italynorth");
    return [name, { ...image, next }] as const;
  });
  const { "comune/municipio/radio": _gone, ...lines } = tenancy.lines;
  writeFileSync(path, stringify({ ...tenancy, images: Object.fromEntries(images), lines }));
  const text = readFileSync(world.fleet, "utf8")
    .replace(/^ +- \{ id: radio,.*\n/m, "")
    .replace("desks: 6", "desks: 5")
    .replace("desks: 2, kind: personal, class: medium", "desks: 1, kind: personal, class: heavy");
  writeFileSync(world.fleet, text);
}
