import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { parse, stringify } from "yaml";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { succeeded } from "../lab/world.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

/** A new image for pooled hosts, before both doubles: the engine's Azure, and the interface that knows the sessions. */
describe("a new image is rolled to a pooled host", () => {
  let world: AzureWorld;
  let azure: Control;
  const prefix = "prooff1l-";
  const up = (...words: string[]) => world.deskbridge("up", "--target", "azure", "--yes", "--no-publish", ...words);
  const machines = () =>
    new Map(
      azure
        .resources()
        .filter((each) => each.arm === "microsoft.compute/virtualmachines")
        .map(({ id, generation, inputs }) => [
          id.split("/").at(-1) ?? "",
          { generation, image: /versions\/([\d.]+)/.exec(JSON.stringify(inputs["storageProfile"]))?.[1] },
        ]),
    );
  const registered = (name: string) => azure.sessionHosts().find((host) => host.name === name);
  const pooled = () => [...machines().keys()].filter((name) => name.startsWith(prefix));

  before(async () => {
    world = await makeAzureWorld("fleets/small.yaml");
    azure = new Control(world.azure);
    succeeded(await up(...release));
  });
  after(async () => {
    azure.close();
    await world.end();
  });

  test("while somebody works on it, nothing is changed", async () => {
    const [name = ""] = pooled();
    azure.signIn(name, "somebody@example.org");
    rollTo(world, azure, "1.1.0");
    const before = machines();
    const { code, stderr } = await up();
    assert.equal(code, 1);
    assert.match(stderr, /provincia\/office: 1 host is made anew; up to 8 people at once sign in again/);
    assert.match(stderr, new RegExp(`1 person has a session on ${name}; wait for them with --drain-minutes N`));
    assert.deepEqual(machines(), before);
    assert.equal(registered(name)?.open, true);
  });

  test("once nobody is on it, it leaves its host pool and is made anew; no personal desk is touched", async () => {
    const [name = ""] = pooled();
    const before = machines();
    azure.signIn(name);
    succeeded(await up());
    const now = machines();
    assert.deepEqual([before.get(name)?.image, now.get(name)?.image], ["1.0.0", "1.1.0"]);
    for (const [other, machine] of before) if (other !== name) assert.deepEqual(now.get(other), machine, other);
    // The new machine could not register under the name if the old one were still there.
    assert.deepEqual([registered(name)?.open, registered(name)?.people], [true, []]);
    assert.deepEqual(azure.orphans(), []);
  });
});

/** Says in the tenancy file that the image's next version has reached the canary. */
function rollTo(world: AzureWorld, azure: Control, version: string): void {
  const file = tenancyPath(world.fleet);
  const tenancy = parse(readFileSync(file, "utf8")) as Tenancy;
  const images = Object.fromEntries(
    Object.entries(tenancy.images).map(([name, image]) => {
      azure.place(`${image.id}/versions/${version}`, "italynorth");
      return [name, { ...image, next: { version, reached: "canary" } }];
    }),
  );
  writeFileSync(file, stringify({ ...tenancy, images }));
}
