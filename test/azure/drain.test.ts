import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { drainHosts, type DrainOptions } from "../../scripts/azure/drain.ts";
import { CommandError } from "../../scripts/cli.ts";
import { exclusionTag } from "../../stacks/azure/body/desktops.ts";
import { removeSessionHost } from "../../src/azure/remove-session-host.ts";
import { type ArmDouble, startArm } from "../doubles/arm/server.ts";
import { clientOf, forever, hostOf, poolId, poolOf } from "./arm-world.ts";

let arm: ArmDouble;
before(async () => void (arm = await startArm()));
after(() => arm.close());
beforeEach(() => {
  arm.mend();
  arm.state.pools = [poolOf("office", [hostOf("h-1", { sessions: 2 }), hostOf("h-2"), hostOf("h-3", { sessions: 1 })])];
});

const leaving = (...machines: string[]) => [{ pool: poolId("office"), machines }];
const quick: DrainOptions = { minutes: 1, pollSeconds: 0.01 };
const drain = (machines: string[], options: DrainOptions) =>
  drainHosts(clientOf(arm), leaving(...machines), options, forever);
const host = (nth: number) => arm.state.pools[0]!.hosts[nth]!;
const open = () => arm.state.pools[0]?.hosts.filter((host) => host.allowNewSession).map((host) => host.name);

test("hosts without sessions take nobody new and are given; the others are not touched", async () => {
  assert.deepEqual(
    (await drain(["h-2"], { ...quick, minutes: 0 })).map((host) => host.name),
    ["h-2"],
  );
  assert.deepEqual(open(), ["h-1", "h-3"]);
});

test("somebody who works is told, with the host, and nothing is changed", async () => {
  await assert.rejects(drain(["h-1", "h-2"], { ...quick, minutes: 0 }), (error) => {
    assert.ok(error instanceof CommandError);
    assert.equal(
      error.message,
      "2 people have a session on h-1; wait for them with --drain-minutes N, or go on without them with --accept-loss",
    );
    return true;
  });
  assert.deepEqual(open(), ["h-1", "h-2", "h-3"]);
});

test("people finish while the hosts are drained, and then they are given", async () => {
  const drained = drain(["h-1"], quick);
  // Whoever is there finishes once nobody new can come.
  while (host(0).allowNewSession) await new Promise((resolve) => setImmediate(resolve));
  const { tags } = host(0);
  host(0).sessions = [];
  assert.deepEqual(
    (await drained).map(({ name }) => name),
    ["h-1"],
  );
  assert.deepEqual(tags, { [exclusionTag]: "draining" }, "autoscale would open it again");
});

test("hosts that were to be drained take people again where it fails, and their scaling plan has them back", async () => {
  host(2).tags = { owner: "the office" };
  const drained = drain(["h-3"], quick);
  while (host(2).allowNewSession) await new Promise((resolve) => setImmediate(resolve));
  arm.fail(/^GET .*sessionHosts/, { status: 403 });
  await assert.rejects(drained, /403/);
  assert.deepEqual(open(), ["h-1", "h-2", "h-3"]);
  assert.deepEqual(host(2).tags, { owner: "the office" });
});

test("a host that somebody keeps from its scaling plan by hand stays so; a killed run's tag is taken over", async () => {
  host(0).tags = { [exclusionTag]: "new disk, until Friday" };
  host(2).tags = { [exclusionTag]: "draining" };
  const drained = drain(["h-1", "h-3"], quick);
  while (host(0).allowNewSession || host(2).allowNewSession) await new Promise((resolve) => setImmediate(resolve));
  arm.fail(/^GET .*sessionHosts/, { status: 403 });
  await assert.rejects(drained, /403/);
  assert.deepEqual([host(0).tags, host(2).tags], [{ [exclusionTag]: "new disk, until Friday" }, {}]);
});

test("where one host cannot be tagged, none is drained, and none keeps the tag", async () => {
  arm.fail(/^PATCH .*h-3\/providers\/Microsoft\.Resources/, { status: 403 });
  await assert.rejects(drain(["h-1", "h-3"], quick), /403/);
  assert.deepEqual(open(), ["h-1", "h-2", "h-3"]);
  assert.deepEqual([host(0).tags, host(2).tags], [{}, {}]);
});

test("hosts that nobody is on are not waited for, and cost no tag", async () => {
  await drain(["h-2"], quick);
  assert.equal(host(1).tags, undefined);
});

test("a pool that is not there has no hosts", async () => {
  const nowhere = [{ pool: poolId("nowhere"), machines: undefined }];
  assert.deepEqual(await drainHosts(clientOf(arm), nowhere, quick, forever), []);
});

test("a session host is taken out of its pool, once or twice; by force with sessions", async () => {
  const id = (name: string): string => `${poolId("office")}/sessionHosts/${name}`;
  const names = () => arm.state.pools[0]?.hosts.map((host) => host.name);
  await removeSessionHost(clientOf(arm), id("h-2"), false, forever);
  await removeSessionHost(clientOf(arm), id("h-2"), false, forever);
  assert.deepEqual(names(), ["h-1", "h-3"]);
  await assert.rejects(removeSessionHost(clientOf(arm), id("h-1"), false, forever), /has user sessions/);
  await removeSessionHost(clientOf(arm), id("h-1"), true, forever);
  assert.deepEqual(names(), ["h-3"]);
});
