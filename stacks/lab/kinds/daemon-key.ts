import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A key that only its daemon and who signs with it know: one line `NAME: SECRET`. Never in Pulumi's state. */
export interface DaemonKey {
  readonly path: string;
  readonly name: string;
}

/** Whether it is there, whole, and nobody but its owner may read it. */
export function keyServes(folder: string, { path, name }: DaemonKey): boolean {
  try {
    const file = join(folder, path);
    const [before, secret] = readFileSync(file, "utf8").trimEnd().split(": ");
    return before === name && /^[\w-]{43}$/.test(secret ?? "") && (statSync(file).mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** Makes it where it does not serve, of 256 random bits; whole or not at all. Gives whether it made one. */
export function ensureKey(folder: string, key: DaemonKey): boolean {
  if (keyServes(folder, key)) return false;
  const file = join(folder, key.path);
  const draft = `${file}.${process.pid}.tmp`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${key.name}: ${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, file);
  return true;
}
