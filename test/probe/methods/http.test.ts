import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { http } from "../../../src/probe/methods/http.ts";
import { missed, unprobed } from "../../../src/probe/outcome.ts";
import { folderOf, freePort, liar, remove, type Running } from "../../handshake/servers.ts";
import { type Made, selfSigned } from "./certificates.ts";
import { address, answered, lingering, within } from "./world.ts";

describe("a web server's answer", () => {
  let folder: string;
  let made: Made;
  const running: Running[] = [];
  before(async () => {
    folder = await folderOf("probe-http");
    made = await selfSigned(folder, "desk.example", 30, "DNS:desk.example,IP:127.0.0.1");
  });
  after(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await remove(folder);
  });

  async function serve(listener: RequestListener, certificate?: Made): Promise<number> {
    const server =
      certificate === undefined
        ? createServer(listener)
        : createTlsServer({ cert: certificate.certificatePem, key: certificate.keyPem }, listener);
    server.on("tlsClientError", () => undefined).listen(0, address);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    running.push({
      port,
      stop: async () => {
        server.closeAllConnections();
        server.close();
      },
    });
    return port;
  }

  const statuses = [
    [200, "answered"],
    [204, "answered"],
    [302, "answered"],
    [401, "answered"],
    [404, "answered"],
    [500, "missed"],
    [503, "missed"],
  ] as const;
  for (const [status, kind] of statuses) {
    test(`status ${status} is ${kind}`, async () => {
      let asked = 0;
      const port = await serve((_, response) => {
        asked += 1;
        response.writeHead(status, { location: "/elsewhere" }).end();
      });
      const outcome = await http({ url: `http://${address}:${port}/path?x=1` }, within(5000));
      assert.equal(outcome.kind, kind);
      assert.equal("status" in outcome ? outcome.status : undefined, status);
      assert.equal(asked, 1, "a redirect is not followed");
    });
  }

  test("it asks for the path by the URL's name, over a connection of its own that does not linger", async () => {
    const heard: (string | undefined)[] = [];
    const port = await serve((asked, response) => {
      heard.push(asked.method, asked.url, asked.headers.host);
      response.end();
    });
    for (let round = 0; round < 3; round += 1) {
      answered(await http({ url: `http://desk.example:${port}/a?b=c`, address }, within(5000)));
    }
    assert.deepEqual(heard.slice(0, 3), ["GET", "/a?b=c", `desk.example:${port}`]);
    assert.deepEqual(await lingering(port), []);
  });

  test("a body without end is not read", async () => {
    const port = await serve((_, response) => {
      const flood = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", flood);
      flood();
    });
    answered(await http({ url: `http://${address}:${port}/` }, within(5000)));
    assert.deepEqual(await lingering(port), []);
  });

  test("over TLS it names whom it wants, and tells the certificate's end", async () => {
    let servername: unknown;
    const port = await serve((asked, response) => {
      ({ servername } = asked.socket as TLSSocket & { servername: unknown });
      response.end();
    }, made);
    const target = { url: `https://desk.example:${port}/`, address, ca: made.certificate };
    assert.equal(answered(await http(target, within(10_000))).certificateEnds, made.notAfter);
    assert.equal(servername, "desk.example");
    const byAddress = { url: `https://${address}:${port}/`, ca: made.certificate };
    answered(await http(byAddress, within(10_000)));
    assert.deepEqual(await lingering(port), []);
  });

  test("who is not trusted, or bears another name, is asked nothing", async () => {
    let asked = 0;
    const port = await serve((_, response) => {
      asked += 1;
      response.end();
    }, made);
    const other = await selfSigned(folder, "other.example", 30);
    const targets = [
      [{ url: `https://desk.example:${port}/`, address }, "DEPTH_ZERO_SELF_SIGNED_CERT"],
      [{ url: `https://desk.example:${port}/`, address, ca: other.certificate }, "DEPTH_ZERO_SELF_SIGNED_CERT"],
      [{ url: `https://elsewhere.example:${port}/`, address, ca: made.certificate }, "ERR_TLS_CERT_ALTNAME_INVALID"],
    ] as const;
    for (const [target, code] of targets) {
      const detail = `its certificate is not trusted: ${code}`;
      assert.deepEqual(await http(target, within(10_000)), missed({ kind: "protocol", detail }));
    }
    assert.equal(asked, 0);
  });

  test("an authority's file counts as it is now; one that is none is not the service's fault", async () => {
    const port = await serve((_, response) => response.end(), made);
    const ca = join(folder, "authority.pem");
    const ask = () => http({ url: `https://desk.example:${port}/`, address, ca }, within(10_000));
    const missing = `its authority's file ${ca}: ENOENT: no such file or directory, open '${ca}'`;
    assert.deepEqual(await ask(), unprobed(missing));
    const none = `its authority's file ${ca}: it holds no certificate`;
    const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    const other = await selfSigned(folder, "another.example", 30);
    const files = [
      [made.keyPem, none],
      [broken, /^its authority's file \S+: error:/],
      [`${other.certificatePem}${made.certificatePem}`, undefined],
      [other.certificatePem, "DEPTH_ZERO_SELF_SIGNED_CERT"],
      [made.certificatePem, undefined],
    ] as const;
    for (const [pem, expected] of files) {
      await writeFile(ca, pem);
      const outcome = await ask();
      if (expected === undefined) answered(outcome);
      else if (outcome.kind === "unprobed") assert.match(outcome.why, new RegExp(expected));
      else assert.match(JSON.stringify(outcome), new RegExp(`missed.*${String(expected)}`));
    }
  });

  test("a certificate that has run out is a miss with its date", async () => {
    const old = await selfSigned(folder, "old.example", -1);
    const port = await serve((_, response) => response.end(), old);
    const target = { url: `https://old.example:${port}/`, address, ca: old.certificate };
    assert.deepEqual(await http(target, within(10_000)), missed({ kind: "certificate-expired", at: old.notAfter }));
  });

  const liars = [
    ["takes the connection and says nothing", () => undefined, { kind: "timeout", stage: "answer", afterMs: 300 }],
    [
      "dribbles headers without end",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        const timer = setInterval(() => socket.write("x: y\r\n"), 20);
        socket.on("close", () => clearInterval(timer));
      },
      { kind: "timeout", stage: "answer", afterMs: 300 },
    ],
  ] as const satisfies readonly (readonly [string, Parameters<typeof liar>[0], object])[];
  for (const [what, talk, why] of liars) {
    test(`a server that ${what}`, async () => {
      const server = await liar(talk);
      running.push(server);
      assert.deepEqual(await http({ url: `http://${address}:${server.port}/` }, within(300)), { kind: "missed", why });
    });
  }

  for (const [what, said] of [
    ["floods headers", `HTTP/1.1 200 OK\r\n${"x: y\r\n".repeat(100_000)}`],
    ["speaks something else", "SSH-2.0-OpenSSH_9.2\r\n"],
  ] as const) {
    test(`a server that ${what}`, async () => {
      const server = await liar((socket) => socket.write(said));
      running.push(server);
      const outcome = await http({ url: `http://${address}:${server.port}/` }, within(10_000));
      assert.ok(outcome.kind === "missed" && outcome.why.kind === "protocol", JSON.stringify(outcome));
    });
  }

  test("nobody at the port", async () => {
    const url = `http://${address}:${await freePort()}/`;
    assert.deepEqual(await http({ url }, within(5000)), missed({ kind: "refused" }));
  });

  for (const url of ["", "nonsense", "ftp://desk.example/"]) {
    test(`${JSON.stringify(url)} is not probed`, async () => {
      assert.equal((await http({ url }, within(100))).kind, "unprobed");
    });
  }
});
