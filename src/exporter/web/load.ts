import { dirname, resolve } from "node:path";
import { errorsOf, inOrder, locate, readDocument } from "../../fleet/document.ts";
import { FleetFileError, type FleetError, type FleetPath } from "../../fleet/errors.ts";
import { readBounded, readText } from "../../fleet/read.ts";
import type { YamlSource } from "../../fleet/yaml.ts";
import { stampOf } from "../../files.ts";
import { withoutSecrets } from "./redact.ts";
import { webRules } from "./rules.ts";
import { type TlsConfigFile, type WebConfigFile, webConfigSchema } from "./schema.ts";
import type { Rate, WebSettings } from "./settings.ts";
import { type Pem, PemError, type ServerTls, serverTls } from "./tls.ts";
import { parseTokens, type Tokens } from "./tokens.ts";

/** A web configuration that was read. */
export interface WebConfig {
  readonly file: string;
  readonly settings: WebSettings;
  /** All files that it came from as they were when they were read. */
  readonly stamps: Stamps;
}

/** By path, what changes with the file. */
export type Stamps = ReadonlyMap<string, string>;

export interface WebReading {
  readonly stamps: Stamps;
  /** undefined where there are errors. */
  readonly settings: WebSettings | undefined;
  readonly errors: readonly FleetError[];
}

const maxConfigBytes = 512 * 1024;
/** Certificates with their chains, keys, authorities, tokens. */
const maxPartBytes = 1024 * 1024;

/** Throws FleetFileError with every error. */
export function loadWebConfig(file: string): WebConfig {
  const { settings, stamps, errors } = readWebConfig(file);
  if (settings === undefined) throw new FleetFileError(errors);
  return { file, settings, stamps };
}

/** The file and those that it names, or every error in them; no error repeats a secret. */
export function readWebConfig(file: string): WebReading {
  const stamps = new Map([[file, stampOf(file)]]);
  const refused = (errors: readonly FleetError[]): WebReading => ({
    stamps,
    settings: undefined,
    errors: inOrder(errors.map(withoutSecrets), file),
  });
  let text: string;
  try {
    text = readText(file, maxConfigBytes);
  } catch (error) {
    if (error instanceof FleetFileError) return refused(error.errors);
    throw error;
  }
  const { source, draft, errors } = readDocument(text, file, webConfigSchema);
  const found = source && draft ? errorsOf(source, webRules(draft.value), draft.unsure) : [];
  if (source === undefined || draft === undefined || errors.length + found.length > 0) {
    return refused([...errors, ...found]);
  }
  const parts = new Parts(source, stamps);
  const settings = settingsOf(draft.value, parts);
  return parts.errors.length > 0 ? refused(parts.errors) : { stamps, settings, errors: [] };
}

/** The files that the configuration names, each read once, and what is wrong with them. */
class Parts {
  readonly errors: FleetError[] = [];
  readonly #source: YamlSource;
  readonly #stamps: Map<string, string>;

  constructor(source: YamlSource, stamps: Map<string, string>) {
    this.#source = source;
    this.#stamps = stamps;
  }

  /** From the configuration's own folder. undefined where it cannot be read. */
  read(path: FleetPath, name: string): { readonly file: string; readonly text: string } | undefined {
    const file = resolve(dirname(this.#source.file), name);
    this.#stamps.set(file, stampOf(file));
    try {
      return { file, text: Buffer.from(readBounded(file, String(path.at(-1)), maxPartBytes)).toString("utf8") };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.refuse(path, error.message, "paths are relative to the folder of this file");
      return undefined;
    }
  }

  refuse(path: FleetPath, message: string, hint?: string): void {
    this.errors.push(locate(this.#source, { path, message, hint }));
  }
}

/** Only to be used where `parts` has no errors. */
function settingsOf(config: WebConfigFile, parts: Parts): WebSettings {
  // A blank one is unset, as in the toolkit.
  const headers = Object.entries(config.http_server_config.headers).flatMap(([name, value = ""]) =>
    value === "" ? [] : [[name.toLowerCase(), value] as const],
  );
  return {
    tls: config.tls_server_config && tlsOf(config.tls_server_config, parts),
    headers: Object.fromEntries(headers),
    users: new Map(Object.entries(config.basic_auth_users)),
    tokens: tokensOf(config.bearer_tokens_file, parts).digests,
    rate: rateOf(config.rate_limit),
  };
}

function tlsOf(config: TlsConfigFile, parts: Parts): ServerTls | undefined {
  const from = (inline: "cert" | "key" | "client_ca", file: "cert_file" | "key_file" | "client_ca_file") => {
    const name = config[file];
    const path = ["tls_server_config", name === undefined ? inline : file];
    return { path, text: name === undefined ? config[inline] : parts.read(path, name)?.text };
  };
  const sources = {
    cert: from("cert", "cert_file"),
    key: from("key", "key_file"),
    clientCa: from("client_ca", "client_ca_file"),
  };
  if (parts.errors.length > 0) return undefined;
  const pem: Pem = { cert: sources.cert.text ?? "", key: sources.key.text ?? "", clientCa: sources.clientCa.text };
  try {
    return serverTls(config, pem);
  } catch (error) {
    if (!(error instanceof PemError)) throw error;
    const { path } = sources[error.part];
    parts.refuse(path, `${String(path.at(-1))}: ${error.message}`);
    return undefined;
  }
}

function tokensOf(name: string | undefined, parts: Parts): Tokens {
  const read = name === undefined ? undefined : parts.read(["bearer_tokens_file"], name);
  if (read === undefined) return { digests: [], errors: [] };
  const tokens = parseTokens(read.text, read.file);
  parts.errors.push(...tokens.errors);
  return tokens;
}

const unitMs = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

function rateOf(config: WebConfigFile["rate_limit"]): Rate | undefined {
  if (config === undefined) return undefined;
  const parts = String(config.interval).matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g);
  const everyMs = [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * unitMs[unit as keyof typeof unitMs], 0);
  return everyMs === 0 ? undefined : { everyMs, burst: config.burst };
}
