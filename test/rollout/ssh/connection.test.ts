import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Dialer } from "../../../src/rollout/ssh/dialer.ts";
import {
  ChangedHostKeyError,
  CommandError,
  DeadlineError,
  type Failure,
  isOutOfReach,
  LostError,
  RefusedError,
  RevokedHostKeyError,
  SshError,
  UnknownHostKeyError,
  UnreachableError,
} from "../../../src/rollout/ssh/failure.ts";
import { fingerprint, parseKey } from "../../../src/rollout/ssh/host-key.ts";
import { Credentials, IdentityError, type IdentitySource, loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import { KnownHosts, parseKnownHosts } from "../../../src/rollout/ssh/known-hosts.ts";
import { scan } from "../../../src/rollout/ssh/scan.ts";
import type { Pacing, Target } from "../../../src/rollout/ssh/target.ts";
import {
  agent,
  folderOf,
  freePort,
  liar,
  makeKey,
  patient,
  publicKey,
  remove,
  run,
  type Sshd,
  sshd,
  target,
  tinysshd,
} from "./servers.ts";

let folder: string;
let key: string;
let stranger: string;
let server: Sshd;
const stops: (() => unknown)[] = [];
async function started<T extends { stop(): unknown }>(making: Promise<T>): Promise<T> {
  const made = await making;
  stops.push(() => made.stop());
  return made;
}

before(async () => {
  folder = await folderOf("ssh-connection");
  key = await makeKey(join(folder, "key"));
  stranger = await makeKey(join(folder, "stranger"));
  server = await started(sshd(folder, "server", { allow: [await publicKey(key)] }));
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
  await remove(folder);
});

async function dialer(source: IdentitySource, pacing: Pacing = patient): Promise<Dialer> {
  return new Dialer(new Credentials(await loadIdentity(source)), pacing, () => undefined);
}
const own = (): Promise<Dialer> => dialer({ keys: [{ file: key }] });

/** The error of a class that the promise rejects with. */
async function failing<E extends SshError>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => E,
): Promise<E> {
  const error = await promise.then(
    () => assert.fail("it came through"),
    (error: unknown) => error,
  );
  assert.ok(error instanceof kind, String(error));
  return error;
}

describe("a command", () => {
  test("gives back its output, code and signal; its words arrive as they are", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const words = ["a b", "'", "$HOME", "è\n", ""];
    assert.deepEqual(await connection.run({ argv: ["printf", "%s|", ...words] }), {
      code: 0,
      signal: null,
      stdout: `${words.join("|")}|`,
      stderr: "",
      truncated: false,
    });
    const failed = await connection.run({ argv: ["sh", "-c", "echo wrong >&2; exit 3"] });
    assert.deepEqual([failed.code, failed.stderr], [3, "wrong\n"]);
    const killed = await connection.run({ argv: ["sh", "-c", "kill -TERM $$"] });
    assert.deepEqual([killed.code, killed.signal], [null, "SIGTERM"]);
    const unknown = await connection.run({ argv: ["no-such-program"] });
    assert.equal(unknown.code, 127);
    connection.close();
  });

  test("gets its standard input, a megabyte too, and its end", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const stdin = "0123456789abcdef".repeat(65_536);
    const { stdout } = await connection.run({ argv: ["wc", "-c"], stdin });
    assert.equal(stdout.trim(), String(stdin.length));
    assert.equal((await connection.run({ argv: ["cat"] })).stdout, "");
    // Whoever does not read it is not waited for.
    assert.equal((await connection.run({ argv: ["true"], stdin })).code, 0);
    connection.close();
  });

  test("many at once over one connection keep apart", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const outputs = await Promise.all(
      Array.from({ length: 8 }, (_, n) => connection.run({ argv: ["echo", String(n)] })),
    );
    assert.deepEqual(
      outputs.map(({ stdout }) => stdout),
      Array.from({ length: 8 }, (_, n) => `${n}\n`),
    );
    connection.close();
  });

  test("that says more than is kept is cut and told, and still ends with its code", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const script = "head -c 3000000 /dev/zero | tr '\\0' x; echo no >&2; exit 4";
    const result = await connection.run({ argv: ["sh", "-c", script], maxOutputBytes: 1000 });
    assert.deepEqual(
      { ...result, stdout: result.stdout.length },
      {
        code: 4,
        signal: null,
        stdout: 1000,
        stderr: "no\n",
        truncated: true,
      },
    );
    const exact = await connection.run({ argv: ["printf", "xxxxx"], maxOutputBytes: 5 });
    assert.deepEqual([exact.stdout, exact.truncated], ["xxxxx", false]);
    connection.close();
  });

  test("that has no end of output is cut off, within bounds of memory, and its connection lives on", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const before = process.memoryUsage().rss;
    const { failure } = await failing(connection.run({ argv: ["yes"] }), CommandError);
    assert.match(failure.detail, /more than 64 MiB/);
    assert.ok(process.memoryUsage().rss - before < 60 * 2 ** 20);
    assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    connection.close();
  });

  test("that does not end in its time destroys the connection, and what else ran on it is lost", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const other = failing(connection.run({ argv: ["sleep", "60"] }), LostError);
    const { failure } = await failing(connection.run({ argv: ["sleep", "60"], deadline: 0.2 }), DeadlineError);
    assert.deepEqual(failure, { kind: "deadline", host: "desk", stage: "command", seconds: 0.2 });
    assert.equal((await other).failure.stage, "command");
    assert.equal(connection.isOpen, false);
    await failing(connection.run({ argv: ["true"] }), LostError);
  });

  test("that is let go is lost, at once", async () => {
    const connection = await (await own()).connect(target(server.port, server.hostKeys));
    const controller = new AbortController();
    const running = failing(connection.run({ argv: ["sleep", "60"] }, controller.signal), LostError);
    controller.abort();
    assert.match((await running).message, /let go on request/);
  });

  test("a server that takes no command says so", async () => {
    const closed = await started(
      sshd(folder, "no-session", { allow: [await publicKey(key)], config: ["MaxSessions 0"] }),
    );
    const connection = await (await own()).connect(target(closed.port, closed.hostKeys));
    assert.match((await failing(connection.run({ argv: ["true"] }), CommandError)).message, /takes no command/);
    connection.close();
  });
});

