import { constants, createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import type { TlsSettings } from "../../http-server.ts";
import { hasName } from "./names.ts";
import { type ClientAuthType, type TlsConfigFile, verifies } from "./schema.ts";
import { cipherSuites, curves, tls13Suites, tlsVersions } from "./suites.ts";

/** The texts that `tls_server_config` names or holds, all PEM. */
export interface Pem {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

export interface ServerTls extends TlsSettings {
  /** When the first certificate of the chain ends, seconds since 1970. */
  readonly certificateEnd: number;
}

/** A text that is not what its key asks for. `part`: whose. */
export class PemError extends Error {
  override readonly name = "PemError";
  readonly part: keyof Pem;
  constructor(part: keyof Pem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.part = part;
  }
}

/** Throws PemError. */
export function serverTls(config: TlsConfigFile, pem: Pem): ServerTls {
  const chain = certificatesOf("cert", pem.cert);
  const [own] = chain;
  const key = privateKeyOf(pem.key);
  if (own === undefined || !own.checkPrivateKey(key)) {
    throw new PemError("key", "the private key is not that of the certificate");
  }
  if (pem.clientCa !== undefined) certificatesOf("clientCa", pem.clientCa);
  const context = contextOf(config, pem);
  try {
    createSecureContext(context);
  } catch (error) {
    const reason = error instanceof Error && "reason" in error ? `: ${String(error.reason)}` : "";
    throw new PemError("cert", `TLS cannot be served with the certificate and its key${reason}`, { cause: error });
  }
  return {
    context,
    asksClients: config.client_auth_type !== "NoClientCert",
    admits: admission(config.client_auth_type, config.client_allowed_sans),
    certificateEnd: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())) / 1000,
  };
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function certificatesOf(part: "cert" | "clientCa", text: string): readonly X509Certificate[] {
  const blocks = text.match(block) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((each) => new X509Certificate(each));
  } catch (error) {
    throw new PemError(part, "a certificate in PEM is damaged", { cause: error });
  }
  throw new PemError(part, "there is no certificate in PEM");
}

function privateKeyOf(text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new PemError("key", "there is no private key in PEM that opens without a passphrase", { cause: error });
  }
}

function contextOf(config: TlsConfigFile, { cert, key, clientCa }: Pem): SecureContextOptions {
  const suites = config.cipher_suites.map((name) => cipherSuites[name]);
  const preferred = config.curve_preferences.map((name) => curves[name]);
  return {
    cert,
    key,
    // Without any, Node would take every public authority for one that vouches for our clients.
    ca: clientCa === undefined ? [] : [clientCa],
    minVersion: tlsVersions[config.min_version],
    maxVersion: tlsVersions[config.max_version],
    honorCipherOrder: config.prefer_server_cipher_suites,
    // Each connection is a whole handshake: a ticket would carry a client's certificate past a change of authorities.
    secureOptions: constants.SSL_OP_NO_TICKET,
    // Node takes TLS 1.3 away where a list names none of its suites.
    ...(suites.length > 0 ? { ciphers: [...tls13Suites, ...suites].join(":") } : {}),
    ...(preferred.length > 0 ? { ecdhCurve: preferred.join(":") } : {}),
  };
}

/** Go's `ClientAuthType`: https://pkg.go.dev/crypto/tls#ClientAuthType. RequestClientCert asks, and takes anything. */
function admission(type: ClientAuthType, names: readonly string[] | undefined): (socket: TLSSocket) => boolean {
  const needs = type.startsWith("Require");
  const verified = verifies(type);
  return (socket) => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return !needs;
    if (verified && !socket.authorized) return false;
    return names === undefined || hasName(certificate, names);
  };
}
