import { spawn } from "node:child_process";
import { join as path } from "node:path";
import { z } from "zod";

/** What became of a try to join. */
const outcome = z.discriminatedUnion("outcome", [
  z.strictObject({
    outcome: z.literal("joined"),
    account: z.string(),
    room: z.string(),
    /** What media went over. */
    media: z.enum(["udp", "tcp"]),
    /** Packets of sound that were sent; 0 where the grant lets nothing be sent. */
    packets: z.int(),
    /** From the first packet until media went, milliseconds. */
    ms: z.int(),
  }),
  /** The grant is no good for that room, or the server does not take it. */
  z.strictObject({ outcome: z.literal("refused"), why: z.string() }),
  /** The server took the grant, and no media came through. */
  z.strictObject({ outcome: z.literal("no media"), why: z.string() }),
  /** Nobody, or somebody else, answered at that address: it says nothing of the grant. */
  z.strictObject({ outcome: z.literal("no answer"), why: z.string() }),
]);
export type JoinOutcome = Readonly<z.output<typeof outcome>>;

export interface JoinRequest {
  /** `ws://host:port` or `wss://…`. */
  readonly url: string;
  /** A secret: it is never on a command line, and in no file that a crash would leave. */
  readonly grant: string;
  readonly room: string;
  /** Until the server says what it makes of the grant, and then again until media went, milliseconds. */
  readonly deadlineMs: number;
}

const worker = path(import.meta.dirname, "worker.ts");
const startMs = 10_000;

/**
 * Joins a room of LiveKit as the person would, by LiveKit's own WebRTC client in a process of its own: it signals, sets
 * up the encrypted connection, sends a tone where it may, and leaves. `enter` is the argument list that starts a command
 * at the place where the person is (empty: here). Throws an Error where the client does not run, and the signal's reason.
 */
export async function join(request: JoinRequest, enter: readonly string[], signal: AbortSignal): Promise<JoinOutcome> {
  signal.throwIfAborted();
  // Else the client writes down what it does, on the output that the outcome stands on.
  const start = [...enter, "env", "NODE_ENV=production", process.execPath, worker];
  const limit = AbortSignal.timeout(startMs + 2 * request.deadlineMs);
  const child = spawn(start[0] ?? "", start.slice(1), {
    stdio: ["pipe", "pipe", "pipe"],
    // Out of the terminal's reach: a first Ctrl-C lets it come to its end.
    detached: true,
    signal: AbortSignal.any([signal, limit]),
    killSignal: "SIGKILL",
  });
  // Where it ends before it reads, its own words say why.
  child.stdin.on("error", () => undefined).end(JSON.stringify(request));
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  const code = await new Promise<number | null>((fulfil, reject) => {
    child.once("error", reject);
    child.once("close", fulfil);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (limit.aborted) return null;
    throw error;
  });
  const line = texts.stdout.split("\n").findLast((each) => each.startsWith('{"outcome":'));
  if (line !== undefined) return outcome.parse(JSON.parse(line));
  if (limit.aborted) return { outcome: "no media", why: "the client did not come to an end in time" };
  const why = texts.stderr.split("\n").find((each) => each.includes("Error")) ?? "";
  throw new Error(`the client that joins ended with ${code}: ${why.trim()}`);
}
