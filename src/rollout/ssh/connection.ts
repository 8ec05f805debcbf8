import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { errorOf, type Failure, printable } from "./failure.ts";
import { wasLetGo } from "./handshake.ts";
import { Output } from "./output.ts";
import { parseAnswer, powershellLine, withoutClixml } from "./powershell.ts";
import { commandLine } from "./quote.ts";
import type { Command, Deadlines, Result, Target } from "./target.ts";

const usualOutputBytes = 2 ** 20;
/** Whoever says more than this, on both streams together, is taken for endless and cut off. */
const flood = 64 * 2 ** 20;
/** Enough for the last line of a PowerShell answer. */
const tailBytes = 256;
/** After its goodbye the server has so long to hang up by itself. */
const farewellMs = 1000;

/** What a command becomes, and how its answer is read. */
interface Spoken {
  readonly line: string;
  /** A failure's detail where the answer is none. */
  read(code: number | null, signal: string | null, stdout: Output, stderr: Output): Result | string;
}

/** Throws QuoteError where the words cannot be passed on. */
export function speak(shell: Target["shell"], argv: readonly string[]): Spoken {
  if (shell === "posix") {
    return {
      line: commandLine(argv),
      read: (code, signal, stdout, stderr) => ({
        code,
        signal,
        stdout: stdout.text(),
        stderr: stderr.text(),
        truncated: stdout.isCut || stderr.isCut,
      }),
    };
  }
  const nonce = randomBytes(16).toString("hex");
  return {
    line: powershellLine(argv, nonce),
    read: (_, signal, stdout, stderr) => {
      const tail = stdout.tail();
      const answer = parseAnswer(tail.toString("latin1"), nonce);
      if (answer === undefined) return "its answer is cut: PowerShell's last line did not come";
      // What the script itself added is not the command's.
      const own = stdout.seen - tail.length + answer.at;
      const truncated = stdout.isCut ? stdout.kept < own || stderr.isCut : stderr.isCut;
      return { code: answer.code, signal, stdout: stdout.first(own), stderr: withoutClixml(stderr.text()), truncated };
    },
  };
}

/**
 * A host that has let us in. Commands run over it one after another or side by side. Whatever passes a deadline, and
 * whatever else ends the connection, destroys its socket and fails all that runs over it: nothing waits for a peer.
 */
export class Connection {
  readonly target: Target;
  readonly #client: Client;
  readonly #stream: Duplex;
  readonly #deadlines: Deadlines;
  /** What to do when it ends, by what runs over it. */
  readonly #running = new Set<(detail: string) => void>();
  #isEnded = false;

  constructor(target: Target, client: Client, stream: Duplex, deadlines: Deadlines) {
    this.target = target;
    this.#client = client;
    this.#stream = stream;
    this.#deadlines = deadlines;
    client.on("error", (error: Error & { level?: unknown }) => {
      if (error.level === "agent") return;
      this.destroy(printable(error.message));
    });
    client.on("close", () => this.destroy("the connection was closed"));
  }

  get isOpen(): boolean {
    return !this.#isEnded;
  }

  /**
   * Runs a program with its arguments. A command that failed by itself is a result, not an error. A command cut off by a
   * deadline may go on at the other end: only a look tells. Throws QuoteError at once, and SshError.
   */
  run(command: Command, signal?: AbortSignal): Promise<Result> {
    const { name, shell } = this.target;
    const spoken = speak(shell, command.argv);
    if (this.#isEnded) return Promise.reject(errorOf(this.#lost("channel", "the connection has ended")));
    const seconds = command.deadline ?? this.#deadlines.command;
    const max = command.maxOutputBytes ?? usualOutputBytes;
    return new Promise((resolve, reject) => {
      let stage: "channel" | "command" = "channel";
      let timer: NodeJS.Timeout | undefined;
      const settle = (outcome: Result | Failure): void => {
        if (!this.#running.delete(fail)) return;
        clearTimeout(timer);
        signal?.removeEventListener("abort", letGo);
        if ("kind" in outcome) reject(errorOf(outcome));
        else resolve(outcome);
      };
      const fail = (detail: string): void => settle(this.#lost(stage, detail));
      const expire = (after: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          const failure = { kind: "deadline", host: name, stage, seconds: after } as const;
          settle(failure);
          this.destroy("another command on it did not keep its deadline");
        }, after * 1000);
      };
      const letGo = (): void => {
        settle(wasLetGo(name, stage));
        this.destroy("another command on it was let go");
      };
      this.#running.add(fail);
      // Before the channel is asked for: over a half-open transport nobody ever answers.
      expire(this.#deadlines.channel);
      signal?.addEventListener("abort", letGo, { once: true });
      if (signal?.aborted === true) return letGo();
      const opened = (error: Error | undefined, open: ClientChannel): void => {
        if (error !== undefined) {
          settle({
            kind: "command",
            host: name,
            detail: `takes no command: ${printable(error.message)}`,
            untaken: true,
          });
          return;
        }
        if (!this.#running.has(fail)) return open.close();
        stage = "command";
        expire(seconds);
        this.#listen(open, command, spoken, max, settle);
      };
      try {
        this.#client.exec(spoken.line, opened);
      } catch (error) {
        settle(this.#lost("channel", printable(String(error))));
      }
    });
  }

  #listen(
    channel: ClientChannel,
    { stdin }: Command,
    spoken: Spoken,
    max: number,
    settle: (outcome: Result | Failure) => void,
  ): void {
    const host = this.target.name;
    const stdout = new Output(max, tailBytes);
    const stderr = new Output(max);
    let exit: { readonly code: number | null; readonly signal: string | null } | undefined;
    const take =
      (output: Output) =>
      (chunk: Buffer): void => {
        output.add(chunk);
        if (stdout.seen + stderr.seen <= flood) return;
        settle({ kind: "command", host, detail: `was cut off: its command said more than ${flood / 2 ** 20} MiB` });
        channel.close();
      };
    channel.on("data", take(stdout));
    channel.stderr.on("data", take(stderr));
    channel.on("error", () => undefined);
    channel.on("exit", (code: number | null, signal?: string) => {
      exit = { code, signal: signal ?? null };
    });
    channel.on("close", () => {
      if (exit === undefined) {
        settle(this.#lost("command", "it ended the command and did not say how"));
        return;
      }
      const read = spoken.read(exit.code, exit.signal, stdout, stderr);
      settle(typeof read === "string" ? this.#lost("command", read) : read);
    });
    channel.end(stdin);
  }

  #lost(stage: Extract<Failure, { kind: "lost" }>["stage"], detail: string): Failure {
    return { kind: "lost", host: this.target.name, stage, detail };
  }

  /** At once, and whatever runs over it is lost with these words. */
  destroy(detail: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const fail of this.#running) fail(detail);
    this.#stream.destroy();
  }

  /** Says goodbye, and hangs up a second later if the server has not. For when nothing runs over it any more. */
  close(): void {
    if (this.#isEnded) return;
    const patience = setTimeout(() => this.destroy("it was closed"), farewellMs);
    this.#client.once("close", () => clearTimeout(patience));
    this.#client.end();
  }
}
