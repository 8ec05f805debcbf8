import { type ChildProcessByStdio, spawn } from "node:child_process";
import { getDefaultHighWaterMark, type Readable, setDefaultHighWaterMark, type Writable } from "node:stream";
import { canary, type Echo, EchoReader, fpingArguments, spacingMs } from "./fping.ts";
import type { Pace } from "./pace.ts";
import type { Target } from "./targets.ts";

/** Whatever else is known of it, it is asked at its address. */
type Asked = Pick<Target, "address">;

export interface PingerOptions<Of extends Asked> {
  readonly pace: Pace;
  /** A target's probe came back or did not. */
  readonly onResult: (target: Of, echo: Echo) => void;
  /** fping works: it told something at `at`, seconds since 1970. */
  readonly onAlive: (at: number) => void;
  /** A round began so many seconds late. */
  readonly onLate: (seconds: number) => void;
  readonly note: (text: string) => void;
}

type Fping = ChildProcessByStdio<Writable, Readable, Readable>;

/** Milliseconds that an answer lies in the pipe at most: little beside the 1 s of misses in a row that make a line down. */
const betweenReadsMs = 50;
const firstRetryMs = 200;
const lastRetryMs = 5000;
/** fping that lived this long was in order: the next restart is quick again. */
const settledMs = 10_000;

/**
 * Keeps one fping over all targets. `retarget` starts it (and replaces it when the addresses change), `stop` ends it and
 * resolves when it is gone. A dead or stuck fping is restarted and reports nothing meanwhile: no target goes down by it.
 */
export class Pinger<Of extends Asked> {
  readonly #options: PingerOptions<Of>;
  #targets = new Map<string, readonly Of[]>();
  readonly #lastHeard = new Map<string, number>();
  #child: Fping | undefined;
  /** When the canary was last heard, milliseconds that only go forward. */
  #canaryAt: number | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = firstRetryMs;
  #stopped = false;

  constructor(options: PingerOptions<Of>) {
    this.#options = options;
  }

  /** fping's process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  retarget(targets: readonly Of[]): void {
    const old = this.#targets;
    const fresh = Map.groupBy(targets, ({ address }) => address);
    const same = fresh.size === old.size && [...fresh.keys()].every((address) => old.has(address));
    this.#targets = fresh;
    for (const address of this.#lastHeard.keys()) if (!fresh.has(address)) this.#lastHeard.delete(address);
    if (!same) this.#restart();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill("SIGKILL");
    await gone;
  }

  #restart(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const old = this.#child;
    this.#child = undefined;
    old?.kill("SIGKILL");
    if (this.#targets.size > 0 && !this.#stopped) this.#start();
  }

  #start(): void {
    const { pace } = this.#options;
    // Those unheard for longest come first, so that many changes in a row starve nobody.
    const addresses = [...this.#targets.keys()].toSorted(
      (a, b) => (this.#lastHeard.get(a) ?? 0) - (this.#lastHeard.get(b) ?? 0),
    );
    const reader = new EchoReader(pace, addresses);
    const child = withSmallBuffers(() =>
      spawn("fping", fpingArguments(pace, addresses.length), { stdio: ["pipe", "pipe", "pipe"] }),
    );
    this.#child = child;
    this.#canaryAt = undefined;
    const startedAt = performance.now();
    const stuckMs = Math.max(5000, 3 * spacingMs(pace, addresses.length) + 2 * pace.timeoutMs);
    const watchdog = setTimeout(() => {
      this.#options.note(`fping was silent for ${stuckMs / 1000} s: restarting it`);
      child.kill("SIGKILL");
    }, stuckMs);
    let failure = "";
    child.once("error", (error: NodeJS.ErrnoException) => {
      failure = error.code === "ENOENT" ? "fping is not installed" : error.message;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      failure = text.trim().split("\n").at(-1) ?? "";
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${[...new Set([canary, ...addresses])].join("\n")}\n`);
    eachLine(child.stdout, (line) => {
      if (this.#child !== child) return;
      const echoes = reader.read(line);
      if (echoes.length > 0) watchdog.refresh();
      for (const echo of echoes) this.#take(echo);
    });
    child.once("close", (code, signal) => {
      clearTimeout(watchdog);
      if (this.#child !== child) return;
      this.#child = undefined;
      if (this.#stopped) return;
      if (performance.now() - startedAt > settledMs) this.#retryMs = firstRetryMs;
      const why = failure === "" ? `by ${signal ?? `exit code ${code}`}` : `(${failure})`;
      this.#options.note(`fping ended ${why}: restarting it in ${this.#retryMs} ms`);
      this.#retry = setTimeout(() => this.#restart(), this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, lastRetryMs);
    });
  }

  #take(echo: Echo): void {
    this.#options.onAlive(echo.at);
    if (echo.address === canary) this.#takeTime();
    if (echo.address === canary && !this.#targets.has(canary)) return;
    this.#lastHeard.set(echo.address, echo.at);
    for (const target of this.#targets.get(echo.address) ?? []) this.#options.onResult(target, echo);
  }

  /** The canary answers as soon as it is asked: what it comes late by, fping is late by, or we in reading it. */
  #takeTime(): void {
    const now = performance.now();
    const expected = this.#canaryAt === undefined ? now : this.#canaryAt + this.#options.pace.intervalMs;
    this.#options.onLate(Math.max(0, now - expected) / 1000);
    this.#canaryAt = now;
  }
}

/** Streams that are made meanwhile ask the kernel for no more while anything waits to be read. */
function withSmallBuffers<Made>(make: () => Made): Made {
  const usual = getDefaultHighWaterMark(false);
  setDefaultHighWaterMark(false, 1);
  try {
    return make();
  } finally {
    setDefaultHighWaterMark(false, usual);
  }
}

/**
 * Reads once in `betweenReadsMs`: fping writes line by line, and to wake up for each costs more than all that is done with it.
 * Meanwhile the kernel's pipe holds some 1,000 lines.
 */
function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("latin1");
  const reading = setInterval(() => {
    const chunk = stream.read() as string | null;
    if (chunk === null) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  }, betweenReadsMs);
  stream.once("close", () => clearInterval(reading));
}
