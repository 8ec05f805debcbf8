import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { openAuthority } from "../../src/profiles/authority.ts";

const run = promisify(execFile);
const passphrase = "a passphrase of the tests";

describe("the authority", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "deskbridge-authority-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** What OpenSSL itself says of a certificate, with the revocation list checked. */
  async function verify(certificatePem: string, purpose: string): Promise<string> {
    const file = join(folder, "asked.pem");
    await writeFile(file, certificatePem);
    const list = ["-crl_check", "-CRLfile", join(folder, "crl.pem")];
    const args = ["verify", "-x509_strict", ...list, "-CAfile", join(folder, "ca.pem"), "-purpose", purpose, file];
    return run("openssl", args).then(
      ({ stdout }) => stdout.replace(file, "it").trim(),
      (error: unknown) => String(error).match(/error \d+ at .*: (.*)/)?.[1] ?? String(error),
    );
  }

  test("issues certificates that OpenSSL takes for their own purpose and for no other", async () => {
    const authority = await openAuthority(folder, passphrase);
    const gateway = await authority.issue({
      kind: "gateway",
      commonName: "hub-a",
      dnsNames: ["hub-a.example"],
      addresses: ["198.18.0.2"],
      days: 90,
    });
    const person = await authority.issue({ kind: "person", commonName: "p01@regione", body: "regione", days: 30 });
    assert.equal(await verify(gateway.certificatePem, "sslserver"), "it: OK");
    assert.match(await verify(gateway.certificatePem, "sslclient"), /unsuitable certificate purpose/);
    assert.equal(await verify(person.certificatePem, "sslclient"), "it: OK");
    assert.match(await verify(person.certificatePem, "sslserver"), /unsuitable certificate purpose/);

    const shown = await run("openssl", ["x509", "-in", join(folder, "asked.pem"), "-noout", "-subject", "-serial"]);
    assert.match(shown.stdout, /subject=O = Deskbridge, OU = regione, CN = p01@regione\nserial=/);
    assert.match(shown.stdout.toLowerCase(), new RegExp(`serial=${person.serial}`));
    assert.match(person.serial, /^[0-9a-f]{32}$/);
    assert.ok(Math.abs(Date.parse(person.notAfter) - (Date.now() + 30 * 86_400_000)) < 60_000);
  });

  test("a revoked certificate is refused at once, the others are not", async () => {
    const authority = await openAuthority(folder, passphrase);
    const kept = await authority.issue({ kind: "person", commonName: "p01@regione", body: "regione", days: 30 });
    const gone = await authority.issue({ kind: "person", commonName: "p02@regione", body: "regione", days: 30 });
    assert.equal(await verify(gone.certificatePem, "sslclient"), "it: OK");
    await authority.revoke(gone.serial, "keyCompromise");
    await authority.revoke(gone.serial, "superseded");
    assert.equal(await verify(gone.certificatePem, "sslclient"), "certificate revoked");
    assert.equal(await verify(kept.certificatePem, "sslclient"), "it: OK");

    const again = await (await openAuthority(folder, passphrase)).list();
    assert.deepEqual(
      again.map(({ commonName, revoked }) => [commonName, revoked?.reason]),
      [
        ["p01@regione", undefined],
        ["p02@regione", "keyCompromise"],
      ],
    );
  });

  test("the revocation list is written anew when half of its 30 days have gone, and not before", async (t) => {
    await openAuthority(folder, passphrase);
    const list = (): Promise<string> => readFile(join(folder, "crl.pem"), "utf8");
    const first = await list();
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 14 * 86_400_000 });
    await openAuthority(folder, passphrase);
    assert.equal(await list(), first);
    t.mock.timers.setTime(Date.now() + 2 * 86_400_000);
    await openAuthority(folder, passphrase);
    const end = (await run("openssl", ["crl", "-in", join(folder, "crl.pem"), "-noout", "-nextupdate"])).stdout;
    assert.ok(Math.abs(Date.parse(end.split("=")[1] ?? "") - (Date.now() + 30 * 86_400_000)) < 60_000, end);
  });

  test("revoking what was never issued is an error", async () => {
    const authority = await openAuthority(folder, passphrase);
    await assert.rejects(authority.revoke("abcd", "unspecified"), {
      name: "RequestError",
      message: 'no certificate with serial "abcd" was issued here',
    });
  });

  test("the key is encrypted, for its owner's eyes only, and opens with the right passphrase alone", async () => {
    await openAuthority(folder, passphrase);
    const key = join(folder, "ca-key.pem");
    assert.equal((await stat(key)).mode & 0o777, 0o600);
    assert.match(await readFile(key, "utf8"), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    await run("openssl", ["pkey", "-in", key, "-passin", `pass:${passphrase}`, "-noout"]);
    await assert.rejects(openAuthority(folder, "another"), {
      name: "PassphraseError",
      message: `the passphrase does not open the authority's key ${key}: it was made with another passphrase`,
    });
  });

  test("two processes that open it at once make one authority, and their certificates are all registered", async () => {
    const source = new URL("../../src/profiles/authority.ts", import.meta.url).href;
    const program = `
      const { openAuthority } = await import(${JSON.stringify(source)});
      const authority = await openAuthority(${JSON.stringify(folder)}, ${JSON.stringify(passphrase)});
      for (let n = 0; n < 10; n++) await authority.issue({ kind: "server", commonName: "s" + n, days: 1 });
      process.stdout.write(authority.certificatePem);`;
    const roots = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
        const [code] = await once(child, "close");
        assert.equal(code, 0);
        return text;
      }),
    );
    assert.equal(new Set(roots).size, 1);
    assert.equal(roots[0], await readFile(join(folder, "ca.pem"), "utf8"));
    assert.equal((await (await openAuthority(folder, passphrase)).list()).length, 30);
  });

  test("a lock left by a process that died is taken over", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid;
    await once(child, "close");
    await writeFile(join(folder, "lock"), JSON.stringify({ pid, started: "1" }));
    const authority = await openAuthority(folder, passphrase);
    // The same id, but of a process that started at another time: it was given to somebody else since.
    await writeFile(join(folder, "lock"), JSON.stringify({ pid: process.pid, started: "1" }));
    await authority.issue({ kind: "server", commonName: "watch", days: 1 });
    assert.equal((await authority.list()).length, 1);
  });

  test("a last line torn by a crash is cut, and the register goes on", async () => {
    const authority = await openAuthority(folder, passphrase);
    await authority.issue({ kind: "server", commonName: "one", days: 1 });
    await appendFile(join(folder, "register.jsonl"), '0123456789abcdef {"event":"issued","ser');
    assert.equal((await authority.list()).length, 1);
    await authority.issue({ kind: "server", commonName: "two", days: 1 });
    assert.deepEqual(
      (await authority.list()).map((entry) => entry.commonName),
      ["one", "two"],
    );
  });

  test("a line that was altered is an error that names it", async () => {
    const authority = await openAuthority(folder, passphrase);
    const issued = await authority.issue({ kind: "person", commonName: "p01@regione", body: "regione", days: 1 });
    await authority.revoke(issued.serial, "keyCompromise");
    await authority.issue({ kind: "server", commonName: "two", days: 1 });
    const register = join(folder, "register.jsonl");
    await writeFile(register, (await readFile(register, "utf8")).replace("keyCompromise", "superseded"));
    await assert.rejects(authority.list(), {
      name: "RegisterError",
      message: `${register}:2: this line was altered or damaged; restore the register from a copy`,
    });
  });

  test("an authority whose key is gone is not replaced in silence", async () => {
    await openAuthority(folder, passphrase);
    await rm(join(folder, "ca-key.pem"));
    await assert.rejects(openAuthority(folder, passphrase), { name: "AuthorityError", message: /ca-key.pem is not$/ });
  });

  const refused = [
    ["a person without a body", { kind: "person", commonName: "p01", days: 1 }, /a person's name is <person>@<body>/],
    [
      "another body's name",
      { kind: "person", commonName: "p01@torino", body: "regione", days: 1 },
      /with body "regione"/,
    ],
    ["a name with a line end", { kind: "server", commonName: "a\nb", days: 1 }, /^commonName "a\\nb": letters, digits/],
    ["a name too long", { kind: "server", commonName: "a".repeat(65), days: 1 }, /at most 64 characters/],
    [
      "an address that is none",
      { kind: "server", commonName: "a", addresses: ["300.1.1.1"], days: 1 },
      /not an IP address/,
    ],
    ["a DNS name that is none", { kind: "server", commonName: "a", dnsNames: ["a..b"], days: 1 }, /not a DNS name/],
    ["no time", { kind: "server", commonName: "a", days: 0 }, /^days 0: more than 0$/],
  ] as const;
  for (const [what, request, message] of refused) {
    test(`refuses ${what}`, async () => {
      const authority = await openAuthority(folder, passphrase);
      await assert.rejects(authority.issue(request), { name: "RequestError", message });
      assert.deepEqual(await authority.list(), []);
    });
  }
});
