import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { keyOf, KeysError, makeKey } from "../../src/sitting/keys.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-keys-"));
after(() => rmSync(folder, { recursive: true }));
const room = (name: string, end = 1000) => ({ room: name, end });

test("a room has one key for ever, another room another; the file is its owner's alone", async () => {
  const file = join(folder, "keys.json");
  assert.equal(await keyOf(file, room("a")), undefined);
  const keys = await Promise.all(["a", "a", "b"].map((name) => makeKey(file, room(name), 0)));
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[0], keys[2]);
  assert.equal(Buffer.from(keys[0] ?? "", "base64url").length, 32);
  assert.equal(await keyOf(file, room("a")), keys[0]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("keys of what is over go when another is made", async () => {
  const file = join(folder, "old.json");
  await makeKey(file, room("a", 1000), 0);
  const key = await makeKey(file, room("b", 2000), 999);
  await makeKey(file, room("c", 3000), 1000);
  assert.deepEqual([await keyOf(file, room("a")), await keyOf(file, room("b"))], [undefined, key]);
});

test("a damaged file is refused, left as it is, and not quoted", async () => {
  const file = join(folder, "bad.json");
  for (const text of ["", '{"version":1,"keys":{"a":{"key":"short-secret"}}}', "secret"]) {
    writeFileSync(file, text);
    for (const ask of [keyOf(file, room("a")), makeKey(file, room("a"), 0)]) {
      await assert.rejects(ask, (error) => error instanceof KeysError && !error.message.includes("secret"));
    }
    assert.equal(readFileSync(file, "utf8"), text);
  }
});
