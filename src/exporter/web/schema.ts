import { z } from "zod";
import { type CipherSuite, cipherSuites, type Curve, curves, tlsVersions, type Version } from "./suites.ts";

/**
 * The web configuration file, in the format of Prometheus's exporter toolkit
 * (github.com/prometheus/exporter-toolkit, docs/web-configuration.md, November 2026) with one key of ours,
 * `bearer_tokens_file`. A key that is not honoured is no key of this schema, or refused by rules.ts: none is ignored.
 */

/** `RequireClientCert` is the toolkit's older name of `RequireAnyClientCert`. */
export const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

export type ClientAuthType = (typeof clientAuthTypes)[number];

/** Whether a certificate that a client shows must be signed by an authority of client_ca_file. */
export function verifies(type: ClientAuthType): boolean {
  return type === "VerifyClientCertIfGiven" || type === "RequireAndVerifyClientCert";
}

/**
 * A cost of 16 is about 4 s of work for one password here; each step doubles it. What is more could keep a client out
 * for longer than a scrape ever waits.
 */
const bcryptHash = /^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/;
/** Go's durations, such as 1s, 250ms or 1m30s; 0 is none. */
const duration = /^(0|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+)$/;
const durationWords = "a duration such as 1s or 250ms, or 0 for none";
/** What a header's value may hold without ending it. */
const plainText = /^[\t\u0020-\u007e]*$/;

function namesOf<Name extends string>(table: Readonly<Record<Name, string>>): [Name, ...Name[]] {
  return Object.keys(table) as [Name, ...Name[]];
}

const text = z.string().min(1);
const header = z.string().regex(plainText, "a text on one line, in ASCII");

const tlsSchema = z.strictObject({
  cert: text.optional(),
  cert_file: text.optional(),
  key: text.optional(),
  key_file: text.optional(),
  client_ca: text.optional(),
  client_ca_file: text.optional(),
  client_auth_type: z.enum(clientAuthTypes).default("NoClientCert"),
  client_allowed_sans: z.array(text).min(1).optional(),
  min_version: z.enum(namesOf<Version>(tlsVersions)).default("TLS12"),
  max_version: z.enum(namesOf<Version>(tlsVersions)).default("TLS13"),
  cipher_suites: z.array(z.enum(namesOf<CipherSuite>(cipherSuites))).default([]),
  prefer_server_cipher_suites: z.boolean().default(true),
  curve_preferences: z.array(z.enum(namesOf<Curve>(curves))).default([]),
});

const httpSchema = z.strictObject({
  http2: z.boolean().default(false),
  headers: z
    .strictObject({
      "Content-Security-Policy": header.optional(),
      "X-Frame-Options": z.enum(["deny", "sameorigin"]).optional(),
      "X-Content-Type-Options": z.enum(["nosniff"]).optional(),
      "X-XSS-Protection": header.optional(),
      "Strict-Transport-Security": header.optional(),
    })
    .default({}),
});

export const webConfigSchema = z.strictObject({
  tls_server_config: tlsSchema.optional(),
  http_server_config: httpSchema.default({ http2: false, headers: {} }),
  basic_auth_users: z.record(text, z.string().regex(bcryptHash)).default({}),
  bearer_tokens_file: text.optional(),
  rate_limit: z
    .strictObject({
      interval: z.union([z.string().regex(duration, durationWords), z.literal(0)], durationWords),
      burst: z.int().min(0).max(1_000_000),
    })
    .optional(),
});

export type WebConfigFile = z.output<typeof webConfigSchema>;
export type TlsConfigFile = NonNullable<WebConfigFile["tls_server_config"]>;
