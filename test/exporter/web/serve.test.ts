import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { Agent, type RequestOptions, request } from "node:https";
import { request as plainRequest } from "node:http";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type PeerCertificate, type TLSSocket } from "node:tls";
import { afterEach, before, beforeEach, test } from "node:test";
import { hashSync } from "bcryptjs";
import { textReply } from "../../../src/http-server.ts";
import { loadWebConfig } from "../../../src/exporter/web/load.ts";
import { serveWeb, type WebServing } from "../../../src/exporter/web/serve.ts";
import { until } from "../../watch/until.ts";
import { type Pair, type TestAuthority, testAuthority } from "./authority.ts";

let authority: TestAuthority;
let stranger: TestAuthority;
let server: Pair;
const client: Record<"prometheus" | "unnamed" | "strange", Pair> = {
  prometheus: { cert: "", key: "" },
  unnamed: { cert: "", key: "" },
  strange: { cert: "", key: "" },
};

before(async () => {
  authority = await testAuthority("test authority");
  stranger = await testAuthority("another authority");
  server = await authority.sign("server");
  client.prometheus = await authority.sign("prometheus", [{ type: "url", value: "spiffe://example/prometheus" }]);
  client.unnamed = await authority.sign("unnamed");
  client.strange = await stranger.sign("prometheus", [{ type: "url", value: "spiffe://example/prometheus" }]);
});

