import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join as path } from "node:path";
import { after, before, describe, test } from "node:test";
import { RoomServiceClient } from "livekit-server-sdk";
import { ownRoom } from "../../src/rollout/clients/grant-file.ts";
import { join } from "../../src/rollout/clients/join.ts";
import { livekitProvider, type LivekitProvider } from "../../src/rollout/licences/livekit.ts";
import { makeKey } from "../../src/sitting/keys.ts";
import { openUntil, roomSize } from "../../src/sitting/sitting.ts";
import { folderOf, remove } from "../rollout/ssh/servers.ts";
import { until } from "../watch/until.ts";
import { type Livekit, livekit } from "./livekit.ts";
import { sitting } from "./people.ts";

/** A sitting's room at the real server: who is invited comes in, nobody else. Joined by LiveKit's own WebRTC client. */

const signal = new AbortController().signal;
const anna = "anna@comune.example";
const bruno = "bruno@comune.example";
const carla = "carla@comune.example";
const soon = { ...sitting(), end: Date.now() + 3_600_000 };
const end = new Date(openUntil(soon));

let folder: string;
let server: Livekit;
let provider: LivekitProvider;
const children: ChildProcess[] = [];

function file(name: string, text: string): string {
  const written = path(folder, name);
  writeFileSync(written, text, { mode: 0o600 });
  return written;
}

const joinWith = (grant: string, room: string) =>
  join({ url: server.url, grant, room, deadlineMs: 10_000 }, [], signal);

/** Somebody who stays in the room; gives what they have told so far. */
async function attend(account: string, room: string, program = "../lab/attend.child.ts", ...more: readonly string[]) {
  const grant = file(`${account}.grant`, await provider.grant(account, { room, until: end }));
  const words = [path(import.meta.dirname, program), server.url, grant, ...more];
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  children.push(child);
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (told += text));
  await until(`${account} is in, or out`, () => told.includes("in\n") || child.exitCode !== null || undefined);
  return { told: (): string => told, leave: () => child.kill("SIGTERM") };
}

describe("a sitting's room", () => {
  before(async () => {
    folder = await folderOf("sitting-room");
    server = await livekit(folder);
    const { url, key } = server;
    provider = livekitProvider({ url, key, ledger: path(folder, "seats.json"), seats: 4, requestMs: 5000 });
    for (const account of [anna, bruno, carla]) await provider.assign(account, signal);
  });
  after(async () => {
    for (const child of children) child.kill("SIGTERM");
    await server.stop();
    await remove(folder);
  });

  const service = () => new RoomServiceClient(server.url, server.key.name, server.key.secret, { failover: false });
  const rooms = async () => {
    return (await service().listRooms()).map(({ name, maxParticipants, sid }) => ({ name, maxParticipants, sid }));
  };
  const make = (people = roomSize(soon)) => provider.makeRoom({ room: soon.room, people, until: end }, signal);

  test("is made once, for as many as are to come, and made anew for other numbers while it is empty", async () => {
    assert.deepEqual(await provider.rooms(signal), new Set());
    assert.equal(await make(), "made");
    const [room] = await rooms();
    assert.deepEqual([room?.name, room?.maxParticipants], ["sitting-giunta-2026-12-01", 8]);
    assert.equal(await make(), "there");
    assert.deepEqual(await rooms(), [room]);
    assert.equal(await make(2), "made");
    assert.deepEqual(
      (await rooms()).map(({ maxParticipants }) => maxParticipants),
      [2],
    );
    assert.deepEqual(await provider.rooms(signal), new Set([soon.room]));
  });

  test("who is invited comes in with the grant for it", async () => {
    const joined = await joinWith(await provider.grant(anna, { room: soon.room, until: end }), soon.room);
    assert.ok(joined.outcome === "joined", JSON.stringify(joined));
    assert.deepEqual([joined.account, joined.room], [anna, soon.room]);
    assert.ok(joined.packets >= 10);
  });

  test("who is not invited does not, with the grant for their own room, nor with one for another sitting", async () => {
    for (const room of [ownRoom(carla), "sitting-giunta-2026-12-02", "sitting-capigruppo-2026-12-01"]) {
      const grant = await provider.grant(carla, { room });
      const refused = await joinWith(grant, soon.room);
      assert.ok(refused.outcome === "refused", JSON.stringify(refused));
      assert.match(refused.why, new RegExp(`the grant is for the room "${room}"`));
      // The server's own word: a client that does not look is led to the room that its grant names.
      const led = await joinWith(grant, room);
      assert.ok(led.outcome === "joined" && led.room === room, JSON.stringify(led));
    }
  });

  test("nobody comes in who has no seat: no grant is signed for them", async () => {
    await assert.rejects(provider.grant("elena@comune.example", { room: soon.room, until: end }), { kind: "refused" });
  });

  test("encrypted from person to person, only who has the room's key hears what is said", async () => {
    const room = "sitting-secret-2026-12-01";
    const keys = path(folder, "keys.json");
    const key = file("key", await makeKey(keys, { room, end: end.getTime() }, Date.now()));
    const other = file("other", await makeKey(keys, { room: "another", end: end.getTime() }, Date.now()));
    const media = (account: string, ...words: readonly string[]) => attend(account, room, "media.child.ts", ...words);
    await provider.assign("dario@comune.example", signal);
    const listeners = [
      await media(anna, "listen", key),
      await media(bruno, "listen", other),
      await media(carla, "listen"),
    ] as const;
    const speaker = await media("dario@comune.example", "talk", key);
    const last = (told: () => string): number => Number(told().split("\n").at(-2));
    const seconds = (told: () => string): number => told().split("\n").length - 2;
    await until("three seconds of sound each", () => listeners.every(({ told }) => seconds(told) >= 3) || undefined);
    const [withKey, withOther, without] = listeners.map(({ told }) => last(told));
    for (const each of [...listeners, speaker]) each.leave();
    assert.ok((withKey ?? 0) > 0.9, `with the key the tone is heard: ${withKey}`);
    assert.ok((withOther ?? 1) < 0.1, `with another key it is not: ${withOther}`);
    assert.ok((without ?? 1) < 0.1, `without a key it is not: ${without}`);
  });

  test("it takes no more people than it was made for, and is left so while they are in it", async () => {
    assert.equal(await make(1), "made");
    assert.equal((await attend(anna, soon.room)).told(), "in\n");
    assert.equal(await make(8), "other size");
    assert.doesNotMatch((await attend(bruno, soon.room)).told(), /in\n/);
    const there = await service().listParticipants(soon.room);
    assert.deepEqual(
      there.map(({ identity }) => identity),
      [anna],
    );
  });
});
