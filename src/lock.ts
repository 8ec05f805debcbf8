import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { link, open, readFile, stat, unlink, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { errorCode } from "./files.ts";

/** Longest wait for another process's work on the same folder, in milliseconds. */
const longestWait = 30_000;
const owner = z.object({
  pid: z.int(),
  started: z.string(),
  host: z.string().optional(),
  since: z.string().optional(),
});

type Holder = z.output<typeof owner>;

/** A breaker holds its own mark for microseconds; one older than this was left by a process that died. */
const oldestBreaker = 5_000;

/** Somebody else, alive, kept the lock for too long. */
export class LockError extends Error {
  override readonly name = "LockError";
  readonly path: string;
  readonly pid: number;
  readonly host: string | undefined;
  readonly since: string | undefined;
  constructor(path: string, holder: Holder | undefined) {
    const pid = holder?.pid ?? 0;
    const where = holder?.host === undefined ? "" : ` on ${holder.host}`;
    const since = holder?.since === undefined ? "" : ` since ${holder.since}`;
    const foreign = holder?.host !== undefined && holder.host !== hostname();
    const otherwise = foreign ? "; whether it still runs cannot be told from here: if not, remove the file" : "";
    super(`process ${pid}${where} holds ${path}${since}: end it, or try again later${otherwise}`);
    this.path = path;
    this.pid = pid;
    this.host = holder?.host;
    this.since = holder?.since;
  }
}

/**
 * Runs `work` while this process alone holds the lock file `path`. The file names its owner by process id and start
 * time, so a lock left by a process that died is taken over at once, even when its id has been given to another.
 * Waits `patienceMs` for a living owner, then throws LockError.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, patienceMs = longestWait): Promise<T> {
  const release = await takeLock(path, patienceMs);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** The same for work that has no one function: gives what releases the lock. Throws LockError. */
export async function takeLock(path: string, patienceMs: number): Promise<() => Promise<void>> {
  const text = JSON.stringify({
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
    nonce: nonce(),
  });
  await acquire(path, text, patienceMs);
  return async () => {
    if ((await readOrNothing(path).catch(() => undefined)) === text) await unlink(path).catch(() => undefined);
  };
}

async function acquire(path: string, text: string, patienceMs: number): Promise<void> {
  const mine = `${path}.${process.pid}.${nonce()}`;
  try {
    // Linked, not opened under its name: so nobody ever reads a lock that is not written yet.
    await writeFile(mine, text, { mode: 0o600 });
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        await link(mine, path);
        return;
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error;
      }
      const held = await readOrNothing(path);
      if (held === undefined) continue;
      if (!ownerLives(held)) await breakLock(path, held);
      else if (Date.now() >= deadline) throw new LockError(path, ownerOf(held));
      else await wait(10 + Math.random() * 20);
    }
  } finally {
    await unlink(mine).catch(() => undefined);
  }
}

/** Two processes may find the same dead owner: only one breaks the lock, and only while it is still that owner's. */
async function breakLock(path: string, held: string): Promise<void> {
  const breaker = `${path}.break`;
  try {
    await (await open(breaker, "wx", 0o600)).close();
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    const age = await stat(breaker).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > oldestBreaker) await unlink(breaker).catch(() => undefined);
    else await wait(5);
    return;
  }
  try {
    if ((await readOrNothing(path)) === held) await unlink(path);
  } finally {
    await unlink(breaker).catch(() => undefined);
  }
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function ownerOf(held: string): Holder | undefined {
  try {
    return owner.parse(JSON.parse(held));
  } catch {
    return undefined;
  }
}

function ownerLives(held: string): boolean {
  const found = ownerOf(held);
  if (found === undefined) return false;
  // Another machine's process, on a shared folder: its id says nothing here.
  if (found.host !== undefined && found.host !== hostname()) return true;
  try {
    process.kill(found.pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  return startOf(found.pid) === found.started;
}

/** Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function nonce(): string {
  return randomBytes(6).toString("hex");
}
