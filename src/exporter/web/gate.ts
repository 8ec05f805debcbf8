import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Credentials, credentialsOf } from "./credentials.ts";
import { BusyError } from "./passwords.ts";
import { asksWho, type WebSettings } from "./settings.ts";
import { sha256 } from "./tokens.ts";

export type Verdict = "in" | "refused" | "busy";

/** Checks a password against a bcrypt hash; rejects with BusyError where too many wait. */
export type Matches = (password: string, hash: string) => Promise<boolean>;

/** As in the toolkit, wrong credentials are remembered too: a client that has the wrong ones tries them again. */
const maxRemembered = 1000;

/**
 * Says who may come in. A pair of name and password is checked by bcrypt once; after that it is known by a hash whose
 * key only this process has, so that memory holds no password and a look-up tells nobody anything.
 */
export class Gate {
  readonly #matches: Matches;
  readonly #key = randomBytes(32);
  readonly #right = new Map<string, true>();
  readonly #wrong = new Map<string, true>();
  readonly #checking = new Map<string, Promise<boolean>>();

  constructor(matches: Matches) {
    this.#matches = matches;
  }

  async verdict(settings: WebSettings, authorization: string | undefined): Promise<Verdict> {
    if (!asksWho(settings)) return "in";
    const credentials = credentialsOf(authorization);
    if (credentials === undefined) return "refused";
    if (credentials.scheme === "bearer") return holds(settings.tokens, credentials.token) ? "in" : "refused";
    if (settings.users.size === 0) return "refused";
    try {
      return (await this.#isUser(settings.users, credentials)) ? "in" : "refused";
    } catch (error) {
      if (error instanceof BusyError) return "busy";
      throw error;
    }
  }

  async #isUser(users: WebSettings["users"], { name, password }: Credentials & { scheme: "basic" }): Promise<boolean> {
    const known = users.get(name);
    // A name that nobody has costs what some user's costs, always the same one's: a clock cannot tell it from a user.
    const hash = known ?? this.#someHash(users, name);
    const id = this.#digest([name, hash, password, known === undefined ? "" : "user"]).toString("base64");
    if (this.#right.has(id)) return true;
    if (this.#wrong.has(id)) return false;
    const check = this.#checking.get(id) ?? this.#check(id, password, hash, known !== undefined);
    return check;
  }

  #check(id: string, password: string, hash: string, isUser: boolean): Promise<boolean> {
    const check = this.#matches(password, hash)
      .then((matches) => {
        const right = matches && isUser;
        remember(right ? this.#right : this.#wrong, id);
        return right;
      })
      .finally(() => this.#checking.delete(id));
    this.#checking.set(id, check);
    return check;
  }

  #someHash(users: WebSettings["users"], name: string): string {
    const hashes = [...users.values()];
    return hashes[this.#digest([name]).readUInt32BE() % hashes.length] ?? "";
  }

  #digest(parts: readonly string[]): Buffer {
    return createHmac("sha256", this.#key).update(JSON.stringify(parts)).digest();
  }
}

/** All are compared, each in constant time. */
function holds(digests: readonly Buffer[], token: string): boolean {
  const asked = sha256(token);
  return digests.filter((digest) => timingSafeEqual(digest, asked)).length > 0;
}

/** The oldest goes. */
function remember(known: Map<string, true>, id: string): void {
  const [oldest] = known.keys();
  if (known.size >= maxRemembered && oldest !== undefined) known.delete(oldest);
  known.set(id, true);
}
