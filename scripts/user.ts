import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, chownSync, constants } from "node:fs";
import { CommandError } from "./cli.ts";

export const userArg = {
  user: {
    type: "string",
    valueHint: "NAME",
    description: "once what needs root is open, go on as this user",
  },
} as const;

/** What a user must be able to do with files and folders that are opened again later. */
export interface Needs {
  readonly read?: readonly (string | undefined)[];
  readonly write?: readonly (string | undefined)[];
}

/**
 * Gives up root for a user and that user's groups, for good; nothing where the process is that user's already. Files of
 * `given` become the user's first. Throws CommandError where there is no such user, where only root may change, and
 * where the user may not do what is needed later.
 */
export function becomeUser(name: string, needs: Needs, given: readonly string[] = []): void {
  const { uid, gid, groups } = idsOf(name);
  if (process.getuid?.() !== uid) {
    if (process.getuid?.() !== 0) throw new CommandError(`--user ${name}: only root can go on as another user`);
    for (const file of given) chownSync(file, uid, gid);
    process.setgroups?.([...groups]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  }
  for (const file of needs.read ?? []) allowed(name, file, constants.R_OK, "read");
  for (const file of needs.write ?? []) allowed(name, file, constants.W_OK, "write to");
}

/** Throws CommandError where this process's user may not ping. */
export function mustPing(): void {
  const { status, stderr, error } = spawnSync("fping", ["-c", "1", "-t", "500", "127.0.0.1"], { encoding: "utf8" });
  // fping ends with 1 where it may ping and nobody answers, with 3 or 4 where it cannot.
  if (error === undefined && status !== null && status <= 1) return;
  const why = error?.message ?? stderr.trim().split("\n").at(-1);
  throw new CommandError(`this user cannot ping (${why}): setcap cap_net_raw+ep "$(command -v fping)"`);
}

interface Ids {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

function idsOf(name: string): Ids {
  const ask = (what: "-u" | "-g" | "-G"): readonly number[] =>
    execFileSync("id", [what, "--", name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .split(" ")
      .map(Number);
  try {
    const [[uid = NaN], [gid = NaN]] = [ask("-u"), ask("-g")];
    return { uid, gid, groups: ask("-G") };
  } catch {
    throw new CommandError(`--user ${name}: there is no such user`);
  }
}

function allowed(name: string, file: string | undefined, mode: number, what: string): void {
  if (file === undefined) return;
  try {
    accessSync(file, mode);
  } catch (error) {
    // What is not there yet may come.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new CommandError(`--user ${name}: this user may not ${what} ${file}`);
  }
}
