import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import * as fc from "fast-check";
import { enrol } from "../../../src/rollout/ssh/enrol.ts";
import { algorithmsOf, fingerprint, type HostKey, parseKey } from "../../../src/rollout/ssh/host-key.ts";
import {
  judge,
  KnownHosts,
  KnownHostsError,
  loadKnownHosts,
  matches,
  parseKnownHosts,
  wantedAlgorithms,
} from "../../../src/rollout/ssh/known-hosts.ts";
import { makeKey, sshd } from "./servers.ts";

const folder = mkdtempSync(join(tmpdir(), "deskbridge-known-"));
after(() => rmSync(folder, { recursive: true }));

function made(name: string, type = "ed25519"): HostKey & { readonly line: string } {
  const file = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file]);
  const line = readFileSync(`${file}.pub`, "utf8").trim();
  const key = parseKey(line);
  assert.ok(typeof key !== "string");
  return { ...key, line };
}
const one = made("one");
const other = made("other");
const ecdsa = made("ecdsa", "ecdsa");
const rsa = made("rsa", "rsa");

function known(text: string): KnownHosts {
  const { lines, faults } = parseKnownHosts(text, "known_hosts");
  assert.deepEqual(faults, []);
  return new KnownHosts(lines);
}

function hashed(name: string, salt = Buffer.alloc(20, 7)): string {
  return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
}