describe("a host key", () => {
  test("every type that is known is enough, and the server is asked for it alone", async () => {
    const many = await started(
      sshd(folder, "many", { types: ["ed25519", "ecdsa", "rsa"], allow: [await publicKey(key)] }),
    );
    assert.equal(many.hostKeys.length, 3);
    for (const hostKey of many.hostKeys) {
      const connection = await (await own()).connect(target(many.port, [hostKey]));
      assert.equal((await connection.run({ argv: ["true"] })).code, 0);
      connection.close();
    }
    const found = await scan({ name: "many", address: "127.0.0.1", port: many.port }, 10);
    assert.deepEqual(found.map(({ type, blob }) => `${type} ${blob}`).sort(), [...many.hostKeys].sort());
  });

  test("that has changed is an event of its own, with both fingerprints", async () => {
    const other = await publicKey(stranger);
    const { failure } = await failing((await own()).connect(target(server.port, [other])), ChangedHostKeyError);
    assert.deepEqual(failure, {
      kind: "hostKey",
      host: "desk",
      fault: "changed",
      expected: [fingerprint(other.split(" ")[1] ?? "")],
      got: fingerprint(server.hostKeys[0]?.split(" ")[1] ?? ""),
    });
  });

  test("a host that has no key of the known types any more has changed too", async () => {
    const rsa = await publicKey(await makeKey(join(folder, "rsa"), "rsa"));
    const { failure } = await failing((await own()).connect(target(server.port, [rsa])), ChangedHostKeyError);
    assert.equal(failure.got, undefined);
    assert.equal(failure.expected.length, 1);
  });

  test("none is known: not even a connection is made", async () => {
    const nobody = target(await freePort(), []);
    const { message } = await failing((await own()).connect(nobody), UnknownHostKeyError);
    assert.match(message, /^desk: its host key is not known; none is in the inventory/);
  });

  test("an authority makes none known, and is told", async () => {
    const { lines } = parseKnownHosts(`@cert-authority * ${server.hostKeys[0]}`, "known_hosts");
    const known = new KnownHosts(lines).of(["127.0.0.1"], server.port, []);
    const { message } = await failing((await own()).connect(target(server.port, [], { known })), UnknownHostKeyError);
    assert.match(message, /known_hosts:1 names a certificate authority, which is not supported/);
  });

  test("revoked is refused though the inventory has it", async () => {
    const { lines } = parseKnownHosts(`@revoked * ${server.hostKeys[0]}`, "known_hosts");
    const known = new KnownHosts(lines).of(["127.0.0.1"], server.port, server.hostKeys);
    await failing((await own()).connect(target(server.port, [], { known })), RevokedHostKeyError);
  });

  test("whoever is wrong is not told who we are: no login is tried", async () => {
    const { socket, ...rest } = await started(agent(folder, [key]));
    void rest;
    const identity = await dialer({ agent: socket });
    await failing(identity.connect(target(server.port, [await publicKey(stranger)])), ChangedHostKeyError);
  });
});

