import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, open, readFile, stat, unlink, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { errorCode } from "../files.ts";

/** Longest wait for another process's work on the same folder, in milliseconds. */
const longestWait = 30_000;
const owner = z.object({ pid: z.int(), started: z.string() });

/** A breaker holds its own mark for microseconds; one older than this was left by a process that died. */
const oldestBreaker = 5_000;

/** Somebody else, alive, kept the lock for too long. */
export class LockError extends Error {
  override readonly name = "LockError";
  readonly path: string;
  readonly pid: number;
  constructor(path: string, pid: number) {
    super(`process ${pid} holds ${path}: end it, or try again later`);
    this.path = path;
    this.pid = pid;
  }
}

/**
 * Runs `work` while this process alone holds the lock file `path`. The file names its owner by process id and start
 * time, so a lock left by a process that died is taken over at once, even when its id has been given to another.
 * Waits `patienceMs` for a living owner, then throws LockError.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, patienceMs = longestWait): Promise<T> {
  await acquire(path, patienceMs);
  try {
    return await work();
  } finally {
    await unlink(path).catch(() => undefined);
  }
}

async function acquire(path: string, patienceMs: number): Promise<void> {
  const text = JSON.stringify({ pid: process.pid, started: startOf(process.pid), nonce: nonce() });
  const mine = `${path}.${process.pid}.${nonce()}`;
  // Linked, not opened under its name: so nobody ever reads a lock that is not written yet.
  await writeFile(mine, text, { mode: 0o600 });
  try {
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
      else if (Date.now() >= deadline) throw new LockError(path, ownerOf(held)?.pid ?? 0);
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

function ownerOf(held: string): z.output<typeof owner> | undefined {
  try {
    return owner.parse(JSON.parse(held));
  } catch {
    return undefined;
  }
}

function ownerLives(held: string): boolean {
  const found = ownerOf(held);
  if (found === undefined) return false;
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
