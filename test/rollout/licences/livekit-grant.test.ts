import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { TokenVerifier } from "livekit-server-sdk";
import { isFresh, readGrant, readKey, signGrant } from "../../../src/rollout/licences/livekit-grant.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-grant-"));
after(() => rmSync(folder, { recursive: true }));
const day = 86_400_000;
const key = { name: "lab", secret: "a secret of at least thirty-two characters" };
const inDays = (days: number): Date => new Date(Date.now() + days * day);
const anna = "anna@example.org";

test("a grant says whom, where, until when and what, by LiveKit's own verifier too", async () => {
  const until = inDays(3);
  const token = await signGrant(key, anna, { room: "giunta", until, canPublish: false });
  const claims = await new TokenVerifier(key.name, key.secret).verify(token);
  assert.equal(claims.sub, anna);
  const { room, roomJoin, canPublish, canSubscribe, roomAdmin, roomList } = claims.video ?? {};
  assert.deepEqual([room, roomJoin, canPublish, canSubscribe], ["giunta", true, false, true]);
  assert.deepEqual([roomAdmin, roomList], [undefined, undefined]);
  const grant = readGrant(token);
  assert.deepEqual([grant?.account, grant?.room, grant?.canPublish], [anna, "giunta", false]);
  assert.ok(Math.abs((grant?.until.getTime() ?? 0) - until.getTime()) <= 2000);
});

test("a grant is bounded: nothing past, nothing beyond 7 days", async () => {
  for (const until of [inDays(-1), new Date(), inDays(7.01), new Date(Number.NaN)]) {
    await assert.rejects(signGrant(key, anna, { room: "giunta", until }), RangeError);
  }
  await signGrant(key, anna, { room: "giunta", until: inDays(7) });
});

test("a grant is fresh while two days are left", async () => {
  const token = await signGrant(key, anna, { room: "giunta", until: inDays(7) });
  const end = readGrant(token)?.until.getTime() ?? 0;
  const answers = [end - 7 * day, end - 2 * day, end - 2 * day + 1, end, end + day].map((now) => isFresh(token, now));
  assert.deepEqual(answers, [true, true, false, false, false]);
});

test("what is no grant is not fresh", () => {
  const body = Buffer.from(JSON.stringify({ sub: anna, exp: 9e9, video: { room: "giunta" } })).toString("base64url");
  for (const text of ["", "a.b.c", "…", `a.${body}.c`, "a..c"]) {
    assert.equal(readGrant(text), undefined, text);
    assert.equal(isFresh(text, 0), false);
  }
});

test("a key's file is one line, its owner's alone", () => {
  const file = join(folder, "keys");
  writeFileSync(file, `${key.name}: ${"s".repeat(43)}\n`, { mode: 0o600 });
  assert.deepEqual(readKey(file), { name: key.name, secret: "s".repeat(43) });
  chmodSync(file, 0o640);
  assert.throws(() => readKey(file), /may be read by others/);
  chmodSync(file, 0o600);
  for (const text of ["", "lab", "lab: short\n", `a: ${"s".repeat(43)}\nb: ${"t".repeat(43)}\n`]) {
    writeFileSync(file, text);
    assert.throws(() => readKey(file), { message: `${file} is no key of LiveKit: "NAME: SECRET"` });
  }
});
