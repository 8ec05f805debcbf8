import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { tenancyPath } from "../../src/fleet/tenancy/load.ts";
import type { Inventory } from "../../src/inventory.ts";
import { roles } from "../../stacks/azure/ids.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { succeeded } from "../lab/world.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

/** The real commands and the real engine, with the double in Azure's place. The tests follow each other. */
describe("a small fleet in Azure", () => {
  let world: AzureWorld;
  let azure: Control;
  const up = (...words: string[]) => world.deskbridge("up", "--target", "azure", "--yes", "--no-publish", ...words);
  const generations = () => new Map(azure.resources().map(({ id, generation }) => [id, generation]));
  /** Of what stood there before, what was written since. */
  const changedSince = (before: ReturnType<typeof generations>) => {
    const now = generations();
    return [...before].filter(([id, generation]) => now.get(id) !== generation).map(([id]) => id);
  };
  const images = () => azure.resources().filter(({ arm }) => arm === "microsoft.compute/galleries/images/versions");

  before(async () => {
    world = await makeAzureWorld("fleets/small.yaml");
    azure = new Control(world.azure);
  });
  after(async () => {
    azure.close();
    await world.end();
  });

  test("nobody is asked where nobody can answer", async () => {
    const { code, stderr } = await world.deskbridge("up", "--target", "azure", ...release);
    assert.equal(code, 2);
    assert.match(stderr, /nobody can be asked here; say --yes/);
    assert.equal(azure.resources().length, images().length);
  });

  test("a clone that machines elsewhere cannot reach is told before anything is made", async () => {
    const { code, stderr } = await up("--stage", "today");
    assert.equal(code, 1);
    assert.match(stderr, /this clone has no origin that they could reach; say --source/);
    assert.equal(azure.resources().length, images().length);
  });

  test("its first stage comes up: every cloud desk's host is a machine at its planned address", async () => {
    succeeded(await up("--stage", "today", ...release));
    const file = join(world.state, ".deskbridge/azure/inventory.json");
    const inventory = JSON.parse(readFileSync(file, "utf8")) as Inventory;
    const machines = new Set(
      azure.resources().flatMap(({ arm, id }) => (arm === "microsoft.compute/virtualmachines" ? [id] : [])),
    );
    const cards = new Map(
      azure.resources().map(({ id, inputs }) => [id.split("/").at(-1), JSON.stringify(inputs["ipConfigurations"])]),
    );
    const cloud = inventory.hosts.filter(({ pool }) => !pool.endsWith("/counters"));
    assert.equal(inventory.desks.length, 24);
    assert.equal(cloud.length, 12 + 1);
    for (const { name, address } of cloud) {
      assert.ok(
        [...machines].some((id) => id.endsWith(`/${name}`)),
        `${name} is a machine`,
      );
      assert.ok(
        [...cards].some(([card, text]) => card?.includes(name) && text?.includes(`"${address}"`)),
        address,
      );
    }
  });

  test("again: no changes, and Azure is asked to write nothing", async () => {
    const writes = azure.log().length;
    assert.match(succeeded(await up("--stage", "today")).stdout, /no changes/);
    assert.equal(azure.log().length, writes);
  });

  test("Grafana goes to another region, without zones where that has none, and nothing else moves", async () => {
    const grafana = () => azure.resources().find(({ arm }) => arm === "microsoft.dashboard/grafana");
    const before = generations();
    assert.equal(grafana()?.location, "francecentral");
    const file = tenancyPath(world.fleet);
    writeFileSync(file, readFileSync(file, "utf8").replace("francecentral", "swedencentral"));
    assert.match(succeeded(await up("--stage", "today")).stdout, /3 changes/);
    assert.equal(grafana()?.location, "swedencentral");
    assert.match(JSON.stringify(grafana()?.inputs), /"zoneRedundancy":"Disabled"/);
    assert.deepEqual(changedSince(before), []);
    assert.equal(generations().size, before.size);
  });

  test("what somebody took away or changed by hand is mended by up --refresh, and nothing else is touched", async () => {
    const before = generations();
    const extension = azure.resources().find(({ id }) => /comoffy9-00003\/extensions\//.test(id));
    const hostPool = azure.resources().find(({ arm }) => arm === "microsoft.desktopvirtualization/hostpools");
    assert.ok(extension && hostPool);
    azure.remove(extension.id);
    azure.touch(hostPool.id, { friendlyName: "changed by hand" });
    const result = succeeded(await up("--stage", "today", "--refresh"));
    assert.match(result.stdout, /2 changes/);
    assert.ok(azure.find(extension.id));
    assert.deepEqual(changedSince(before), [hostPool.id]);
  });

  test("growth makes what is new; of what is there only the share of the pooled desks grows", async () => {
    const before = generations();
    succeeded(await up());
    const [share, ...others] = changedSince(before);
    assert.match(share ?? "", /\/shares\/profiles$/);
    assert.deepEqual(others, []);
    const hosts = azure.resources().filter(({ id }) => /comoffy9-000(1[3-9]|20)/.test(id) && !before.has(id));
    assert.equal(hosts.filter(({ arm }) => arm !== "microsoft.compute/disks").length, 8 * 6);
  });

  test("a stage with fewer desks is refused, in words of people", async () => {
    const before = generations();
    const { code, stderr } = await up("--stage", "today");
    assert.equal(code, 1);
    assert.match(stderr, /comune\/office: 8 hosts go; 8 people lose their desk and what is stored on it/);
    assert.match(stderr, /nothing was changed/);
    assert.deepEqual(generations(), before);
  });

  test("down is refused without the fleet's name, or while it is not known who works", async () => {
    const before = generations();
    const unnamed = await world.deskbridge("down", "--target", "azure");
    assert.equal(unnamed.code, 2);
    assert.match(unnamed.stderr, /every desk with what is stored on it, the gateway; say --confirm small/);
    const unknown = await world.deskbridge("down", "--target", "azure", "--confirm", "small", ...nowhere);
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /whether anybody has a session is not known/);
    assert.deepEqual(generations(), before);
  });

  test("down leaves nothing, protected gateways and registered hosts included, but the role that others may hang on", async () => {
    assert.equal(azure.sessionHosts().length, 20 + 1);
    const powers = azure.resources().filter(({ inputs }) => JSON.stringify(inputs).includes(powerRole));
    assert.equal(powers.length, 1);
    succeeded(await world.deskbridge("down", "--target", "azure", "--confirm", "small", "--accept-loss"));
    assert.deepEqual(
      azure.resources().filter(({ id }) => !images().some((image) => image.id === id)),
      powers,
    );
    assert.deepEqual(azure.orphans(), []);
    assert.deepEqual(azure.sessionHosts(), []);
  });
});

const powerRole = roles["Desktop Virtualization Power On Off Contributor"];
/** A cloud that does not answer: nothing listens there. */
const nowhere = ["--azure-management=http://127.0.0.1:9/", "--azure-metrics=http://127.0.0.1:9/{region}"];