describe("lines of a known_hosts file", () => {
  const verdicts: readonly (readonly [string, string, readonly string[], number, string])[] = [
    ["a name", `desk ${one.line}`, ["desk"], 22, "trusted"],
    ["a name in other letters", `DESK ${one.line}`, ["dEsk"], 22, "trusted"],
    ["an address beside a name", `desk,10.0.0.1 ${one.line}`, ["10.0.0.1"], 22, "trusted"],
    ["another name", `desk2 ${one.line}`, ["desk"], 22, "unknown"],
    ["another key", `desk ${other.line}`, ["desk"], 22, "changed"],
    ["a port", `[desk]:2222 ${one.line}`, ["desk"], 2222, "trusted"],
    ["another port", `[desk]:2222 ${one.line}`, ["desk"], 2223, "unknown"],
    ["a name without its port", `desk ${one.line}`, ["desk"], 2222, "trusted"],
    ["a port that says otherwise", `desk ${one.line}\n[desk]:2222 ${other.line}`, ["desk"], 2222, "changed"],
    ["a hashed name", `${hashed("desk")} ${one.line}`, ["desk"], 22, "trusted"],
    ["a hashed name with its port", `${hashed("[desk]:2222")} ${one.line}`, ["desk"], 2222, "trusted"],
    ["another's hash", `${hashed("desk2")} ${one.line}`, ["desk"], 22, "unknown"],
    ["wildcards", `d?s*,x ${one.line}`, ["desk"], 22, "trusted"],
    ["a wildcard and who it is not for", `*,!desk ${one.line}`, ["desk"], 22, "unknown"],
    ["who it is not for, first", `!desk,* ${one.line}`, ["desk"], 22, "unknown"],
    ["negation alone", `!other ${one.line}`, ["desk"], 22, "unknown"],
    ["revoked", `desk ${one.line}\n@revoked * ${one.line}`, ["desk"], 22, "revoked"],
    ["revoked without its port", `[desk]:2222 ${one.line}\n@revoked desk ${one.line}`, ["desk"], 2222, "revoked"],
    ["another key revoked", `desk ${one.line}\n@revoked desk ${other.line}`, ["desk"], 22, "trusted"],
    ["revoked for others", `desk ${one.line}\n@revoked desk2 ${one.line}`, ["desk"], 22, "trusted"],
    ["an authority", `@cert-authority desk ${one.line}`, ["desk"], 22, "unknown"],
    [
      "comments, blanks, a carriage return",
      `# desk\n\n \t desk\t ${one.line} someone@there\r\n`,
      ["desk"],
      22,
      "trusted",
    ],
  ];
  for (const [what, text, names, port, verdict] of verdicts) {
    test(what, () => assert.equal(judge(known(text).of(names, port, []), one).kind, verdict));
  }

  const bad: readonly (readonly [string, string])[] = [
    ["desk", "its key has no type or no text"],
    ["desk ssh-ed25519", "its key has no type or no text"],
    [`desk ssh-ed25519 ${one.blob.slice(0, -1)}!`, "its key is not whole base64"],
    [`desk ssh-ed25519 ${one.blob.slice(0, -4)}`, "its key is cut or has something after its end"],
    [`desk ssh-rsa ${one.blob}`, 'its key says it is "ssh-ed25519", and its line "ssh-rsa"'],
    [`desk 2048 65537 1234567`, "its key is not whole base64"],
    [`@revokd desk ${one.line}`, "the marker @revokd is none of @revoked, @cert-authority"],
    [`@revoked @revoked desk ${one.line}`, "it has two markers"],
    [`@revoked`, "the marker @revoked is none of @revoked, @cert-authority"],
    [`|1|AAAA|BBBB ${one.line}`, "its hashed name is not |1|salt|hash"],
    [`|2|x ${one.line}`, "its hashed name is not |1|salt|hash"],
    [`${hashed("desk")},desk2 ${one.line}`, "its hashed name is not |1|salt|hash"],
  ];
  for (const [line, what] of bad) {
    test(`bad: ${line.slice(0, 40)}`, () => {
      const { lines, faults } = parseKnownHosts(`# first\n${line}\ndesk ${one.line}\n`, "hosts");
      assert.deepEqual(faults, [{ file: "hosts", line: 2, what }]);
      assert.equal(lines.length, 1);
    });
  }

  test("a file with bad lines is not used at all, and all of them are named", async () => {
    const file = join(folder, "bad");
    writeFileSync(file, `desk ${one.line}\n@revoked desk\nx\n`);
    await assert.rejects(loadKnownHosts([file]), (error) => {
      assert.ok(error instanceof KnownHostsError);
      assert.deepEqual(
        error.faults.map(({ line }) => line),
        [2, 3],
      );
      assert.ok(error.message.startsWith(`${file}:2: `));
      return true;
    });
  });

  test("the inventory's keys are trusted, unless they are revoked; one that cannot be read is refused", () => {
    assert.equal(judge(known("").of(["desk"], 22, [`${one.line} comment`]), one).kind, "trusted");
    assert.equal(judge(known(`@revoked * ${one.line}`).of(["desk"], 22, [one.line]), one).kind, "revoked");
    assert.throws(() => known("").of(["desk"], 22, ["ssh-ed25519 AAAA"]), /inventory's host key "ssh-ed25519 AAAA"/);
  });

  test("a verdict names fingerprints as ssh-keygen prints them", () => {
    const print = execFileSync("ssh-keygen", ["-lf", join(folder, "other.pub")], { encoding: "utf8" }).split(" ")[1];
    const verdict = judge(known(`desk ${one.line}`).of(["desk"], 22, []), other);
    assert.deepEqual(verdict, { kind: "changed", expected: [fingerprint(one.blob)], got: print });
  });

  test("an authority is told with its place", () => {
    const of = known(`\n@cert-authority *.it ${one.line}`).of(["a.it"], 22, []);
    assert.deepEqual(of, { trusted: [], revoked: [], authorities: ["known_hosts:2"] });
  });

  test("a server is asked only for types that are known and good", () => {
    const wanted = (text: string): readonly string[] => wantedAlgorithms(known(text).of(["desk"], 22, []));
    assert.deepEqual(wanted(`desk ${ecdsa.line}\ndesk ${rsa.line}`), [
      "ecdsa-sha2-nistp256",
      "rsa-sha2-512",
      "rsa-sha2-256",
    ]);
    assert.deepEqual(wanted(`desk ${one.line}\ndesk ${ecdsa.line}\n@revoked * ${one.line}`), ["ecdsa-sha2-nistp256"]);
    assert.deepEqual(wanted(`desk ${one.line}\n@revoked * ${one.line}`), ["ssh-ed25519"]);
    assert.deepEqual(wanted(`@cert-authority desk ${one.line}`), []);
    assert.deepEqual(algorithmsOf([{ type: "ssh-dss" }]), []);
  });
});

describe("properties", () => {
  const name = fc.stringMatching(/^[a-c.]{1,6}$/);

  test("what negates wins, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-c.*?]{1,5}$/), { maxLength: 4 }),
        name,
        fc.nat(4),
        (patterns, host, at) => {
          const all = patterns.toSpliced(at, 0, `!${host}`);
          assert.equal(matches(all.join(","), host), false);
        },
      ),
    );
  });

  test("wildcards are those of a regular expression", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c.*?]{1,8}$/), name, (pattern, host) => {
        const regExp = new RegExp(`^${RegExp.escape(pattern).replaceAll("\\*", ".*").replaceAll("\\?", ".")}$`);
        assert.equal(matches(pattern, host), regExp.test(host));
      }),
      { numRuns: 2000 },
    );
  });

  test("a hash is its name's alone", () => {
    fc.assert(fc.property(name, name, (a, b) => assert.equal(matches(hashed(a), b), a === b)));
  });

  test("a line of stars takes no time", () => {
    assert.equal(matches(`${"*a".repeat(500)}*b`, "a".repeat(2000)), false);
  });

  test("no text makes it fail, and what it reads it reads as one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { lines, faults } = parseKnownHosts(text, "f");
        assert.ok(lines.length + faults.length <= text.split("\n").length);
      }),
    );
  });
});

