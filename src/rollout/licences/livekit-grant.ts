import { readFileSync, statSync } from "node:fs";
import { AccessToken } from "livekit-server-sdk";
import { z } from "zod";

/** Signs grants, and whatever is asked of the server. */
export interface LivekitKey {
  readonly name: string;
  readonly secret: string;
}

export interface GrantWish {
  readonly room: string;
  /** At most `longestGrantMs` from now. */
  readonly until: Date;
  /** Microphone, camera, screen; true where nothing is said. */
  readonly canPublish?: boolean;
}

/** Whom a grant lets in, where, and for how long. */
export interface Grant {
  readonly account: string;
  readonly room: string;
  readonly until: Date;
  readonly canPublish: boolean;
}

const day = 86_400_000;
/** LiveKit cannot take a grant back: this is how long one may outlive its seat, milliseconds. */
export const longestGrantMs = 7 * day;
/** A grant with less than this left is renewed, milliseconds. */
export const leastLeftMs = 2 * day;

/** Reads a key's file: one line `NAME: SECRET`. Throws an Error for another text, or where others may read the file. */
export function readKey(file: string): LivekitKey {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} may be read by others: chmod 600`);
  const [, name, secret] = /^(\S+): (\S{32,})\s*$/.exec(readFileSync(file, "utf8")) ?? [];
  if (name === undefined || secret === undefined) throw new Error(`${file} is no key of LiveKit: "NAME: SECRET"`);
  return { name, secret };
}

/** A signed grant (JWT) for an account. Throws RangeError for one that ends in the past, or later than it may. */
export async function signGrant(key: LivekitKey, account: string, wish: GrantWish): Promise<string> {
  const leftMs = wish.until.getTime() - Date.now();
  if (!(leftMs >= 1000 && leftMs <= longestGrantMs)) {
    throw new RangeError(
      `a grant until ${wish.until.toISOString()} is not within ${longestGrantMs / day} days from now`,
    );
  }
  const token = new AccessToken(key.name, key.secret, { identity: account, ttl: Math.floor(leftMs / 1000) });
  const { room, canPublish = true } = wish;
  token.addGrant({ roomJoin: true, room, canPublish, canPublishData: canPublish, canSubscribe: true });
  return token.toJwt();
}

const claims = z.object({
  sub: z.string(),
  exp: z.number(),
  video: z.object({ room: z.string(), roomJoin: z.literal(true), canPublish: z.boolean().default(true) }),
});

/** What a grant says of itself, its signature not looked at; undefined where it is none. */
export function readGrant(token: string): Grant | undefined {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const { sub, exp, video } = claims.parse(JSON.parse(payload));
    const { room, canPublish } = video;
    return { account: sub, room, until: new Date(exp * 1000), canPublish };
  } catch {
    return undefined;
  }
}

/** Whether a grant need not be renewed yet; milliseconds since 1970. */
export function isFresh(token: string, now: number): boolean {
  const grant = readGrant(token);
  return grant !== undefined && grant.until.getTime() - now >= leastLeftMs;
}