let folder = "";
let serving: WebServing | undefined;
let notes: string[] = [];
const agents: Agent[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-web-"));
  notes = [];
  writePair(server);
});
afterEach(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  await serving?.close();
  serving = undefined;
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.new`), text);
  renameSync(join(folder, `${name}.new`), join(folder, name));
}

function writePair({ cert, key }: Pair): void {
  write("server.pem", cert);
  write("server.key", key);
}

const tls = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";
const users = (password: string): string => `basic_auth_users:\n  anna: ${hashSync(password, 4)}\n`;

async function serve(text: string, host = "127.0.0.1"): Promise<void> {
  write("web.yaml", text);
  const config = loadWebConfig(join(folder, "web.yaml"));
  serving = await serveWeb(
    { host, port: 0 },
    () => textReply(200, "hello"),
    config,
    (each) => notes.push(each),
  );
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly certificate: PeerCertificate | undefined;
}

/** By https with the test's authority, or by http. */
async function get(options: RequestOptions & { readonly plain?: true } = {}): Promise<Answer> {
  const to = { host: "127.0.0.1", port: serving?.port, path: "/-/healthy", agent: false as const, ca: authority.cert };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = (options.plain === true ? plainRequest : request)({ ...to, ...options }, (response) => {
    let text = "";
    const { socket } = response;
    const certificate = options.plain === true ? undefined : (socket as TLSSocket).getPeerCertificate();
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.once("error", reject);
    response.once("end", () => resolve({ status: response.statusCode, headers: response.headers, text, certificate }));
  });
  asked.once("error", reject).end();
  return promise;
}

const refusedConnection = { code: /^(ECONNRESET|EPIPE|ERR_SSL_.*)$/ };

test("TLS alone: everyone by https, nobody by http", async () => {
  await serve(tls);
  assert.equal((await get()).text, "hello\n");
  await assert.rejects(get({ plain: true }));
  await assert.rejects(get({ ca: stranger.cert }), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  assert.deepEqual(notes, []);
});

test("versions are held to", async () => {
  await serve(`${tls}  min_version: TLS13\n`);
  await assert.rejects(get({ maxVersion: "TLSv1.2" }), /protocol version/);
  assert.equal((await get({ minVersion: "TLSv1.3" })).status, 200);
});

test("passwords alone: right, wrong, of nobody, none; every path is behind them", async () => {
  await serve(users("right"));
  const status = async (auth?: string) => (await get({ plain: true, ...(auth === undefined ? {} : { auth }) })).status;
  assert.equal(await status("anna:right"), 200);
  assert.equal(await status("anna:wrong"), 401);
  assert.equal(await status("berta:right"), 401);
  assert.equal(await status(), 401);
  const refused = await get({ plain: true });
  assert.equal(refused.headers["www-authenticate"], 'Basic realm="deskbridge", charset="UTF-8"');
  assert.equal(refused.text, "unauthorized\n");
  assert.equal((await get({ plain: true, path: "/metrics", headers: { "x-forwarded-for": "127.0.0.1" } })).status, 401);
  assert.deepEqual(notes, [], "nothing is told of it, least of all a password");
});

test("secrets that cross a network in clear are warned of", async () => {
  await serve(users("right"), "0.0.0.0");
  assert.deepEqual(notes, [
    "passwords and tokens cross the network in clear: 0.0.0.0 is no address of this machine alone, and there is no " +
      "TLS; set tls_server_config, or listen on 127.0.0.1",
  ]);
});

test("tokens, beside passwords, with TLS", async () => {
  write("tokens.txt", "0123456789abcdef\n");
  await serve(`${tls}${users("right")}bearer_tokens_file: tokens.txt\n`);
  const bearer = (token: string) => get({ headers: { authorization: `Bearer ${token}` } });
  assert.equal((await bearer("0123456789abcdef")).status, 200);
  assert.equal((await bearer("0123456789abcdee")).status, 401);
  assert.equal((await get({ auth: "anna:right" })).status, 200);
  assert.equal(
    (await get()).headers["www-authenticate"],
    'Basic realm="deskbridge", charset="UTF-8", Bearer realm="deskbridge"',
  );
});

test("headers are on every answer, refusals too", async () => {
  await serve(
    `${tls}${users("right")}http_server_config:\n  headers:\n    X-Frame-Options: deny\n    X-XSS-Protection: ""\n    Strict-Transport-Security: max-age=60\n`,
  );
  for (const options of [{}, { auth: "anna:right" }]) {
    const { headers } = await get(options);
    assert.equal(headers["x-frame-options"], "deny");
    assert.equal(headers["strict-transport-security"], "max-age=60");
    assert.equal(headers["x-xss-protection"], undefined);
  }
});

test("a rate limit counts all, before they are asked who they are", async () => {
  await serve(`${users("right")}rate_limit:\n  interval: 1h\n  burst: 2\n`);
  const asked = [
    await get({ plain: true }),
    await get({ plain: true }),
    await get({ plain: true, auth: "anna:right" }),
  ];
  assert.deepEqual(
    asked.map(({ status }) => status),
    [401, 401, 429],
  );
});

/** Who gets in by which policy: a certificate of the authority's, one of a stranger's, none. */
const policies = [
  ["NoClientCert", true, true, true],
  ["RequestClientCert", true, true, true],
  ["RequireAnyClientCert", true, true, false],
  ["RequireClientCert", true, true, false],
  ["VerifyClientCertIfGiven", true, false, true],
  ["RequireAndVerifyClientCert", true, false, false],
] as const;

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  for (const [type, ours, strange, none] of policies) {
    test(`client certificates over ${version}: ${type}`, async () => {
      write("ca.pem", authority.cert);
      const ca = type.includes("Verify") ? "  client_ca_file: ca.pem\n" : "";
      await serve(`${tls}  client_auth_type: ${type}\n${ca}`);
      const versions = { minVersion: version, maxVersion: version };
      const isIn = async (pair: Partial<Pair>): Promise<boolean> =>
        get({ ...pair, ...versions }).then(
          ({ status }) => status === 200,
          (error: NodeJS.ErrnoException) => {
            assert.match(error.code ?? "", refusedConnection.code);
            return false;
          },
        );
      assert.deepEqual(
        [await isIn(client.prometheus), await isIn(client.strange), await isIn({})],
        [ours, strange, none],
      );
    });
  }
}

test("of those whom the authority vouches for, the named ones alone", async () => {
  write("ca.pem", authority.cert);
  await serve(
    `${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n  client_allowed_sans: ["spiffe://example/prometheus"]\n`,
  );
  assert.equal((await get(client.prometheus)).status, 200);
  await assert.rejects(get(client.unnamed), refusedConnection);
  await assert.rejects(get(client.strange), refusedConnection);
});

test("a client's certificate is looked at anew on each connection: sessions are not resumed", async () => {
  await serve(tls);
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const dial = (session?: Buffer) =>
      connectTls({
        host: "127.0.0.1",
        port: serving?.port ?? 0,
        ca: authority.cert,
        maxVersion,
        ...(session === undefined ? {} : { session }),
      });
    const ask = async (socket: TLSSocket) => {
      let session: Buffer | undefined;
      let reused: boolean | undefined;
      socket.once("secureConnect", () => {
        reused = socket.isSessionReused();
        session = socket.getSession();
      });
      socket.on("session", (each: Buffer) => (session = each));
      socket.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      await new Promise((resolve) => socket.resume().once("close", resolve));
      return { session, reused };
    };
    const { session } = await ask(dial());
    assert.ok(session !== undefined);
    const { reused } = await ask(dial(session));
    assert.equal(reused, false, maxVersion);
  }
});

test("a renewed certificate is used for new connections; a kept one gets one more answer and ends", async () => {
  await serve(tls);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  const kept = await get({ agent });
  assert.equal(kept.certificate?.subject["CN"], "server");
  assert.equal(kept.headers["connection"], "keep-alive");
  const renewed = await authority.sign("renewed", [], 20);
  const before = serving?.web?.();
  writePair(renewed);
  await until("the renewed certificate", async () =>
    (await get()).certificate?.subject["CN"] === "renewed" ? true : undefined,
  );
  const last = await get({ agent });
  assert.equal(last.headers["connection"], "close");
  assert.equal(last.text, "hello\n");
  const next = await get({ agent });
  assert.equal(next.certificate?.subject["CN"], "renewed");
  const now = serving?.web?.();
  assert.ok(before !== undefined && now !== undefined && now.inForce);
  assert.ok(now.readAt >= before.readAt);
  const days = ((now.certificateEnd ?? 0) - (before.certificateEnd ?? 0)) / 86_400;
  assert.ok(Math.abs(days - 18) < 0.01);
  assert.deepEqual(notes, [`web configuration: ${join(folder, "web.yaml")} was read again and is in force`]);
});

test("a certificate that is renewed through a link, as Kubernetes and certbot do, is seen", async () => {
  const renewed = await authority.sign("renewed");
  for (const [name, pair] of [
    ["one", server],
    ["two", renewed],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "server.pem"), pair.cert);
    writeFileSync(join(folder, name, "server.key"), pair.key);
  }
  symlinkSync("one", join(folder, "now"));
  await serve(tls.replaceAll("server.", "now/server."));
  symlinkSync("two", join(folder, "next"));
  renameSync(join(folder, "next"), join(folder, "now"));
  await until("the renewed certificate", async () =>
    (await get()).certificate?.subject["CN"] === "renewed" ? true : undefined,
  );
});

test("a changed password and a new user hold from then on, also on connections that are there", async () => {
  await serve(`${tls}${users("right")}`);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  assert.equal((await get({ agent, auth: "anna:right" })).status, 200);
  write("web.yaml", `${tls}${users("changed")}  berta: ${hashSync("new", 4)}\n`);
  await until("the changed password", async () =>
    (await get({ auth: "anna:changed" })).status === 200 ? true : undefined,
  );
  assert.equal((await get({ agent, auth: "anna:right" })).status, 401);
  assert.equal((await get({ auth: "berta:new" })).status, 200);
});

test("a client authority that is taken away lets its clients in no more", async () => {
  write("ca.pem", authority.cert);
  await serve(`${tls}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.pem\n`);
  assert.equal((await get(client.prometheus)).status, 200);
  write("ca.pem", stranger.cert);
  await until("the other authority", () =>
    get(client.strange).then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    ),
  );
  await assert.rejects(get(client.prometheus), refusedConnection);
});

const inForce = async (wanted: boolean): Promise<void> => {
  await until(`in force: ${wanted}`, () => (serving?.web?.().inForce === wanted ? true : undefined));
};

test("a file that breaks leaves the last good one in force, says so once without a secret, and tells it", async () => {
  await serve(`${tls}${users("right")}`);
  const file = join(folder, "web.yaml");
  const readAt = serving?.web?.().readAt;
  write("web.yaml", `${tls}basic_auth_users:\n  anna: hunter2\n`);
  await inForce(false);
  assert.deepEqual(notes, [
    `web configuration: ${file}:5:9: basic_auth_users must be a mapping of names to bcrypt hashes of cost 4 to 16, as ` +
      "htpasswd -nBC 10 NAME prints them\nthe one that was read before stays in force",
  ]);
  assert.equal((await get({ auth: "anna:right" })).status, 200);
  assert.equal((await get({ auth: "anna:hunter2" })).status, 401);
  assert.equal(serving?.web?.().readAt, readAt);
  unlinkSync(file);
  await until("the next note", () => (notes.length === 2 ? true : undefined));
  assert.match(notes[1] ?? "", /there is no such file/);
  write("web.yaml", `${tls}${users("right")}`);
  await inForce(true);
  assert.equal(notes.length, 3);
});

test("a certificate without its key is waited for, then refused, then taken with it", async () => {
  await serve(tls);
  const renewed = await authority.sign("renewed");
  write("server.pem", renewed.cert);
  await inForce(false);
  assert.match(notes[0] ?? "", /web\.yaml:3:13: key_file: the private key is not that of the certificate/);
  assert.equal((await get()).certificate?.subject["CN"], "server");
  write("server.key", renewed.key);
  await inForce(true);
  assert.equal((await get()).certificate?.subject["CN"], "renewed");
});

test("what needs a restart is said, and changes nothing", async () => {
  await serve(`${tls}${users("right")}`);
  write("web.yaml", users("right"));
  await inForce(false);
  assert.match(notes[0] ?? "", /web\.yaml: TLS is switched off by a restart only/);
  assert.equal((await get({ auth: "anna:right" })).status, 200);
  write("web.yaml", `${tls}  client_auth_type: RequireAnyClientCert\n${users("right")}`);
  await until("the next note", () => (notes.length === 2 ? true : undefined));
  assert.match(notes[1] ?? "", /client_auth_type is changed from or to NoClientCert by a restart only/);
  assert.equal((await get({ auth: "anna:right" })).status, 200);
});

test("a password that is checked stops nobody else", async () => {
  // Cost 14 is more than a second of work.
  const costly = `$2b$14$${"a".repeat(53)}`;
  await serve(`${users("right")}  berta: ${costly}\n`);
  const right = async () => (await get({ plain: true, auth: "anna:right" })).status;
  assert.equal(await right(), 200);
  let checked = false;
  const wrong = get({ plain: true, auth: "berta:wrong" }).finally(() => (checked = true));
  const answered = [await right(), await right(), await right()];
  assert.equal(checked, false);
  assert.deepEqual(answered, [200, 200, 200]);
  assert.equal((await wrong).status, 401);
});

test("who speaks http to https is hung up on; the others are served", async () => {
  await serve(tls);
  const socket = connectPlain(serving?.port ?? 0, "127.0.0.1");
  const closed = new Promise((resolve) =>
    socket
      .on("error", () => undefined)
      .resume()
      .once("close", resolve),
  );
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await closed;
  assert.equal((await get()).status, 200);
  assert.deepEqual(notes, []);
});
