import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { endSessions } from "../../src/profiles/sessions.ts";
import type { ReachOptions } from "../../src/reach/context.ts";
import type { ReachReport } from "../../src/reach/findings.ts";
import { reach } from "../../src/reach/run.ts";
import { reportText } from "../../src/reach/text.ts";
import { comeIn } from "../../src/reach/tunnel.ts";
import { buildWorld, type World } from "./reach-world.ts";

describe("reach, in a small world of real parts", () => {
  let world: World;
  before(async () => {
    world = await buildWorld();
  });
  after(() => world?.remove());

  function look(changes: Partial<ReachOptions> = {}): Promise<ReachReport> {
    const { inventory, profiles } = world;
    const { signal } = new AbortController();
    const patience = { desk: 700, revoked: 2500 };
    const base = {
      inventory,
      profiles,
      patience,
      rdp: 1,
      denials: 0,
      timeoutMs: 1000,
      onProgress: () => undefined,
      signal,
    };
    return reach({ ...base, ...changes });
  }

  test("every desk answers through the gateway, and what must stay shut is shut", async () => {
    const report = await look({ denials: 2 });
    assert.deepEqual(
      report.denials.map(({ what, tried, refused }) => [what, tried, refused]),
      [
        ["desks without the gateway, from the home of alfa", 8, 8],
        ["a revoked profile of alfa at hub-a", 1, 1],
        ["a revoked profile of alfa at hub-b", 1, 1],
        ["desks without the gateway, from the home of beta", 8, 8],
        ["a revoked profile of beta at hub-a", 1, 1],
        ["a revoked profile of beta at hub-b", 1, 1],
        ["desks of beta with a profile of alfa", 4, 4],
        ["desks of alfa with a profile of beta", 4, 4],
      ],
    );
    assert.deepEqual(report.failed, []);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.desks, { total: 16, reached: 16 });
    assert.deepEqual(
      report.bodies.map(({ id, total, reached, through }) => [id, total, reached, through]),
      [
        ["alfa", 12, 12, "hub-a"],
        ["beta", 4, 4, "hub-b"],
      ],
    );
    assert.deepEqual(report.sites, [{ id: "beta/hall", total: 4, reached: 4 }]);
    assert.deepEqual({ ...report.remoteDesktop }, { total: 2, reached: 2, failed: [] });
    for (const { id, rx, tx } of report.traffic) assert.ok(rx > 2000 && tx > 2000, `${id} moved ${rx} and ${tx} bytes`);
    assert.equal(report.ok, true);
    assert.match(
      reportText(report),
      /16 of 16 desks reached in .* s: every desk answers, and what must stay shut is shut$/,
    );
  });

  test("a dropped address takes exactly that host's desks, with the reason", async () => {
    await world.inside("desks", "nft", "add element inet faults down { 10.201.0.3 }");
    const report = await look();
    await world.inside("desks", "nft", "delete element inet faults down { 10.201.0.3 }");
    assert.deepEqual(
      report.failed.map(({ desk, reason }) => [desk, reason]),
      [
        ["alfa-3-desk-1", "no answer in 1 s"],
        ["alfa-3-desk-2", "no answer in 1 s"],
      ],
    );
    assert.equal(report.ok, false);
    assert.match(reportText(report), /2 desks failed: no answer in 1 s\n {2}alfa-3-desk-1\n {2}alfa-3-desk-2\n/);
  });

  test("a host that shows another host's key is reported as that", async () => {
    const keys = join(world.folder, "keys");
    const swap = async (): Promise<void> => {
      await rename(join(keys, "10.202.0.1"), join(keys, "aside"));
      await rename(join(keys, "10.202.0.2"), join(keys, "10.202.0.1"));
      await rename(join(keys, "aside"), join(keys, "10.202.0.2"));
    };
    await swap();
    const report = await look({ bodies: ["beta"] });
    await swap();
    assert.deepEqual(
      report.failed.map(({ desk, reason }) => [desk, reason]),
      [
        ["beta-1-desk-1", "host key is not this host's own"],
        ["beta-2-desk-1", "host key is not this host's own"],
      ],
    );
    assert.match(report.failed[0]?.detail ?? "", /^got SHA256:/);
    assert.deepEqual(report.desks, { total: 4, reached: 2 });
  });

  test("doors that stand open are found: around the gateway, and to another body", async () => {
    await world.inside(
      "gateway",
      "nft",
      'insert rule inet access forward iifname "home-alfa" ip daddr 10.202.0.1 accept',
    );
    await world.inside("gateway", "nft", "add rule inet access body-beta ip daddr 10.201.0.1 tcp dport 22 accept");
    const report = await look({ denials: 2 });
    await world.inside("gateway", "nft", "flush chain inet access body-beta");
    await world.inside("gateway", "nft", "add rule inet access body-beta ip daddr 10.202.0.0/24 accept");
    const chain = await world.inside("gateway", "nft", "-a", "list chain inet access forward");
    const handle = /home-alfa.*# handle (\d+)/.exec(chain)?.[1] ?? "";
    await world.inside("gateway", "nft", `delete rule inet access forward handle ${handle}`);
    const open = report.denials.filter(({ tried, refused }) => refused < tried);
    assert.deepEqual(
      open.map(({ what, answered }) => [what, answered.toSorted()]),
      [
        ["desks without the gateway, from the home of alfa", ["beta-1 (rdp)", "beta-1-desk-1 (ssh)"]],
        ["desks of alfa with a profile of beta", ["alfa-1-desk-1 (ssh)"]],
      ],
    );
    assert.equal(report.desks.reached, 16);
    assert.equal(report.ok, false);
    assert.match(reportText(report), /OPEN {2}desks of alfa with a profile of beta/);
  });

  test("answers while the gateway's counters stand still do not count as proof", async () => {
    const still = ["ip", "-n", "dbr-gateway", "-j", "-s", "link", "show", "dev", "home-beta"];
    const instances = world.inventory.instances.map((instance) => ({ ...instance, counters: still }));
    const report = await look({ inventory: { ...world.inventory, instances }, bodies: ["alfa"] });
    assert.equal(report.desks.reached, 12);
    assert.deepEqual(report.problems, [
      "12 desks answered, but the gateway's byte counters hardly moved: not through the gateway",
    ]);
    assert.equal(report.ok, false);
  });

  test("with one instance killed, who is in comes back through the other, and reach goes on", async () => {
    const { signal } = new AbortController();
    const enter = world.inventory.homes[0]?.enter ?? [];
    const profile = await world.profiles.good("alfa", "hub-a");
    const attempt = await comeIn({ enter, profile, timeoutMs: 20_000, signal });
    assert.ok(attempt.kind === "in" && attempt.tunnel.instance === "198.18.9.1");
    await world.killInstance("hub-a");
    const back = "until ip -4 addr show dev tun0 2>/dev/null | grep -q 10.97; do sleep 0.1; done";
    const [, report] = await Promise.all([
      world.inside("home-alfa", "timeout", "20", "sh", "-c", back),
      look({ bodies: ["beta"], denials: 1 }),
    ]);
    await Promise.all([attempt.tunnel.close(), world.startInstance("hub-a")]);
    assert.deepEqual(
      report.bodies.map(({ id, reached, through }) => [id, reached, through]),
      [["beta", 4, "hub-b"]],
    );
    assert.deepEqual(report.notes, ["hub-a answered nobody: a revoked profile of beta was not tried there"]);
    assert.equal(report.ok, true);
  });

  test("a session can be ended from the gateway", async () => {
    const { signal } = new AbortController();
    const enter = world.inventory.homes[1]?.enter ?? [];
    const profile = await world.profiles.good("beta", "hub-b");
    const attempt = await comeIn({ enter, profile, timeoutMs: 20_000, signal });
    assert.ok(attempt.kind === "in");
    const socket = join(world.folder, "hub-b.management");
    assert.equal(await endSessions(socket, "audit@beta"), 1);
    assert.equal(await endSessions(socket, "nobody@beta"), 0);
    await attempt.tunnel.close();
  });

  test("called off in the middle, it leaves no process in any home", async () => {
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new Error("called off"));
    await assert.rejects(look({ signal: stop.signal, onProgress }), { message: "called off" });
    assert.deepEqual(await world.processes("home-alfa"), []);
    assert.deepEqual(await world.processes("home-beta"), []);
  });
});
