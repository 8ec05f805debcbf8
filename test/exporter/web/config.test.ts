import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { loadWebConfig, readWebConfig } from "../../../src/exporter/web/load.ts";
import { needsRestart, tellsSecretsInClear } from "../../../src/exporter/web/settings.ts";
import { sha256 } from "../../../src/exporter/web/tokens.ts";
import { type TestAuthority, testAuthority } from "./authority.ts";

let folder = "";
let authority: TestAuthority;

const hash = "$2y$04$abcdefghijklmnopqrstuuZlO.bf5EHT.FAlHuQsDJnpUgn5MC0uq";
const token = "tFv3Zk1nQ8m2Lw6P";

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-web-"));
  authority = await testAuthority("test authority");
  const server = await authority.sign("server");
  const other = await authority.sign("other");
  const files = {
    "server.pem": server.cert,
    "server.key": server.key,
    "other.key": other.key,
    "ca.pem": authority.cert,
    "broken.pem": server.cert.replace(/\n.{10}/, "\n"),
    "empty.pem": "",
    "tokens.txt": `# scrapers\n\n${token}\nsha256:${sha256("another-token-of-16").toString("hex")}\n`,
    "short.txt": `${token}\nhunter2\n`,
    "none.txt": "# nobody\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
after(() => rmSync(folder, { recursive: true }));

function write(text: string): string {
  const file = join(folder, "web.yaml");
  writeFileSync(file, text);
  return file;
}

/** Each error as `place: message`, the folder left out. */
function errorsOf(text: string): readonly string[] {
  const { errors, settings } = readWebConfig(write(text));
  assert.equal(settings, undefined);
  return errors.map(
    ({ file, line, column, message }) => `${file.replace(`${folder}/`, "")}:${line}:${column}: ${message}`,
  );
}

const users =
  "basic_auth_users must be a mapping of names to bcrypt hashes of cost 4 to 16, as htpasswd -nBC 10 NAME prints them";
const tls = (more: string): string => `tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n${more}`;
const keysOfFile = "tls_server_config, http_server_config, basic_auth_users, bearer_tokens_file, rate_limit";

/** A file, and what is said of it. */
const refused: readonly (readonly [what: string, text: string, ...errors: readonly string[]])[] = [
  ["an empty file", "", "web.yaml:1:1: the file is empty"],
  [
    "an unknown key",
    "tls_server_conf: {}\n",
    `web.yaml:1:1: unknown key "tls_server_conf"; the keys of the file are ${keysOfFile}`,
  ],
  [
    "a key of another kind of TLS configuration",
    tls("  insecure_skip_verify: true\n"),
    'web.yaml:4:3: unknown key "insecure_skip_verify"; the keys of tls_server_config are cert, cert_file, key, key_file, ' +
      "client_ca, client_ca_file, client_auth_type, client_allowed_sans, min_version, max_version, cipher_suites, " +
      "prefer_server_cipher_suites, curve_preferences",
  ],
  [
    "no key",
    "tls_server_config:\n  cert_file: server.pem\n",
    "web.yaml:1:1: key_file is missing; tls_server_config needs it, or key",
  ],
  ["two certificates", tls("  cert: PEM\n"), "web.yaml:4:3: cert and cert_file exclude each other"],
  [
    "a version that OpenSSL no longer speaks",
    tls("  min_version: TLS10\n"),
    'web.yaml:4:16: min_version must be one of TLS12, TLS13, not "TLS10"',
  ],
  [
    "versions that cross",
    tls("  min_version: TLS13\n  max_version: TLS12\n"),
    "web.yaml:5:16: max_version must not be below min_version TLS13, and is TLS12",
  ],
  [
    "suites of a version that is ruled out",
    tls("  min_version: TLS13\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n"),
    "web.yaml:5:3: cipher_suites holds for TLS 1.2 only, which min_version TLS13 rules out",
  ],
  [
    "an authority without a policy",
    tls("  client_ca_file: ca.pem\n"),
    "web.yaml:4:3: client_ca_file needs a client_auth_type that verifies, such as RequireAndVerifyClientCert, not NoClientCert",
  ],
  [
    "a policy without an authority",
    tls("  client_auth_type: RequireAndVerifyClientCert\n"),
    "web.yaml:4:21: client_auth_type RequireAndVerifyClientCert needs client_ca_file: the authorities that clients are verified against",
  ],
  [
    "names that nobody verifies",
    tls("  client_auth_type: RequireAnyClientCert\n  client_allowed_sans:\n    - prometheus\n"),
    "web.yaml:5:3: client_allowed_sans needs client_auth_type RequireAndVerifyClientCert: a name that nobody verified says nothing",
  ],
  [
    "a file that is not there",
    tls("").replace("server.pem", "gone.pem"),
    'web.yaml:2:14: cannot read "cert_file": there is no such file',
  ],
  ["a folder", tls("").replace("server.key", "."), 'web.yaml:3:13: cannot read "key_file": it is a folder'],
  ["no PEM", tls("").replace("server.pem", "empty.pem"), "web.yaml:2:14: cert_file: there is no certificate in PEM"],
  [
    "damaged PEM",
    tls("").replace("server.pem", "broken.pem"),
    "web.yaml:2:14: cert_file: a certificate in PEM is damaged",
  ],
  [
    "a key that is a certificate",
    tls("").replace("server.key", "server.pem"),
    "web.yaml:3:13: key_file: there is no private key in PEM that opens without a passphrase",
  ],
  [
    "another certificate's key",
    tls("").replace("server.key", "other.key"),
    "web.yaml:3:13: key_file: the private key is not that of the certificate",
  ],
  [
    "HTTP/2",
    "http_server_config:\n  http2: true\n",
    "web.yaml:2:10: http2 must be false or left out: this exporter speaks HTTP/1.1 only",
  ],
  [
    "a header of another name",
    "http_server_config:\n  headers:\n    Server: deskbridge\n",
    'web.yaml:3:5: unknown key "Server"; the keys of headers are Content-Security-Policy, X-Frame-Options, ' +
      "X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security",
  ],
  [
    "a header's value",
    "http_server_config:\n  headers:\n    X-Frame-Options: DENY\n",
    'web.yaml:3:22: X-Frame-Options must be one of deny, sameorigin, not "DENY"',
  ],
  [
    "a header of two lines",
    'http_server_config:\n  headers:\n    Content-Security-Policy: "a\\r\\nSet-Cookie: b"\n',
    'web.yaml:3:30: Content-Security-Policy must be a text on one line, in ASCII, not "a··Set-Cookie: b"',
  ],
  ["a password in clear", "basic_auth_users:\n  anna: hunter2\n", `web.yaml:2:9: ${users}`],
  ["a password of digits", "basic_auth_users:\n  anna: 31337\n", `web.yaml:2:9: ${users}`],
  ["a hash that takes hours", `basic_auth_users:\n  anna: ${hash.replace("$04$", "$31$")}\n`, `web.yaml:2:9: ${users}`],
  ["a blank that is missing", `basic_auth_users:\n  anna:${hash}\n`, `web.yaml:2:3: ${users}`],
  ["users in a list", `basic_auth_users:\n  - anna: ${hash}\n`, `web.yaml:1:1: ${users}`],
  [
    "a token for a file",
    `bearer_tokens_file: ${token}\n`,
    'web.yaml:1:21: cannot read "bearer_tokens_file": there is no such file',
  ],
  [
    "a token that is too short",
    "bearer_tokens_file: short.txt\n",
    "short.txt:2:1: a line must hold a bearer token of at least 16 letters, digits, - . _ ~ + or /, or sha256: and 64 hexadecimal digits",
  ],
  ["no token", "bearer_tokens_file: none.txt\n", "none.txt:1:1: the file holds no token"],
  [
    "one token file",
    "bearer_token_file: tokens.txt\n",
    `web.yaml:1:1: unknown key "bearer_token_file"; the keys of the file are ${keysOfFile}`,
  ],
  [
    "a rate that nobody passes",
    "rate_limit:\n  interval: 1s\n  burst: 0\n",
    "web.yaml:3:10: burst must be at least 1: with 0 no request would ever pass",
  ],
  [
    "a rate that is no duration",
    "rate_limit:\n  interval: 1 second\n  burst: 1\n",
    'web.yaml:2:13: interval must be a duration such as 1s or 250ms, or 0 for none, not "1 second"',
  ],
  [
    "a file of two mistakes",
    "basic_auth_users:\n  anna: x\nhttp_server_config:\n  http2: true\n",
    `web.yaml:2:9: ${users}`,
    "web.yaml:4:10: http2 must be false or left out: this exporter speaks HTTP/1.1 only",
  ],
];

describe("a web configuration is refused, with the place of every error", () => {
  for (const [what, text, ...errors] of refused) {
    test(what, () => assert.deepEqual(errorsOf(text), errors));
  }
});

test("a file that is not there is named", () => {
  const file = join(folder, "absent.yaml");
  assert.throws(() => loadWebConfig(file), {
    name: "FleetFileError",
    message: `${file}:1:1: cannot read "${file}": there is no such file`,
  });
});

describe("no error repeats a secret, wherever it stands by mistake", () => {
  const secret = "hunter2-XyZ";
  const places = {
    "a value": `basic_auth_users:\n  anna: ${secret}\n`,
    "a value in quotes that do not close": `basic_auth_users:\n  anna: "${secret}\n`,
    "an alias": `basic_auth_users:\n  anna: *${secret}\n`,
    "a tag": `basic_auth_users:\n  anna: !${secret} x\n`,
    "an escape": `basic_auth_users:\n  anna: "\\${secret}"\n`,
    "a key without a value": `basic_auth_users: { "anna:${secret}" }\n`,
    "a key of the file": `"anna: ${secret}": 1\n`,
    "a key that stands twice": `basic_auth_users:\n  ${secret}: x\n  ${secret}: y\n`,
    "the whole file": `anna ${secret}\n`,
    "the file's name of tokens": `bearer_tokens_file: ${secret}\n`,
    "the file's name of a key": `tls_server_config:\n  cert_file: server.pem\n  key_file: ${secret}\n`,
    "a key in PEM, badly indented": `tls_server_config:\n  key: |\n  -----BEGIN ${secret}\n  ${secret}\n`,
    "a mapping for users": `basic_auth_users: ${secret}\n`,
    "a text for TLS": `tls_server_config: ${secret}\n`,
    "what YAML reserves": `basic_auth_users:\n  anna: @${secret}\n`,
    "a value of two lines": `basic_auth_users:\n  anna: x\n ${secret}\n  berta: y\n`,
    "what follows a flow mapping": `basic_auth_users: {} ${secret}\n`,
  };
  for (const [where, text] of Object.entries(places)) {
    test(where, () => {
      const { errors } = readWebConfig(write(text));
      assert.ok(errors.length > 0);
      assert.ok(errors.every(({ message }) => message.length > 10));
      assert.doesNotMatch(JSON.stringify(errors), /hunter2|XyZ/);
    });
  }
});

test("paths are relative to the configuration's folder; TLS and who may come in are independent", () => {
  const both = loadWebConfig(write(`${tls("")}basic_auth_users:\n  anna: ${hash}\nbearer_tokens_file: ./tokens.txt\n`));
  assert.ok(both.settings.tls !== undefined);
  assert.deepEqual([...both.settings.users], [["anna", hash]]);
  assert.deepEqual(both.settings.tokens, [sha256(token), sha256("another-token-of-16")]);
  assert.deepEqual(
    [...both.stamps.keys()].map((file) => file.replace(`${folder}/`, "")),
    ["web.yaml", "server.pem", "server.key", "tokens.txt"],
  );
  assert.equal(loadWebConfig(write(tls(""))).settings.users.size, 0);
  assert.equal(loadWebConfig(write("bearer_tokens_file: tokens.txt\n")).settings.tls, undefined);
});

test("certificate and key may stand in the file itself", async () => {
  const { cert, key } = await authority.sign("inline");
  const indent = (text: string): string => text.replaceAll(/^/gm, "    ");
  const text = `tls_server_config:\n  cert: |\n${indent(cert)}\n  key: |\n${indent(key)}\n`;
  assert.ok(loadWebConfig(write(text)).settings.tls !== undefined);
});

test("Go's names of versions, suites and curves become OpenSSL's", () => {
  const { settings } = loadWebConfig(
    write(
      tls(
        "  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n" +
          "  curve_preferences: [CurveP256, X25519]\n  prefer_server_cipher_suites: false\n",
      ),
    ),
  );
  const { minVersion, maxVersion, ciphers, ecdhCurve, honorCipherOrder } = settings.tls?.context ?? {};
  assert.deepEqual(
    { minVersion, maxVersion, ciphers, ecdhCurve, honorCipherOrder },
    {
      minVersion: "TLSv1.2",
      maxVersion: "TLSv1.2",
      ciphers:
        "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256",
      ecdhCurve: "P-256:X25519",
      honorCipherOrder: false,
    },
  );
});

test("durations are Go's; 0 is no limit", () => {
  const rate = (interval: string) =>
    loadWebConfig(write(`rate_limit:\n  interval: ${interval}\n  burst: 2\n`)).settings.rate;
  assert.deepEqual(rate("1m1.5s250ms"), { everyMs: 61_750, burst: 2 });
  assert.deepEqual(rate("0"), undefined);
});

test("secrets in clear are told only where the network could hear them", () => {
  const open = loadWebConfig(write("http_server_config: { http2: false }\n")).settings;
  const asking = loadWebConfig(write("bearer_tokens_file: tokens.txt\n")).settings;
  const sealed = loadWebConfig(write(`${tls("")}bearer_tokens_file: tokens.txt\n`)).settings;
  assert.equal(tellsSecretsInClear(asking, "0.0.0.0"), true);
  assert.equal(tellsSecretsInClear(asking, "10.0.0.4"), true);
  assert.equal(tellsSecretsInClear(asking, "127.0.0.1"), false);
  assert.equal(tellsSecretsInClear(asking, "::1"), false);
  assert.equal(tellsSecretsInClear(open, "0.0.0.0"), false);
  assert.equal(tellsSecretsInClear(sealed, "0.0.0.0"), false);
  assert.equal(needsRestart(asking, sealed), "TLS is switched on by a restart only");
  assert.equal(needsRestart(sealed, asking), "TLS is switched off by a restart only");
  assert.equal(needsRestart(open, asking), undefined);
});
