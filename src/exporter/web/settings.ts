import type { ServerTls } from "./tls.ts";

/** What a web configuration comes to, with all files read. */
export interface WebSettings {
  /** undefined: plain HTTP. */
  readonly tls: ServerTls | undefined;
  /** Set on every answer, over what the page itself says. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by name. */
  readonly users: ReadonlyMap<string, string>;
  /** SHA-256 of each bearer token. */
  readonly tokens: readonly Buffer[];
  readonly rate: Rate | undefined;
}

/** A token bucket: one request every `everyMs`, and `burst` at once. */
export interface Rate {
  readonly everyMs: number;
  readonly burst: number;
}

export function asksWho({ users, tokens }: WebSettings): boolean {
  return users.size > 0 || tokens.length > 0;
}

/** Why these settings cannot follow those without a restart, in words; undefined where they can. */
export function needsRestart(from: WebSettings, to: WebSettings): string | undefined {
  if (from.tls === undefined && to.tls !== undefined) return "TLS is switched on by a restart only";
  if (from.tls !== undefined && to.tls === undefined) return "TLS is switched off by a restart only";
  return from.tls?.asksClients === to.tls?.asksClients
    ? undefined
    : "client_auth_type is changed from or to NoClientCert by a restart only";
}

/** Whoever listens in would hear passwords and tokens. */
export function tellsSecretsInClear(settings: WebSettings, host: string): boolean {
  return asksWho(settings) && settings.tls === undefined && !/^(127\.|::1$|localhost$)/i.test(host);
}