describe("a login", () => {
  test("with a key file, an encrypted one too, by a passphrase out of a file or from whoever knows", async () => {
    const locked = await makeKey(join(folder, "locked"), "ed25519", "correct horse");
    const kind = await started(sshd(folder, "locked-sshd", { allow: [await publicKey(locked)] }));
    const file = join(folder, "passphrase");
    await writeFile(file, "correct horse\n", { mode: 0o600 });
    for (const passphrase of [{ file }, async () => "correct horse"]) {
      const identity = await dialer({ keys: [{ file: locked, passphrase }] });
      const connection = await identity.connect(target(kind.port, kind.hostKeys));
      assert.equal((await connection.run({ argv: ["true"] })).code, 0);
      connection.close();
    }
    await assert.rejects(
      loadIdentity({ keys: [{ file: locked }] }),
      /locked: is encrypted, and no passphrase is given/,
    );
    const wrong = loadIdentity({ keys: [{ file: locked, passphrase: () => "wrong staple" }] });
    await assert.rejects(wrong, (error) => {
      assert.ok(error instanceof IdentityError);
      assert.match(error.message, /its passphrase is wrong$/);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /staple/);
      return true;
    });
  });

  for (const type of ["rsa", "ecdsa"]) {
    test(`with a key of type ${type}`, async () => {
      const file = await makeKey(join(folder, `login-${type}`), type);
      const kind = await started(sshd(folder, `login-${type}-sshd`, { allow: [await publicKey(file)] }));
      const connection = await (await dialer({ keys: [{ file }] })).connect(target(kind.port, kind.hostKeys));
      connection.close();
    });
  }

  test("with an agent, after a key file that was refused", async () => {
    const own = await folderOf("ssh-agent");
    const { socket } = await started(agent(own, [key]));
    const identity = await dialer({ agent: socket, keys: [{ file: stranger }] });
    const connection = await identity.connect(target(server.port, server.hostKeys));
    assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    connection.close();
    await remove(own);
  });

  test("that is refused says what was tried, and is not out of reach", async () => {
    const identity = await dialer({ keys: [{ file: stranger }], agent: join(folder, "no-agent") });
    const { failure, message } = await failing(identity.connect(target(server.port, server.hostKeys)), RefusedError);
    const print = fingerprint((await publicKey(stranger)).split(" ")[1] ?? "");
    assert.deepEqual(failure.tried, [`key ${stranger} (${print})`, "agent (ENOENT)"]);
    assert.deepEqual(failure.offers, ["publickey"]);
    assert.match(message, /^desk: refuses root: tried key /);
    assert.equal(isOutOfReach(failure), false);
  });

  test("too many tries are a refusal in the server's own words", async () => {
    const strict = await started(sshd(folder, "strict", { allow: [await publicKey(key)], config: ["MaxAuthTries 1"] }));
    const second = await makeKey(join(folder, "second"));
    const identity = await dialer({ keys: [{ file: stranger }, { file: second }, { file: key }] });
    const { failure } = await failing(identity.connect(target(strict.port, strict.hostKeys)), RefusedError);
    assert.match(failure.detail ?? "", /Too many authentication failures/);
  });

  test("a server that takes passwords alone gets no key, and none is asked for", async () => {
    const config = ["PubkeyAuthentication no", "PasswordAuthentication yes"];
    const passwords = await started(sshd(folder, "passwords", { config }));
    const identity = await dialer({ keys: [{ file: key }, { file: stranger }] });
    const { failure } = await failing(identity.connect(target(passwords.port, passwords.hostKeys)), RefusedError);
    assert.deepEqual(failure.offers, ["password"]);
    assert.equal(failure.tried.length, 1);
  });

  test("a key that others may read is not used, nor a public one, nor what is none, nor nothing", async () => {
    const open = await makeKey(join(folder, "open"));
    await chmod(open, 0o644);
    await chmod(`${open}.pub`, 0o600);
    await writeFile(join(folder, "noise"), "noise", { mode: 0o600 });
    await assert.rejects(loadIdentity({ keys: [{ file: open }] }), /others may read it \(mode 644\): make it 600/);
    await assert.rejects(loadIdentity({ keys: [{ file: `${open}.pub` }] }), /is a public key/);
    await assert.rejects(loadIdentity({ keys: [{ file: join(folder, "noise") }] }), /is no private key/);
    await assert.rejects(loadIdentity({ keys: [{ file: join(folder, "absent") }] }), /cannot be read \(ENOENT\)/);
    await assert.rejects(loadIdentity({}), IdentityError);
  });
});

