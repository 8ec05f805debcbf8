import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  ChangedHostKeyError,
  CommandError,
  DeadlineError,
  isOutOfReach,
  LostError,
  RefusedError,
  RevokedHostKeyError,
  UnknownHostKeyError,
} from "../../../src/rollout/ssh/failure.ts";
import { fingerprint } from "../../../src/rollout/ssh/host-key.ts";
import { IdentityError, loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import { KnownHosts, parseKnownHosts } from "../../../src/rollout/ssh/known-hosts.ts";
import { scan } from "../../../src/rollout/ssh/scan.ts";
import { agent, folderOf, freePort, makeKey, publicKey, remove, sshd, target } from "./servers.ts";

import { failing, type World, world } from "./world.ts";

let here: World;
before(async () => {
  here = await world("ssh-connection");
});
after(() => here.end());

describe("a command", () => {
  test("gives back its output, code and signal; its words arrive as they are", async () => {
    const connection = await here.open();
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
  });

  test("gets its standard input, a megabyte too, and its end", async () => {
    const connection = await here.open();
    const stdin = "0123456789abcdef".repeat(65_536);
    const { stdout } = await connection.run({ argv: ["wc", "-c"], stdin });
    assert.equal(stdout.trim(), String(stdin.length));
    assert.equal((await connection.run({ argv: ["cat"] })).stdout, "");
    // Whoever does not read it is not waited for.
    assert.equal((await connection.run({ argv: ["true"], stdin })).code, 0);
  });

  test("many at once over one connection keep apart", async () => {
    const connection = await here.open();
    const outputs = await Promise.all(
      Array.from({ length: 8 }, (_, n) => connection.run({ argv: ["echo", String(n)] })),
    );
    assert.deepEqual(
      outputs.map(({ stdout }) => stdout),
      Array.from({ length: 8 }, (_, n) => `${n}\n`),
    );
  });

  test("that says more than is kept is cut and told, and still ends with its code", async () => {
    const connection = await here.open();
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
  });

  test("that has no end of output is cut off, and its connection lives on", async () => {
    const connection = await here.open();
    const { failure } = await failing(connection.run({ argv: ["yes"] }), CommandError);
    assert.match(failure.detail, /more than 64 MiB/);
    assert.equal((await connection.run({ argv: ["true"] })).code, 0);
  });

  test("that does not end in its time destroys the connection, and what else ran on it is lost", async () => {
    const connection = await here.open();
    const other = failing(connection.run({ argv: ["sleep", "60"] }), LostError);
    const { failure } = await failing(connection.run({ argv: ["sleep", "60"], deadline: 0.2 }), DeadlineError);
    assert.deepEqual(failure, { kind: "deadline", host: "desk", stage: "command", seconds: 0.2 });
    assert.equal((await other).failure.stage, "command");
    assert.equal(connection.isOpen, false);
    await failing(connection.run({ argv: ["true"] }), LostError);
  });

  test("that is let go is lost, at once", async () => {
    const connection = await here.open();
    const controller = new AbortController();
    const running = failing(connection.run({ argv: ["sleep", "60"] }, controller.signal), LostError);
    controller.abort();
    assert.match((await running).message, /let go on request/);
  });

  test("a server that takes no command says so", async () => {
    const closed = await here.started(
      sshd(here.folder, "no-session", { allow: [await publicKey(here.key)], config: ["MaxSessions 0"] }),
    );
    const connection = await here.open(target(closed.port, closed.hostKeys));
    assert.match((await failing(connection.run({ argv: ["true"] }), CommandError)).message, /takes no command/);
  });
});

describe("a host key", () => {
  test("every type that is known is enough, and the server is asked for it alone", async () => {
    const many = await here.started(
      sshd(here.folder, "many", { types: ["ed25519", "ecdsa", "rsa"], allow: [await publicKey(here.key)] }),
    );
    assert.equal(many.hostKeys.length, 3);
    for (const hostKey of many.hostKeys) {
      const connection = await here.open(target(many.port, [hostKey]));
      assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    }
    const found = await scan({ name: "many", address: "127.0.0.1", port: many.port }, 10);
    assert.deepEqual(found.map(({ type, blob }) => `${type} ${blob}`).sort(), [...many.hostKeys].sort());
  });

  test("that has changed is an event of its own, with both fingerprints", async () => {
    const other = await publicKey(here.stranger);
    const { failure } = await failing(here.open(target(here.server.port, [other])), ChangedHostKeyError);
    assert.deepEqual(failure, {
      kind: "hostKey",
      host: "desk",
      fault: "changed",
      expected: [fingerprint(other.split(" ")[1] ?? "")],
      got: fingerprint(here.server.hostKeys[0]?.split(" ")[1] ?? ""),
    });
  });

  test("a host that has no key of the known types any more has changed too", async () => {
    const rsa = await publicKey(await makeKey(join(here.folder, "rsa"), "rsa"));
    const { failure } = await failing(here.open(target(here.server.port, [rsa])), ChangedHostKeyError);
    assert.equal(failure.got, undefined);
    assert.equal(failure.expected.length, 1);
  });

  test("none is known: not even a connection is made", async () => {
    const nobody = target(await freePort(), []);
    const { message } = await failing(here.open(nobody), UnknownHostKeyError);
    assert.match(message, /^desk: its host key is not known; none is in the inventory/);
  });

  test("an authority makes none known, and is told", async () => {
    const { lines } = parseKnownHosts(`@cert-authority * ${here.server.hostKeys[0]}`, "known_hosts");
    const known = new KnownHosts(lines).of(["127.0.0.1"], here.server.port, []);
    const { message } = await failing(here.open(target(here.server.port, [], { known })), UnknownHostKeyError);
    assert.match(message, /known_hosts:1 names a certificate authority, which is not supported/);
  });

  test("revoked is refused though the inventory has it", async () => {
    const { lines } = parseKnownHosts(`@revoked * ${here.server.hostKeys[0]}`, "known_hosts");
    const known = new KnownHosts(lines).of(["127.0.0.1"], here.server.port, here.server.hostKeys);
    await failing(here.open(target(here.server.port, [], { known })), RevokedHostKeyError);
  });

  test("whoever is wrong is not told who we are: no login is tried", async () => {
    const { socket, ...rest } = await here.started(agent(here.folder, [here.key]));
    void rest;
    const identity = await here.dialer({ agent: socket });
    await failing(identity.connect(target(here.server.port, [await publicKey(here.stranger)])), ChangedHostKeyError);
  });
});

describe("a login", () => {
  test("with a key file, an encrypted one too, by a passphrase out of a file or from whoever knows", async () => {
    const locked = await makeKey(join(here.folder, "locked"), "ed25519", "correct horse");
    const kind = await here.started(sshd(here.folder, "locked-sshd", { allow: [await publicKey(locked)] }));
    const file = join(here.folder, "passphrase");
    await writeFile(file, "correct horse\n", { mode: 0o600 });
    for (const passphrase of [{ file }, async () => "correct horse"]) {
      const identity = await here.dialer({ keys: [{ file: locked, passphrase }] });
      const connection = await here.open(target(kind.port, kind.hostKeys), Promise.resolve(identity));
      assert.equal((await connection.run({ argv: ["true"] })).code, 0);
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
      const file = await makeKey(join(here.folder, `login-${type}`), type);
      const kind = await here.started(sshd(here.folder, `login-${type}-sshd`, { allow: [await publicKey(file)] }));
      const connection = await here.open(target(kind.port, kind.hostKeys), here.dialer({ keys: [{ file }] }));
      assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    });
  }

  test("with an agent, after a key file that was refused", async () => {
    const own = await folderOf("ssh-agent");
    const { socket } = await here.started(agent(own, [here.key]));
    const identity = await here.dialer({ agent: socket, keys: [{ file: here.stranger }] });
    const connection = await here.open(here.there, Promise.resolve(identity));
    assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    await remove(own);
  });

  test("that is refused says what was tried, and is not out of reach", async () => {
    const identity = await here.dialer({ keys: [{ file: here.stranger }], agent: join(here.folder, "no-agent") });
    const { failure, message } = await failing(
      identity.connect(target(here.server.port, here.server.hostKeys)),
      RefusedError,
    );
    const print = fingerprint((await publicKey(here.stranger)).split(" ")[1] ?? "");
    assert.deepEqual(failure.tried, [`key ${here.stranger} (${print})`, "agent (nobody answers at its socket)"]);
    assert.deepEqual(failure.offers, ["publickey"]);
    assert.match(message, /^desk: refuses root: tried key /);
    assert.equal(isOutOfReach(failure), false);
  });

  test("too many tries are a refusal in the server's own words", async () => {
    const strict = await here.started(
      sshd(here.folder, "strict", { allow: [await publicKey(here.key)], config: ["MaxAuthTries 1"] }),
    );
    const second = await makeKey(join(here.folder, "second"));
    const identity = await here.dialer({ keys: [{ file: here.stranger }, { file: second }, { file: here.key }] });
    const { failure } = await failing(identity.connect(target(strict.port, strict.hostKeys)), RefusedError);
    assert.match(failure.detail ?? "", /Too many authentication failures/);
  });

  test("a server that takes passwords alone gets no here.key, and none is asked for", async () => {
    const config = ["PubkeyAuthentication no", "PasswordAuthentication yes"];
    const passwords = await here.started(sshd(here.folder, "passwords", { config }));
    const identity = await here.dialer({ keys: [{ file: here.key }, { file: here.stranger }] });
    const { failure } = await failing(identity.connect(target(passwords.port, passwords.hostKeys)), RefusedError);
    assert.deepEqual(failure.offers, ["password"]);
    assert.equal(failure.tried.length, 1);
  });

  test("a key that others may read is not used, nor a public one, nor what is none, nor nothing", async () => {
    const open = await makeKey(join(here.folder, "open"));
    await chmod(open, 0o644);
    await chmod(`${open}.pub`, 0o600);
    await writeFile(join(here.folder, "noise"), "noise", { mode: 0o600 });
    await assert.rejects(loadIdentity({ keys: [{ file: open }] }), /others may read it \(mode 644\): make it 600/);
    await assert.rejects(loadIdentity({ keys: [{ file: `${open}.pub` }] }), /is a public key/);
    await assert.rejects(loadIdentity({ keys: [{ file: join(here.folder, "noise") }] }), /is no private key/);
    await assert.rejects(loadIdentity({ keys: [{ file: join(here.folder, "absent") }] }), /cannot be read \(ENOENT\)/);
    await assert.rejects(loadIdentity({}), IdentityError);
  });
});
