import assert from "node:assert/strict";
import { type AddressInfo } from "node:net";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import ssh2 from "ssh2";
import { reasonOf } from "../../src/handshake/result.ts";
import { sshHandshake } from "../../src/handshake/ssh.ts";
import { folderOf, freePort, liar, openssh, remove, run, type Running, type SshServer, tinysshd } from "./servers.ts";

const timeoutMs = 5000;
const address = "127.0.0.1";

describe("an SSH handshake", () => {
  let folder: string;
  let tiny: SshServer;
  const running: Running[] = [];
  async function start<T extends Running>(server: Promise<T>): Promise<T> {
    const started = await server;
    running.push(started);
    return started;
  }
  before(async () => {
    folder = await folderOf("ssh");
    tiny = await start(tinysshd(folder));
  });
  after(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await remove(folder);
  });

  test("tinysshd answers with its own key", async () => {
    const result = await sshHandshake({ address, port: tiny.port, hostKeys: [tiny.hostKey], timeoutMs });
    assert.equal(result.kind, "ok");
    assert.ok(result.kind === "ok" && result.ms > 0);
  });

  for (const type of ["ed25519", "ecdsa", "rsa"]) {
    test(`OpenSSH answers with its own ${type} key`, async () => {
      const server = await start(openssh(folder, type));
      const hostKeys = [tiny.hostKey, server.hostKey];
      assert.equal((await sshHandshake({ address, port: server.port, hostKeys, timeoutMs })).kind, "ok");
    });
  }

  test("another host's key is not accepted, and the report says which key came", async () => {
    await run("tinysshd-makekey", ["-q", join(folder, "other")]);
    const other = (await run("tinysshd-printkey", [join(folder, "other")])).stdout.trim();
    const result = await sshHandshake({ address, port: tiny.port, hostKeys: [other], timeoutMs });
    const { stdout } = await run("sh", ["-c", `echo '${tiny.hostKey}' | ssh-keygen -lf -`]);
    assert.ok(result.kind === "wrong-host-key");
    assert.equal(result.got, stdout.split(" ")[1]);
    assert.equal(reasonOf(result, "ssh"), "host key is not this host's own");
  });

  test("a key of another type than the host's own is not accepted", async () => {
    const other = join(folder, "another-type");
    await mkdir(other);
    const server = await start(openssh(other, "ecdsa"));
    const result = await sshHandshake({ address, port: server.port, hostKeys: [tiny.hostKey], timeoutMs });
    assert.deepEqual(result, { kind: "wrong-host-key", got: "a key of another type" });
  });

  test("a liar that shows the host's public key without having its private key is found out", async () => {
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "liar")]);
    const parsed: unknown = ssh2.utils.parseKey(await readFile(join(folder, "liar")));
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    assert.ok(!(key instanceof Error));
    const stolen = Buffer.from(tiny.hostKey.split(" ")[1] ?? "", "base64");
    Object.defineProperty(key, "getPublicSSH", { value: () => stolen });
    const server = new ssh2.Server({ hostKeys: [{ key }] }, (client) => client.on("error", () => undefined));
    server.listen(0, address);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const result = await sshHandshake({ address, port, hostKeys: [tiny.hostKey], timeoutMs });
    server.close();
    assert.ok(result.kind === "protocol");
    assert.match(reasonOf(result, "ssh"), /signature verification failed/);
  });

  test("nobody at the port", async () => {
    const result = await sshHandshake({ address, port: await freePort(), hostKeys: [tiny.hostKey], timeoutMs });
    assert.ok(result.kind === "refused");
    assert.equal(reasonOf(result, "ssh"), "connection refused: no SSH server at the address");
  });

  const liars = [
    ["hangs up at once", (socket) => socket.end(), { kind: "closed", stage: "greeting" }],
    ["hangs up after its greeting", (socket) => socket.end("SSH-2.0-liar\r\n"), { kind: "closed", stage: "exchange" }],
    ["never says a word", () => undefined, { kind: "timeout", stage: "greeting", afterMs: 300 }],
    [
      "greets for ever",
      (socket) => {
        const timer = setInterval(() => socket.write("still here\r\n"), 10);
        socket.on("close", () => clearInterval(timer));
      },
      { kind: "timeout", stage: "exchange", afterMs: 300 },
    ],
    [
      "greets, then falls silent",
      (socket) => socket.write("SSH-2.0-liar\r\n"),
      { kind: "timeout", stage: "exchange", afterMs: 300 },
    ],
  ] as const satisfies readonly (readonly [string, Parameters<typeof liar>[0], object])[];
  for (const [what, talk, expected] of liars) {
    test(`a server that ${what}`, async () => {
      const { port } = await start(liar(talk));
      assert.deepEqual(await sshHandshake({ address, port, hostKeys: [tiny.hostKey], timeoutMs: 300 }), expected);
    });
  }

  test("a server that resets the connection", async () => {
    const { port } = await start(liar((socket) => socket.resetAndDestroy()));
    const result = await sshHandshake({ address, port, hostKeys: [tiny.hostKey], timeoutMs });
    assert.equal(result.kind, "closed");
  });

  for (const [what, said] of [
    ["web pages", "HTTP/1.1 400 Bad Request\r\n\r\n".repeat(1000)],
    ["noise", Buffer.alloc(100_000, 0xa5)],
    ["noise after its greeting", Buffer.concat([Buffer.from("SSH-2.0-liar\r\n"), Buffer.alloc(100_000, 0xa5)])],
  ] as const) {
    test(`a server that speaks ${what} is not sound`, async () => {
      const { port } = await start(liar((socket) => socket.end(said)));
      const result = await sshHandshake({ address, port, hostKeys: [tiny.hostKey], timeoutMs: 1000 });
      assert.ok(result.kind === "protocol" || result.kind === "closed", JSON.stringify(result));
    });
  }

  test("a host without a known key is never taken as well", async () => {
    const result = await sshHandshake({ address, port: tiny.port, hostKeys: [], timeoutMs });
    assert.equal(result.kind, "protocol");
  });

  test("two hundred at once all answer", async () => {
    const target = { address, port: tiny.port, hostKeys: [tiny.hostKey], timeoutMs: 20_000 };
    const results = await Promise.all(Array.from({ length: 200 }, () => sshHandshake(target)));
    assert.deepEqual(new Set(results.map(({ kind }) => kind)), new Set(["ok"]));
  });
});