describe("beside OpenSSH", () => {
  const key = fc.constantFrom(one, other, ecdsa);
  const hosts = fc.oneof(
    fc.constantFrom("desk", "desk2", "*", "d?sk", "!desk,*", "*,!desk", "DESK", "x,desk,y", "[desk]:22", "[desk]:2222"),
    fc.constantFrom("desk", "desk2", "[desk]:2222").map((host) => hashed(host)),
  );
  const marker = fc.constantFrom("", "", "@revoked ", "@cert-authority ");
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(marker, hosts, key).map(([mark, host, { line }]) => `${mark}${host} ${line}`) },
    { weight: 1, arbitrary: fc.constantFrom("", "# desk", "  ") },
  );

  test("ssh-keygen -F finds the same lines", () => {
    const file = join(folder, "differential");
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), fc.constantFrom("desk", "desk2", "[desk]:2222"), (lines, host) => {
        const text = `${lines.join("\n")}\n`;
        writeFileSync(file, text);
        const { stdout } = spawnSync("ssh-keygen", ["-F", host, "-f", file], { encoding: "utf8" });
        const theirs = [...stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map(([, n]) => Number(n));
        const ours = parseKnownHosts(text, file).lines.filter(({ hosts }) => matches(hosts, host));
        assert.deepEqual(
          ours.map(({ line }) => line),
          theirs,
        );
      }),
      { numRuns: 150 },
    );
  });

  test("what ssh-keygen -H hashes is found", () => {
    const file = join(folder, "hashed");
    writeFileSync(file, `desk,10.0.0.1 ${one.line}\n[desk]:2222 ${other.line}\n`);
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
    const text = readFileSync(file, "utf8");
    assert.ok(!text.includes("desk"));
    assert.equal(judge(known(text).of(["10.0.0.1"], 22, []), one).kind, "trusted");
    assert.equal(judge(known(text).of(["desk"], 2222, []), other).kind, "trusted");
  });

  test("ssh lets in whom we let in, and nobody else but for a port that is revoked without its number", async () => {
    const client = await makeKey(join(folder, "client"));
    const allow = [readFileSync(`${client}.pub`, "utf8").trim()];
    const server = await sshd(folder, "differential-sshd", { allow });
    const shown = parseKey(server.hostKeys[0] ?? "");
    assert.ok(typeof shown !== "string");
    const { port } = server;
    const file = join(folder, "real");
    const places = [`[127.0.0.1]:${port}`, "127.0.0.1", "*", `[127.0.0.?]:*`, `!127.0.0.1,*`, `*,!*:${port}`, "desk"];
    const place = fc.oneof(
      fc.constantFrom(...places),
      fc.constantFrom(...places.slice(0, 2)).map((name) => hashed(name)),
    );
    const its = fc.constantFrom(`${shown.type} ${shown.blob}`, `${shown.type} ${shown.blob}`, one.line, ecdsa.line);
    const rows = fc.array(fc.tuple(marker, place, its), { minLength: 1, maxLength: 4 });
    const seen = new Set<string>();
    try {
      await fc.assert(
        fc.asyncProperty(rows, async (rows) => {
          const text = rows.map(([mark, host, key]) => `${mark}${host} ${key}\n`).join("");
          writeFileSync(file, text);
          const options = [
            "StrictHostKeyChecking=yes",
            `UserKnownHostsFile=${file}`,
            "GlobalKnownHostsFile=/dev/null",
            "BatchMode=yes",
            "UpdateHostKeys=no",
            "KexAlgorithms=curve25519-sha256",
            "IdentitiesOnly=yes",
            `IdentityFile=${client}`,
          ].flatMap((option) => ["-o", option]);
          // Not in this thread's own time: it has sshd's log to read, or sshd stops.
          const ssh = spawn("ssh", ["-F", "none", ...options, "-p", String(port), "root@127.0.0.1", "true"], {
            stdio: "ignore",
          });
          const [status] = (await once(ssh, "exit")) as [number | null];
          const of = known(text).of(["127.0.0.1"], port, []);
          const ours = judge(of, shown).kind;
          const plainRevoked = rows.some(
            ([mark, host, key]) =>
              mark === "@revoked " && key.includes(shown.blob) && !matches(host, `[127.0.0.1]:${port}`),
          );
          if (ours === "revoked" && plainRevoked) return;
          seen.add(ours);
          assert.equal(ours === "trusted", status === 0, `${ours}, ssh ended with ${status}:\n${text}`);
        }),
        { numRuns: 60 },
      );
    } finally {
      await server.stop();
    }
    for (const kind of ["trusted", "changed", "unknown", "revoked"]) assert.ok(seen.has(kind), `no ${kind} was met`);
  });
});

