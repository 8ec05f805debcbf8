import { open } from "node:fs/promises";
import ssh2 from "ssh2";
import type { AnyAuthMethod, AuthHandlerMiddleware, ParsedKey } from "ssh2";
import { fingerprint } from "./host-key.ts";

export interface KeySource {
  /** A private key in OpenSSH's format. */
  readonly file: string;
  /** What it is encrypted with: a file (its last newline is not part of it), or whoever knows. */
  readonly passphrase?: { readonly file: string } | (() => string | Promise<string>);
}

export interface IdentitySource {
  /** Socket of an SSH agent (`SSH_AUTH_SOCK`). */
  readonly agent?: string;
  /** Tried before the agent, in this order. */
  readonly keys?: readonly KeySource[];
}

/** Who logs in. SECRET: keys and passphrases. It is given to workers, and to nobody else. */
export interface Identity {
  readonly agent: string | undefined;
  readonly keys: readonly { readonly file: string; readonly text: string; readonly passphrase: string | undefined }[];
}

/** A key that cannot be used. It quotes nothing of it. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
  readonly file: string;
  constructor(file: string, what: string) {
    super(`${file}: ${what}`);
    this.file = file;
  }
}

/** Reads keys, and tries whether their passphrases fit. Throws IdentityError. */
export async function loadIdentity({ agent, keys = [] }: IdentitySource): Promise<Identity> {
  if (agent === undefined && keys.length === 0)
    throw new IdentityError("identity", "neither an agent nor a key is given");
  const loaded = await Promise.all(
    keys.map(async ({ file, passphrase }) => ({
      file,
      text: await secretOf(file),
      passphrase:
        typeof passphrase === "function"
          ? await passphrase()
          : passphrase && (await secretOf(passphrase.file)).replace(/\r?\n$/, ""),
    })),
  );
  for (const { file, text, passphrase } of loaded) privateKey(file, text, passphrase);
  return { agent, keys: loaded };
}

async function secretOf(file: string): Promise<string> {
  let handle;
  try {
    handle = await open(file);
    const { mode } = await handle.stat();
    if ((mode & 0o077) !== 0) {
      throw new IdentityError(file, `others may read it (mode ${(mode & 0o777).toString(8)}): make it 600`);
    }
    return await handle.readFile("utf8");
  } catch (error) {
    if (error instanceof IdentityError) throw error;
    throw new IdentityError(file, `cannot be read (${codeOf(error)})`);
  } finally {
    await handle?.close();
  }
}

/** Keys ready to sign with: decrypted once, used for every connection. */
export class Credentials {
  readonly #agent: string | undefined;
  readonly #keys: readonly { readonly file: string; readonly key: ParsedKey }[];

  constructor({ agent, keys }: Identity) {
    this.#agent = agent;
    this.#keys = keys.map(({ file, text, passphrase }) => ({ file, key: privateKey(file, text, passphrase) }));
  }

  /** For one login: what is tried, in order. No password, and no question to anyone. */
  login(username: string): Login {
    const methods: Method[] = this.#keys.map(({ file, key }) => ({
      what: `key ${file} (${fingerprint(key.getPublicSSH().toString("base64"))})`,
      method: { type: "publickey", username, key },
    }));
    const agent = this.#agent;
    if (agent !== undefined) methods.push({ what: "agent", method: { type: "agent", username, agent } });
    return new Login(methods);
  }
}

interface Method {
  readonly what: string;
  readonly method: AnyAuthMethod;
}

export class Login {
  readonly #waiting: Method[];
  readonly tried: string[] = [];
  /** Methods that the server would take, as far as it said. */
  offers: readonly string[] = [];

  constructor(methods: readonly Method[]) {
    this.#waiting = [...methods];
  }

  /** What is tried next; `false` when nothing is left, as ssh2 has it (its types know it not). */
  readonly handler = ((offers: readonly string[] | null) => {
    if (offers !== null) this.offers = offers;
    // Every method here is a public key in the end: where the server takes none, no more is signed.
    const next = offers === null || offers.includes("publickey") ? this.#waiting.shift() : undefined;
    if (next === undefined) return false;
    this.tried.push(next.what);
    return next.method;
  }) as unknown as AuthHandlerMiddleware;

  /** The agent did not answer, or did not sign. */
  agentFailed(error: unknown): void {
    const at = this.tried.lastIndexOf("agent");
    const isAbsent = error instanceof Error && error.message === "Failed to connect to agent";
    if (at >= 0) this.tried[at] = isAbsent ? "agent (nobody answers at its socket)" : `agent (${codeOf(error)})`;
  }
}

function privateKey(file: string, text: string, passphrase: string | undefined): ParsedKey {
  const parsed = ssh2.utils.parseKey(text, passphrase) as ParsedKey | ParsedKey[] | Error;
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key instanceof Error || key === undefined) {
    const isLocked = key !== undefined && /no passphrase given/i.test(key.message);
    if (isLocked) throw new IdentityError(file, "is encrypted, and no passphrase is given");
    const why =
      passphrase === undefined ? "is no private key that can be read" : "is no private key, or its passphrase is wrong";
    throw new IdentityError(file, why);
  }
  if (!key.isPrivateKey()) throw new IdentityError(file, "is a public key, not a private one");
  return key;
}

/** Of a system error its code; other texts may quote what they should not. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "it failed";
}