describe("nobody there", () => {
  test("a port where nobody listens is out of reach", async () => {
    const { failure } = await failing(
      (await own()).connect(target(await freePort(), server.hostKeys)),
      UnreachableError,
    );
    assert.equal(failure.detail, "nobody listens at the port");
    assert.ok(isOutOfReach(failure));
  });

  test("what speaks no SSH is out of reach, and is quoted in one printable line", async () => {
    const web = await started(liar((socket) => socket.end(`HTTP/1.1 400 Bad Request\r\n\r\n${"\u0007".repeat(9)}`)));
    const error = await failing((await own()).connect(target(web.port, server.hostKeys)), SshError<Failure>);
    assert.ok(isOutOfReach(error.failure), error.message);
    assert.match(error.message, /^[\x20-\x7e]+$/);
  });

  test("a server that closes before its banner is tried so often, and each time told", async () => {
    const shut = await started(liar((socket) => socket.end("Exceeded MaxStartups\r\n")));
    const told: unknown[] = [];
    const credentials = new Credentials(await loadIdentity({ keys: [{ file: key }] }));
    const again = new Dialer(credentials, { ...patient, tries: 3 }, ({ host, nth, of }) => told.push([host, nth, of]));
    const { failure } = await failing(again.connect(target(shut.port, server.hostKeys)), LostError);
    assert.equal(failure.stage, "banner");
    assert.match(failure.detail, /3 times/);
    assert.ok(isOutOfReach(failure));
    assert.deepEqual(told, [
      ["desk", 1, 3],
      ["desk", 2, 3],
    ]);
  });

  test("a reset before the banner is such a close too", async () => {
    const shut = await started(liar((socket) => socket.resetAndDestroy()));
    const { failure } = await failing((await own()).connect(target(shut.port, server.hostKeys)), LostError);
    assert.equal(failure.stage, "banner");
  });

  test("an OpenSSH whose MaxStartups is full lets all in, one after another", async () => {
    const narrow = await started(
      sshd(folder, "narrow", { allow: [await publicKey(key)], config: ["MaxStartups 2:100:2"] }),
    );
    let drops = 0;
    const credentials = new Credentials(await loadIdentity({ keys: [{ file: key }] }));
    const pacing = { ...patient, tries: 12, pauseSeconds: 0.05 };
    const again = new Dialer(credentials, pacing, () => {
      drops += 1;
    });
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const connection = await again.connect(target(narrow.port, narrow.hostKeys));
        const { code } = await connection.run({ argv: ["true"] });
        connection.close();
        return code;
      }),
    );
    assert.deepEqual(new Set(codes), new Set([0]));
    assert.ok(drops > 0, "nobody was dropped: the test shows nothing");
  });
});

test("tinysshd, as the lab's desks have it: login, command, code, and keep-alive answered", async () => {
  const tiny = await started(tinysshd(folder, [await publicKey(key)]));
  const quick = await dialer({ keys: [{ file: key }] }, { ...patient, keepAlive: { seconds: 0.05, misses: 2 } });
  const there: Target = target(tiny.port, tiny.hostKeys);
  const connection = await quick.connect(there);
  const result = await connection.run({ argv: ["sh", "-c", "cat; echo err >&2; sleep 0.5; exit 7"], stdin: "in" });
  assert.deepEqual(result, { code: 7, signal: null, stdout: "in", stderr: "err\n", truncated: false });
  connection.close();
  const shown = await scan({ name: "tiny", address: "127.0.0.1", port: tiny.port }, 10);
  assert.deepEqual(shown, [parseKey(tiny.hostKeys[0] ?? "")]);
});

test("no key and no passphrase stands in any error", async () => {
  const { stdout } = await run("sed", ["-n", "2p", stranger]);
  const identity = await dialer({ keys: [{ file: stranger }] });
  const error = await failing(identity.connect(target(server.port, server.hostKeys)), RefusedError);
  assert.ok(stdout.trim().length > 20);
  assert.ok(!`${error.stack} ${JSON.stringify(error.failure)}`.includes(stdout.trim()));
});
