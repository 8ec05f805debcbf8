import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Control } from "../doubles/azure-native/control.ts";
import { ended, succeeded } from "../lab/world.ts";
import { type AzureWorld, makeAzureWorld, release } from "./world.ts";

/**
 * Hosts and the host pools that they register in, which is no resource of a stack: with the real commands and the real
 * engine, before both doubles. The tests follow each other.
 */
describe("hosts register in their host pools", () => {
  let world: AzureWorld;
  let azure: Control;
  const up = (...words: string[]) =>
    world.deskbridge("up", "--target", "azure", "--yes", "--no-publish", ...release, ...words);
  const down = (...words: string[]) => world.deskbridge("down", "--target", "azure", "--confirm", "faults", ...words);
  const pulumi = async (...words: string[]) => succeeded(await ended(await world.pulumi(...words)));
  const registered = () => azure.sessionHosts().map(({ name }) => name);
  const all = (arm: string) => azure.resources().filter((each) => each.arm === arm);
  const machines = () => all("microsoft.compute/virtualmachines").flatMap(({ id }) => /\/(com.*)$/.exec(id)?.[1] ?? []);
  const poolOf = (name: string) => {
    const found = all("microsoft.desktopvirtualization/hostpools").find(({ id }) => id.endsWith(`-${name}`));
    assert.ok(found, name);
    return found.id;
  };
  const edit = (from: RegExp, to: string) => {
    const text = readFileSync(world.fleet, "utf8");
    assert.match(text, from);
    writeFileSync(world.fleet, text.replace(from, to));
  };

  before(async () => {
    world = await makeAzureWorld("test/testdata/azure/faults.yaml");
    azure = new Control(world.azure);
  });
  after(async () => {
    azure.close();
    await world.end();
  });

  test("a host whose registration failed is set up again with the token of then, and no other is touched", async () => {
    azure.setFault({ match: "/extensions/agent", operation: "create", kind: "fails" });
    const failed = await up("--tries", "1");
    assert.equal(failed.code, 1);
    const agent = azure.strikes()[0]?.id ?? "";
    assert.equal(azure.find(agent)?.provisioning, "Failed");
    assert.ok(!registered().includes(agent.split("/").at(-3) ?? ""));
    // Weeks later the pool gives another token, and takes the old one no more.
    const expires = `${new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
    await pulumi("config", "set", "deskbridge:registrationExpires", expires, "--stack", "azure-comune");
    const before = new Map(azure.resources().map(({ id, generation }) => [id, generation]));
    const { stderr } = succeeded(await up());
    assert.match(stderr, /comune\/\w+: 1 host is set up again, which had failed/);
    assert.deepEqual(registered().toSorted(), machines().toSorted());
    assert.equal(registered().length, 3);
    const touched = [...before].filter(([id, generation]) => azure.find(id)?.generation !== generation);
    assert.deepEqual(
      touched.map(([id]) => id.split("/").at(-2)),
      ["hostPools", "hostPools"],
    );
    assert.match(succeeded(await up()).stdout, /no changes/);
  });

  test("while no token is to be had, hosts stay as they are, and a new one is refused with what to do", async () => {
    azure.touch(poolOf("office"), { registrationInfo: null });
    assert.match(succeeded(await up()).stdout, /no changes/);
    edit(/desks: 6,/, "desks: 7,");
    edit(/id: office, desks: 2,/, "id: office, desks: 3,");
    const { code, stderr } = await up();
    assert.equal(code, 1);
    assert.match(stderr, /host pool vdpool-faults-comune-office has no registration token that is still good/);
    const [, command = ""] = /(pulumi config rm \S+ -s azure-comune)/.exec(stderr) ?? [];
    assert.equal(machines().length, 3);
    await pulumi(...command.split(" ").slice(1));
    // A lost answer, too: the host has registered, and its extension is adopted without its token.
    azure.setFault({ match: "/extensions/agent", operation: "create", kind: "reset-created" });
    assert.match(succeeded(await up()).stderr, /found in Azure and adopted: com\S+-00003-agent/);
    assert.match(succeeded(await up()).stdout, /no changes/);
    assert.equal(machines().length, 4);
    assert.deepEqual(registered().toSorted(), machines().toSorted());
  });

  test("a pool that the fleet no longer has goes, with the hosts that are still registered in it", async () => {
    azure.registerHost(poolOf("shared"), "by-hand");
    edit(/^ +- \{ id: shared,.*\n/m, "");
    edit(/desks: 7,/, "desks: 3,");
    const refused = await up();
    assert.equal(refused.code, 1);
    assert.ok(registered().includes("by-hand"));
    succeeded(await up("--accept-loss"));
    assert.equal(all("microsoft.desktopvirtualization/hostpools").length, 1);
    assert.deepEqual(registered().toSorted(), machines().toSorted());
  });

  test("down keeps everything while somebody works, also on a host that no stack has", async () => {
    azure.registerHost(poolOf("office"), "by-hand");
    azure.signIn("by-hand", "somebody@example.org");
    const before = azure.resources();
    const { code, stderr } = await down();
    assert.equal(code, 1);
    assert.match(stderr, /1 person has a session on by-hand; wait for them with --drain-minutes N/);
    assert.deepEqual(azure.resources(), before);
    assert.ok(azure.sessionHosts().every(({ open }) => open));
  });

  test("down takes hosts out of their pool that are there no more, and leaves nothing but the role that starts hosts", async () => {
    azure.signIn("by-hand");
    await pulumi("destroy", "--yes", "--skip-preview", "--stack", "azure-comune-office-1");
    assert.equal(machines().length, 0);
    assert.equal(registered().length, 4);
    succeeded(await down());
    assert.deepEqual(registered(), []);
    const images = all("microsoft.compute/galleries/images/versions").map(({ id }) => id);
    assert.deepEqual(
      azure.resources().flatMap(({ id, arm }) => (images.includes(id) ? [] : [arm])),
      ["microsoft.authorization/roleassignments"],
    );
  });
});
