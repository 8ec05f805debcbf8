import type { Finding } from "../../fleet/document.ts";
import { type TlsConfigFile, verifies, type WebConfigFile } from "./schema.ts";

/** What goes beyond single values: keys that need or exclude each other, and what this server cannot do. */
export function* webRules(config: WebConfigFile): Generator<Finding> {
  if (config.http_server_config.http2) {
    const message = "http2 must be false or left out: this exporter speaks HTTP/1.1 only";
    yield { path: ["http_server_config", "http2"], message };
  }
  if (config.tls_server_config !== undefined) yield* tlsRules(config.tls_server_config);
  const rate = config.rate_limit;
  if (rate !== undefined && rate.burst === 0 && Number.parseFloat(String(rate.interval)) > 0) {
    yield { path: ["rate_limit", "burst"], message: "burst must be at least 1: with 0 no request would ever pass" };
  }
}

function* tlsRules(tls: TlsConfigFile): Generator<Finding> {
  const at = (key: keyof TlsConfigFile) => ["tls_server_config", key];
  for (const [inline, file] of [
    ["cert", "cert_file"],
    ["key", "key_file"],
    ["client_ca", "client_ca_file"],
  ] as const) {
    if (tls[inline] !== undefined && tls[file] !== undefined) {
      yield { path: at(inline), message: `${inline} and ${file} exclude each other`, aim: "key", secret: true };
    } else if (inline !== "client_ca" && tls[inline] === undefined && tls[file] === undefined) {
      yield { path: at(file), message: `${file} is missing; tls_server_config needs it, or ${inline}` };
    }
  }
  const type = tls.client_auth_type;
  const ca = tls.client_ca !== undefined || tls.client_ca_file !== undefined;
  if (ca && !verifies(type)) {
    const path = at(tls.client_ca === undefined ? "client_ca_file" : "client_ca");
    const message = `client_ca_file needs a client_auth_type that verifies, such as RequireAndVerifyClientCert, not ${type}`;
    yield { path, message, aim: "key", reads: [at("client_auth_type")] };
  }
  if (!ca && verifies(type)) {
    const message = `client_auth_type ${type} needs client_ca_file: the authorities that clients are verified against`;
    yield { path: at("client_auth_type"), message, reads: [at("client_ca_file"), at("client_ca")] };
  }
  if (tls.client_allowed_sans !== undefined && type !== "RequireAndVerifyClientCert") {
    const message =
      "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert: a name that nobody verified says nothing";
    yield { path: at("client_allowed_sans"), message, reads: [at("client_auth_type")] };
  }
  if (tls.min_version === "TLS13" && tls.max_version === "TLS12") {
    const message = "max_version must not be below min_version TLS13, and is TLS12";
    yield { path: at("max_version"), message, reads: [at("min_version")] };
  }
  if (tls.cipher_suites.length > 0 && tls.min_version === "TLS13") {
    const message = "cipher_suites holds for TLS 1.2 only, which min_version TLS13 rules out";
    yield { path: at("cipher_suites"), message, reads: [at("min_version")] };
  }
}
