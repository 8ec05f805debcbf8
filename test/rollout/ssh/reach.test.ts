import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { Dialer } from "../../../src/rollout/ssh/dialer.ts";
import { isOutOfReach, LostError, RefusedError, SshError, UnreachableError } from "../../../src/rollout/ssh/failure.ts";
import { parseKey } from "../../../src/rollout/ssh/host-key.ts";
import { Credentials, loadIdentity } from "../../../src/rollout/ssh/identity.ts";
import { scan, ScanError } from "../../../src/rollout/ssh/scan.ts";
import type { Target } from "../../../src/rollout/ssh/target.ts";
import { freePort, liar, patient, publicKey, run, sshd, target, tinysshd } from "./servers.ts";
import { failing, type World, world } from "./world.ts";

let here: World;
before(async () => {
  here = await world("ssh-reach");
});
after(() => here.end());

describe("nobody there", () => {
  test("a port where nobody listens is out of reach", async () => {
    const { failure } = await failing(here.open(target(await freePort(), here.server.hostKeys)), UnreachableError);
    assert.equal(failure.detail, "nobody listens at the port");
    assert.ok(isOutOfReach(failure));
  });

  test("what speaks no SSH is out of reach, and is quoted in one printable line", async () => {
    const web = await here.started(
      liar((socket) => socket.end(`HTTP/1.1 400 Bad Request\r\n\r\n${"\u0007".repeat(9)}`)),
    );
    const error = await failing(here.open(target(web.port, here.server.hostKeys)), SshError);
    assert.ok(isOutOfReach(error.failure), error.message);
    assert.match(error.message, /^[\x20-\x7e]+$/);
  });

  test("a server that closes before its banner is tried so often, and each time told", async () => {
    const shut = await here.started(liar((socket) => socket.end("Exceeded MaxStartups\r\n")));
    const told: unknown[] = [];
    const credentials = new Credentials(await loadIdentity({ keys: [{ file: here.key }] }));
    const again = new Dialer(credentials, { ...patient, tries: 3 }, ({ host, nth, of }) => told.push([host, nth, of]));
    const { failure } = await failing(again.connect(target(shut.port, here.server.hostKeys)), LostError);
    assert.equal(failure.stage, "banner");
    assert.match(failure.detail, /3 times/);
    assert.ok(isOutOfReach(failure));
    assert.deepEqual(told, [
      ["desk", 1, 3],
      ["desk", 2, 3],
    ]);
  });

  test("a reset before the banner is such a close too", async () => {
    const shut = await here.started(liar((socket) => socket.resetAndDestroy()));
    const { failure } = await failing(here.open(target(shut.port, here.server.hostKeys)), LostError);
    assert.equal(failure.stage, "banner");
  });

  test("an OpenSSH whose MaxStartups is full lets us in as soon as there is room", async () => {
    const config = ["MaxStartups 2:100:2"];
    const narrow = await here.started(sshd(here.folder, "narrow", { allow: [await publicKey(here.key)], config }));
    const holders: Socket[] = [];
    await here.started(Promise.resolve({ stop: () => holders.forEach((holder) => holder.destroy()) }));
    // Whoever looked whether it listens may stand there for a moment yet.
    while (holders.length < 2) {
      const holder = connect(narrow.port, "127.0.0.1").on("error", () => undefined);
      const [said] = (await once(holder, "data")) as [Buffer];
      if (said.toString().startsWith("SSH-")) holders.push(holder);
    }
    const told: unknown[] = [];
    const credentials = new Credentials(await loadIdentity({ keys: [{ file: here.key }] }));
    const again = new Dialer(credentials, { ...patient, tries: 12, pauseSeconds: 0.05 }, ({ nth }) => {
      told.push(nth);
      for (const holder of holders) holder.destroy();
    });
    const connection = await here.open(target(narrow.port, narrow.hostKeys), Promise.resolve(again));
    assert.equal((await connection.run({ argv: ["true"] })).code, 0);
    assert.equal(told[0], 1);
  });
});

test("tinysshd, as the lab's desks have it: login, command, code, and keep-alive answered", async () => {
  const tiny = await here.started(tinysshd(here.folder, [await publicKey(here.key)]));
  const quick = await here.dialer(
    { keys: [{ file: here.key }] },
    { ...patient, keepAlive: { seconds: 0.05, misses: 2 } },
  );
  const there: Target = target(tiny.port, tiny.hostKeys);
  const connection = await here.open(there, Promise.resolve(quick));
  const result = await connection.run({ argv: ["sh", "-c", "cat; echo err >&2; sleep 0.5; exit 7"], stdin: "in" });
  assert.deepEqual(result, { code: 7, signal: null, stdout: "in", stderr: "err\n", truncated: false });
  const shown = await scan({ name: "tiny", address: "127.0.0.1", port: tiny.port }, 10);
  assert.deepEqual(shown, [parseKey(tiny.hostKeys[0] ?? "")]);
});

test("a scan of who shows no key says why: silent, gone, or no SSH", async () => {
  for (const [talk, words] of [
    [(socket: Socket) => void socket.resume(), /silent for 0\.2 s/],
    [(socket: Socket) => void socket.end(), /no key could be taken/],
    [(socket: Socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), /no key could be taken/],
  ] as const) {
    const { port } = await here.started(liar(talk));
    await assert.rejects(scan({ name: "desk", address: "127.0.0.1", port }, 0.2), (error) => {
      assert.ok(error instanceof ScanError);
      assert.match(error.message, words);
      return true;
    });
  }
});

test("no key and no passphrase stands in any error", async () => {
  const { stdout } = await run("sed", ["-n", "2p", here.stranger]);
  const identity = await here.dialer({ keys: [{ file: here.stranger }] });
  const error = await failing(identity.connect(target(here.server.port, here.server.hostKeys)), RefusedError);
  assert.ok(stdout.trim().length > 20);
  assert.ok(!`${error.stack} ${JSON.stringify(error.failure)}`.includes(stdout.trim()));
});
