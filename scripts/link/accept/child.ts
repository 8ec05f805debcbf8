import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { MeasureError } from "../../../src/link/accept/iperf.ts";

/** What measures, as child processes that end by themselves or when `stop` says so. No shell is involved. */

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an argument list to its end; throws MeasureError where it does not start, and the signal's reason. */
export async function ran(argv: readonly string[], stop: AbortSignal, input: string | Buffer = ""): Promise<Ended> {
  stop.throwIfAborted();
  const child = spawn(argv[0] ?? "", argv.slice(1), { stdio: ["pipe", "pipe", "pipe"] });
  const end = (): void => void child.kill("SIGTERM");
  stop.addEventListener("abort", end, { once: true });
  child.stdin.on("error", () => undefined); // the exit status tells
  child.stdin.end(input);
  try {
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    stop.throwIfAborted();
    return { code: child.exitCode, stdout, stderr };
  } catch (error) {
    if (stop.aborted) throw error;
    throw new MeasureError(`${argv[0]}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    stop.removeEventListener("abort", end);
  }
}

/**
 * Starts an argument list and gives what `use` makes of it; then it is ended, whatever happened. `read` gets its lines.
 * Where it fails before, `use` gets a MeasureError by its signal, and is awaited all the same: it may have taken something.
 */
export async function beside<Result>(
  argv: readonly string[],
  read: (line: string) => void,
  stop: AbortSignal,
  use: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  stop.throwIfAborted();
  const child = spawn(argv[0] ?? "", argv.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  const failed = new AbortController();
  const fail = (reason: string): void => failed.abort(new MeasureError(`${argv.join(" ")}: ${reason}`));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (part: string) => (said = (said + part).slice(-500)));
  const lines = createInterface({ input: child.stdout }).on("line", read);
  const closed = new Promise<void>((resolve) => {
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => {
      if (code !== 0) fail(said.trim() || `ended with ${code}, and said nothing`);
      resolve();
    });
  });
  try {
    return await use(AbortSignal.any([stop, failed.signal]));
  } finally {
    child.kill("SIGTERM");
    await closed;
    lines.close();
  }
}

/** Looks until it holds; false where it does not within so many seconds. Throws the signal's reason. */
export async function holds(
  look: () => boolean | Promise<boolean>,
  seconds: number,
  stop: AbortSignal,
  everyMs = 50,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!(await look())) {
    stop.throwIfAborted();
    if (performance.now() > end) return false;
    await pause(everyMs);
  }
  stop.throwIfAborted();
  return true;
}
