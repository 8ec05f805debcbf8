import assert from "node:assert/strict";
import { test } from "node:test";
import { hashSync } from "bcryptjs";
import { credentialsOf } from "../../../src/exporter/web/credentials.ts";
import { Gate } from "../../../src/exporter/web/gate.ts";
import { alternativeNames } from "../../../src/exporter/web/names.ts";
import { BusyError, Passwords } from "../../../src/exporter/web/passwords.ts";
import { Bucket } from "../../../src/exporter/web/rate.ts";
import type { WebSettings } from "../../../src/exporter/web/settings.ts";
import { parseTokens, sha256 } from "../../../src/exporter/web/tokens.ts";

const hashes = { anna: hashSync("right", 4), berta: hashSync("also right", 5) };
const settings: WebSettings = {
  tls: undefined,
  headers: {},
  users: new Map(Object.entries(hashes)),
  tokens: [],
  rate: undefined,
};

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

/** A gate, and every check by bcrypt that it asked for, as the hash. */
function counted(): { readonly gate: Gate; readonly checks: readonly string[] } {
  const checks: string[] = [];
  const right = { [hashes.anna]: "right", [hashes.berta]: "also right" };
  const gate = new Gate(async (password, hash) => {
    checks.push(hash);
    return right[hash] === password;
  });
  return { gate, checks };
}

test("a right password is checked by bcrypt once, also when it comes many times at once", async () => {
  const { gate, checks } = counted();
  const asked = Array.from({ length: 20 }, () => gate.verdict(settings, basic("anna", "right")));
  assert.deepEqual(new Set(await Promise.all(asked)), new Set(["in"]));
  assert.equal(await gate.verdict(settings, basic("anna", "right")), "in");
  assert.deepEqual(checks, [hashes.anna]);
});

test("a wrong one is remembered as wrong, and takes the right one nothing", async () => {
  const { gate, checks } = counted();
  assert.equal(await gate.verdict(settings, basic("anna", "wrong")), "refused");
  assert.equal(await gate.verdict(settings, basic("anna", "wrong")), "refused");
  assert.equal(await gate.verdict(settings, basic("anna", "right")), "in");
  assert.equal(checks.length, 2);
  for (let index = 0; index < 1100; index++) await gate.verdict(settings, basic("anna", `wrong ${index}`));
  assert.equal(checks.length, 1102);
  assert.equal(await gate.verdict(settings, basic("anna", "right")), "in");
  assert.equal(checks.length, 1102, "a flood of wrong ones pushes no right one out");
  await gate.verdict(settings, basic("anna", "wrong"));
  assert.equal(checks.length, 1103, "but old wrong ones, so that memory is bounded");
});

test("a name that nobody has costs a check like a user's, and never gets in, not even by a user's password", async () => {
  const { gate, checks } = counted();
  const names = Array.from({ length: 40 }, (_, index) => `nobody-${index}`);
  for (const name of names) {
    for (const password of ["right", "also right"]) {
      assert.equal(await gate.verdict(settings, basic(name, password)), "refused");
    }
  }
  assert.equal(checks.length, 80);
  const used = names.map((_, index) => new Set(checks.slice(2 * index, 2 * index + 2)));
  assert.ok(
    used.every((ofName) => ofName.size === 1),
    "one name costs the same each time",
  );
  assert.deepEqual(new Set(checks), new Set(Object.values(hashes)), "and names the same as users do");
});

test("a password that is changed lets the old one in no more", async () => {
  const { gate } = counted();
  assert.equal(await gate.verdict(settings, basic("anna", "right")), "in");
  const changed = { ...settings, users: new Map([["anna", hashes.berta]]) };
  assert.equal(await gate.verdict(changed, basic("anna", "right")), "refused");
  assert.equal(await gate.verdict(changed, basic("anna", "also right")), "in");
});

test("where too many passwords wait it says so, and remembers nothing", async () => {
  let busy = true;
  const gate = new Gate(() => (busy ? Promise.reject(new BusyError("too many")) : Promise.resolve(true)));
  assert.equal(await gate.verdict(settings, basic("anna", "right")), "busy");
  busy = false;
  assert.equal(await gate.verdict(settings, basic("anna", "right")), "in");
});

test("each way in is for those that the configuration names only", async () => {
  const { gate } = counted();
  const token = "0123456789abcdef";
  const tokens = { ...settings, users: new Map<string, string>(), tokens: [sha256("x".repeat(16)), sha256(token)] };
  assert.equal(await gate.verdict(tokens, `Bearer ${token}`), "in");
  assert.equal(await gate.verdict(tokens, `bearer ${token}`), "in");
  assert.equal(await gate.verdict(tokens, `Bearer ${token}=`), "refused");
  assert.equal(await gate.verdict(tokens, basic("anna", "right")), "refused");
  assert.equal(await gate.verdict(settings, `Bearer ${token}`), "refused");
  assert.equal(await gate.verdict({ ...tokens, tokens: [] }, undefined), "in", "none named: everyone");
  for (const nothing of [undefined, "", "Basic", "Bearer ", "Digest x", "Basic !!", "Basic YW5uYQ=="]) {
    assert.equal(await gate.verdict({ ...tokens, users: settings.users }, nothing), "refused", nothing);
  }
});

test("bcrypt's own thread tells right from wrong, and how many may wait is bounded", async () => {
  const passwords = new Passwords();
  try {
    assert.equal(await passwords.matches("right", hashes.anna), true);
    assert.equal(await passwords.matches("wrong", hashes.anna), false);
    // $2y$ is what htpasswd writes.
    assert.equal(await passwords.matches("right", hashes.anna.replace(/^\$2b/, "$2y")), true);
    const flood = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.matches("wrong", hashes.anna)));
    const refused = flood.filter((each) => each.status === "rejected");
    assert.equal(refused.length, 36);
    assert.ok(refused.every(({ reason }) => reason instanceof BusyError));
    assert.equal(await passwords.matches("right", hashes.anna), true);
  } finally {
    await passwords.close();
  }
});

test("a password may hold colons and what is no ASCII", () => {
  assert.deepEqual(credentialsOf(basic("anna", "a:b:ü")), { scheme: "basic", name: "anna", password: "a:b:ü" });
});

test("names of a certificate cannot pass for others", () => {
  assert.deepEqual(
    alternativeNames('DNS:a.example, IP Address:127.0.0.1, URI:"spiffe://x/a, DNS:b.example", email:a@b.example'),
    ["a.example", "spiffe://x/a, DNS:b.example", "a@b.example"],
  );
  assert.deepEqual(alternativeNames(""), []);
});

test("a token bucket lets a burst through, then one at a time", () => {
  const bucket = new Bucket({ everyMs: 100, burst: 2 }, 0);
  const at = [0, 0, 0, 99, 100, 100, 10_000, 10_000, 10_000].map((now) => bucket.take(now));
  assert.deepEqual(at, [true, true, false, false, true, false, true, true, false]);
});

test("too many tokens are refused", () => {
  const text = Array.from({ length: 101 }, (_, index) => `0123456789abcdef-${index}`).join("\n");
  assert.deepEqual(
    parseTokens(text, "t").errors.map(({ message }) => message),
    ["the file holds more than 100 tokens"],
  );
});