describe("enrol", () => {
  const scan = (keys: readonly HostKey[], hostKeys: readonly string[] = []) => [
    { name: "desk", port: 2222, hostKeys, keys },
  ];

  test("new keys are lines to review, which are then trusted when someone takes them over", () => {
    const lines = enrol(scan([one, ecdsa]), known(""));
    assert.deepEqual(lines, [
      `# NEW [desk]:2222 ssh-ed25519 ${fingerprint(one.blob)}`,
      `[desk]:2222 ${one.type} ${one.blob}`,
      `# NEW [desk]:2222 ecdsa-sha2-nistp256 ${fingerprint(ecdsa.blob)}`,
      `[desk]:2222 ${ecdsa.type} ${ecdsa.blob}`,
    ]);
    assert.equal(judge(known(lines.join("\n")).of(["desk"], 2222, []), one).kind, "trusted");
  });

  test("what is known has no line; what has changed or is revoked is never a line that could be taken over", () => {
    assert.deepEqual(enrol(scan([one], [one.line]), known("")), []);
    const changed = enrol(scan([other], [one.line]), known(""));
    const revoked = enrol(scan([one]), known(`@revoked * ${one.line}`));
    assert.match(
      changed.join("\n"),
      /^# CHANGED \[desk\]:2222 ssh-ed25519 SHA256:\S+, known is SHA256:\S+: find out why$/,
    );
    assert.match(revoked.join("\n"), /^# REVOKED /);
    assert.deepEqual(parseKnownHosts([...changed, ...revoked].join("\n"), "f"), { lines: [], faults: [] });
  });

  test("a name that would say more than a name is refused", () => {
    for (const name of ["*", "a,b", "a b", "@revoked", "a\nb", "!a", "|1|a"]) {
      assert.throws(() => enrol([{ name, port: 22, hostKeys: [], keys: [one] }], known("")), RangeError);
    }
  });
});
