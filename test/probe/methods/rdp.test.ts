import assert from "node:assert/strict";
import { createServer } from "node:tls";
import { after, before, describe, test } from "node:test";
import { rdp } from "../../../src/probe/methods/rdp.ts";
import { missed } from "../../../src/probe/outcome.ts";
import { folderOf, freePort, liar, remove, type Running } from "../../handshake/servers.ts";
import { xrdp } from "../../handshake/xrdp.ts";
import { selfSigned } from "./certificates.ts";
import { address, answered, lingering, within } from "./world.ts";

const confirm = Buffer.from("030000130ed000001234000200080001000000", "hex");

describe("a remote desktop's answer", () => {
  let folder: string;
  const running: Running[] = [];
  before(async () => {
    folder = await folderOf("probe-rdp");
  });
  after(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await remove(folder);
  });
  async function start<T extends Running>(server: Promise<T>): Promise<T> {
    const started = await server;
    running.push(started);
    return started;
  }

  test("xrdp answers with its certificate's end, and no connection lingers", async () => {
    const made = await selfSigned(folder, "desk", 30);
    const { port } = await start(xrdp(folder, "tls", made.certificate, made.key));
    const before = await lingering(port);
    for (let round = 0; round < 5; round += 1) {
      assert.equal(answered(await rdp({ address, port }, within(10_000))).certificateEnds, made.notAfter);
    }
    assert.deepEqual(await lingering(port), before);
  });

  test("a desktop without TLS is not sound, and its connection does not linger either", async () => {
    const made = await selfSigned(folder, "plain", 30);
    const { port } = await start(xrdp(folder, "rdp", made.certificate, made.key));
    const before = await lingering(port);
    const outcome = await rdp({ address, port }, within(10_000));
    assert.ok(outcome.kind === "missed" && outcome.why.kind === "protocol", JSON.stringify(outcome));
    assert.deepEqual(await lingering(port), before);
  });

  test("a certificate that has run out is told by its date: the desktop answers", async () => {
    const made = await selfSigned(folder, "old", -1);
    const tls = createServer({ cert: made.certificatePem, key: made.keyPem }).on("tlsClientError", () => undefined);
    const { port } = await start(
      liar((socket) => {
        socket.once("data", () => {
          socket.write(confirm);
          tls.emit("connection", socket);
        });
      }),
    );
    assert.equal(answered(await rdp({ address, port }, within(10_000))).certificateEnds, made.notAfter);
  });

  test("nobody at the port", async () => {
    assert.deepEqual(await rdp({ address, port: await freePort() }, within(5000)), missed({ kind: "refused" }));
  });

  test("a desktop that takes the connection and says nothing", async () => {
    const { port } = await start(liar(() => undefined));
    assert.deepEqual(
      await rdp({ address, port }, within(300)),
      missed({ kind: "timeout", stage: "negotiation", afterMs: 300 }),
    );
  });

  test("a probe that is given up ends at once", async () => {
    const { port } = await start(liar(() => undefined));
    const abort = new AbortController();
    const probing = rdp({ address, port }, { timeoutMs: 600_000, signal: abort.signal });
    abort.abort();
    await probing;
  });
});
