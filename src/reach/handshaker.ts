import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import type { HandshakeResult } from "../handshake/result.ts";
import type { Pace } from "./pace.ts";
import type { Task } from "./tasks.ts";

/** The handshaker in a home ended before it had told all. */
export class HandshakerError extends Error {
  override readonly name = "HandshakerError";
}

export interface HandshakerOptions {
  /** Argument list that starts a command in the home; empty: here. */
  readonly enter: readonly string[];
  readonly pace: Pace;
  readonly onResult: (task: Task, result: HandshakeResult) => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the handshakes from inside a home, by a process of its own there; calls back once for each task. Rejects with
 * HandshakerError where the process fails, with the signal's reason where it is aborted; the process has ended then.
 */
export async function makeHandshakes(tasks: readonly Task[], options: HandshakerOptions): Promise<void> {
  const { enter, pace, onResult, signal } = options;
  if (tasks.length === 0) return;
  signal.throwIfAborted();
  const [command, ...args] = [...enter, process.execPath, join(import.meta.dirname, "worker.ts")] as const;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], signal, killSignal: "SIGKILL" });
  const ended = once(child, "close");
  // Awaited below; until then it may not count as unhandled.
  ended.catch(() => undefined);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const open = new Map(tasks.map((task) => [`${task.via} ${task.id}`, task]));
  // Left open after the last line: its closing tells the handshaker that we are gone.
  pipeline(lines(pace, tasks), child.stdin, { end: false }).catch(() => undefined);
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, via, result } = JSON.parse(line) as { id: string; via: string; result: HandshakeResult };
    const task = open.get(`${via} ${id}`);
    if (task === undefined) continue;
    open.delete(`${via} ${id}`);
    onResult(task, result);
  }
  await ended.catch((error: unknown) => {
    signal.throwIfAborted();
    throw new HandshakerError(`cannot start ${command}: ${String(error)}`, { cause: error });
  });
  signal.throwIfAborted();
  if (open.size > 0) {
    throw new HandshakerError(
      `the handshaker ended with ${open.size} desks untold: ${said.trim() || "it said nothing"}`,
    );
  }
}

function* lines(pace: Pace, tasks: readonly Task[]): Generator<string> {
  yield `${JSON.stringify(pace)}\n`;
  for (const task of tasks) yield `${JSON.stringify(task)}\n`;
  yield `${JSON.stringify("end")}\n`;
}
