import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer } from "node:tls";
import { openAuthority } from "../../src/profiles/authority.ts";
import { rdpAtOnce, rdpHandshake } from "../../src/handshake/rdp.ts";
import { reasonOf } from "../../src/handshake/result.ts";
import { folderOf, freePort, liar, remove, run, type Running } from "./servers.ts";
import { xrdp } from "./xrdp.ts";

const address = "127.0.0.1";
const timeoutMs = 5000;
/** X.224 connection confirm that selects TLS. */
const confirm = Buffer.from("030000130ed000001234000200080001000000", "hex");

describe("a remote desktop handshake", () => {
  let folder: string;
  let certificate: string;
  let key: string;
  let notAfter: string;
  const running: Running[] = [];
  before(async () => {
    folder = await folderOf("rdp");
    const authority = await openAuthority(join(folder, "authority"), "secret");
    const issued = await authority.issue({ kind: "desk", commonName: "desk-1", days: 30 });
    certificate = join(folder, "desk.crt");
    key = join(folder, "desk.key");
    notAfter = issued.notAfter;
    await writeFile(certificate, issued.certificatePem);
    await writeFile(key, issued.keyPem, { mode: 0o600 });
  });
  after(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await remove(folder);
  });

  async function start(security: string): Promise<number> {
    const server = await xrdp(folder, security, certificate, key);
    running.push(server);
    return server.port;
  }

  test("xrdp answers, as often as it bears at once, and shows its certificate's end", async () => {
    const port = await start("tls");
    for (let round = 0; round < 3; round += 1) {
      const asked = Array.from({ length: rdpAtOnce }, () => rdpHandshake({ address, port, timeoutMs }));
      for (const result of await Promise.all(asked)) {
        assert.ok(result.kind === "ok", JSON.stringify(result));
        assert.equal(result.certificateEnds, notAfter);
      }
    }
  });

  test("xrdp without TLS is not sound", async () => {
    const result = await rdpHandshake({ address, port: await start("rdp"), timeoutMs });
    assert.ok(result.kind === "protocol", JSON.stringify(result));
    assert.match(reasonOf(result, "rdp"), /^what answers is not a sound remote desktop: it /);
  });

  test("nobody at the port", async () => {
    const result = await rdpHandshake({ address, port: await freePort(), timeoutMs });
    assert.ok(result.kind === "refused");
    assert.equal(reasonOf(result, "rdp"), "connection refused: no remote desktop at the address");
  });

  /** A desktop that confirms and then speaks TLS with the certificate given. */
  async function confirming(certificatePem: string, keyPem: string): Promise<number> {
    const tls = createServer({ cert: certificatePem, key: keyPem }).on("tlsClientError", () => undefined);
    const server = await liar((socket) => {
      socket.once("data", () => {
        socket.write(confirm);
        tls.emit("connection", socket);
      });
    });
    running.push(server);
    return server.port;
  }

  test("a certificate that has run out", async () => {
    const expired = join(folder, "expired");
    const request = ["-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=desk"];
    await run("openssl", ["req", ...request, "-keyout", `${expired}.key`, "-out", `${expired}.csr`]);
    const signing = ["-req", "-in", `${expired}.csr`, "-signkey", `${expired}.key`, "-days", "-1"];
    await run("openssl", ["x509", ...signing, "-out", `${expired}.crt`]);
    const port = await confirming(await readFile(`${expired}.crt`, "utf8"), await readFile(`${expired}.key`, "utf8"));
    const result = await rdpHandshake({ address, port, timeoutMs });
    assert.equal(result.kind, "certificate-expired", JSON.stringify(result));
  });

  const liars = [
    ["hangs up at once", (socket) => socket.end(), { kind: "closed", stage: "negotiation" }],
    ["never says a word", () => undefined, { kind: "timeout", stage: "negotiation", afterMs: 300 }],
    [
      "speaks something else",
      (socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"),
      { kind: "protocol", detail: "it did not confirm the request" },
    ],
    [
      "confirms and never starts TLS",
      (socket) => socket.write(confirm),
      { kind: "timeout", stage: "tls", afterMs: 300 },
    ],
    [
      "wants CredSSP alone",
      (socket) => socket.write(Buffer.from("030000130ed000001234000300080005000000", "hex")),
      { kind: "protocol", detail: "it asks for CredSSP" },
    ],
    [
      "dribbles a packet that never ends",
      (socket) => socket.write(Buffer.from("0300ffff", "hex")),
      { kind: "protocol", detail: "it did not confirm the request" },
    ],
  ] as const satisfies readonly (readonly [string, Parameters<typeof liar>[0], object])[];
  for (const [what, talk, expected] of liars) {
    test(`a server that ${what}`, async () => {
      const server = await liar(talk);
      running.push(server);
      assert.deepEqual(await rdpHandshake({ address, port: server.port, timeoutMs: 300 }), expected);
    });
  }
});
