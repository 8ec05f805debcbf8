import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { errorCode, replaceFile } from "../files.ts";
import { withLock } from "../lock.ts";
import type { Sitting } from "./sitting.ts";

/** Keys with which people encrypt for each other: SECRET, one a room. The meetings' server never gets them. */

const entry = z.strictObject({ key: z.string().min(43), end: z.iso.datetime() });
const shape = z.strictObject({ version: z.literal(1), keys: z.record(z.string(), entry) });
type Keys = Readonly<z.output<typeof shape>["keys"]>;

/** A file of keys that cannot be used: new keys beside old ones at desks would leave people deaf to each other. */
export class KeysError extends Error {
  override readonly name = "KeysError";
}

/** The key of a sitting's room; undefined where none was made. Throws KeysError. */
export async function keyOf(file: string, { room }: Pick<Sitting, "room">): Promise<string | undefined> {
  return (await read(file))[room]?.key;
}

/**
 * The key of a sitting's room, made where there is none and written down before it is given; those of sittings that are
 * over go. 256 bits of chance as text, which clients take for a passphrase. `now`: milliseconds since 1970. Throws
 * KeysError, LockError.
 */
export async function makeKey(
  file: string,
  { room, end }: Pick<Sitting, "room" | "end">,
  now: number,
): Promise<string> {
  return withLock(`${file}.lock`, async () => {
    const keys = await read(file);
    const known = keys[room];
    if (known !== undefined) return known.key;
    const key = randomBytes(32).toString("base64url");
    const kept = Object.entries(keys).filter(([, other]) => Date.parse(other.end) > now);
    const all = { ...Object.fromEntries(kept), [room]: { key, end: new Date(end).toISOString() } };
    await replaceFile(file, `${JSON.stringify({ version: 1, keys: all }, undefined, 2)}\n`, 0o600);
    return key;
  });
}

async function read(file: string): Promise<Keys> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    throw new KeysError(`the sittings' keys ${file} cannot be read (${errorCode(error) ?? "unknown"})`);
  }
  try {
    return shape.parse(JSON.parse(text)).keys;
  } catch {
    // What a parser says may quote a key.
    throw new KeysError(`${file} holds no keys of sittings, or was damaged: restore it from a copy`);
  }
}
