import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { speak } from "./connection.ts";
import type { Dropped } from "./dialer.ts";
import { type Failure, printable } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { type Pacing, placeOf, type Target, usualPacing } from "./target.ts";
import type { Done, Order, Report, Setup, Task } from "./wire.ts";

export interface PoolOptions {
  readonly identity: Identity;
  readonly pacing?: Pacing;
  /** Threads: their handshakes keep no other thread waiting. */
  readonly workers?: number;
  /** Hosts at once in each of them. */
  readonly perWorker?: number;
  /** A connection is kept so long after a task, for the next one of the same host. */
  readonly lingerSeconds?: number;
  readonly tell?: (told: Told) => void;
}

/** `worker`: a thread died and is replaced; so many tasks were lost with it. */
export type Told = Dropped | { readonly kind: "worker"; readonly detail: string; readonly lost: number };

interface Job {
  readonly id: number;
  readonly task: Task;
  readonly place: string;
  readonly settle: (done: Done) => void;
  hand: Hand | undefined;
}

interface Hand {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
  /** It has finished something: its death is an accident, not its habit. */
  isProven: boolean;
}

/** So many threads that die in a row without having finished anything end the pool. */
const fruitlessDeaths = 3;
/** Threads that were told to end have so long. */
const farewellMs = 3000;

/**
 * Runs tasks on many hosts at once, in threads of their own. Every task is answered, once, and no answer is an exception.
 * Tasks of one host run one after another, in one thread. It starts its threads when it first needs them, and keeps no
 * process alive when it has nothing to do. It ends by `drain` or `abort`; what is given to it afterwards is not begun.
 */
export class SshPool {
  readonly #setup: Setup;
  readonly #workers: number;
  readonly #perWorker: number;
  readonly #tell: (told: Told) => void;
  readonly #hands = new Set<Hand>();
  readonly #queue: Job[] = [];
  readonly #busy = new Set<string>();
  /** Whose connection may be kept where. */
  readonly #homes = new Map<string, Hand>();
  #lastId = 0;
  #deaths = 0;
  /** Why nothing more is begun. */
  #ended: string | undefined;
  #idle: (() => void)[] = [];

  constructor({ identity, pacing = usualPacing, workers = 2, perWorker = 50, lingerSeconds = 0, tell }: PoolOptions) {
    this.#setup = { identity, pacing, lingerSeconds, lingering: perWorker };
    this.#workers = workers;
    this.#perWorker = perWorker;
    this.#tell = tell ?? (() => undefined);
  }

  /** Never rejects. A signal lets the task go: what was begun on the host may go on there. */
  do(task: Task, signal?: AbortSignal): Promise<Done> {
    const fault = faultOf(task);
    if (fault !== undefined) return Promise.resolve({ results: [], failure: fault });
    return new Promise((resolve) => {
      this.#lastId += 1;
      const letGo = (): void => this.#letGo(job);
      const job: Job = {
        id: this.#lastId,
        task,
        place: placeOf(task.target),
        settle: (done) => {
          signal?.removeEventListener("abort", letGo);
          resolve(done);
        },
        hand: undefined,
      };
      this.#queue.push(job);
      signal?.addEventListener("abort", letGo, { once: true });
      if (signal?.aborted === true) return letGo();
      this.#pump();
    });
  }

  /**
   * The tasks' results as they come. Tasks are taken only as fast as results are: so many are begun and not yet looked at as
   * there is room for. Whoever stops looking leaves those to end by themselves.
   */
  async *each<T extends Task>(
    tasks: Iterable<T> | AsyncIterable<T>,
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly task: T; readonly done: Done }> {
    const finished: { readonly task: T; readonly done: Done }[] = [];
    let begun = 0;
    let wake = (): void => undefined;
    const next = async (): Promise<{ readonly task: T; readonly done: Done }> => {
      for (;;) {
        const first = finished.shift();
        if (first !== undefined) return first;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    for await (const task of tasks) {
      begun += 1;
      void this.do(task, signal).then((done) => {
        finished.push({ task, done });
        return wake();
      });
      if (begun < this.#workers * this.#perWorker) continue;
      yield await next();
      begun -= 1;
    }
    for (; begun > 0; begun -= 1) yield await next();
  }

  /** Ends the connection that may be kept to a host. */
  release(target: Target): void {
    const place = placeOf(target);
    this.#homes.get(place)?.worker.postMessage({ kind: "release", place } satisfies Order);
  }

  /** Finishes what is under way and begins nothing more: what waits is answered as lost, never begun. Ends the threads. */
  async drain(): Promise<void> {
    this.#end("the pool was drained");
    if ([...this.#hands].some(({ jobs }) => jobs.size > 0))
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    await Promise.all([...this.#hands].map((hand) => this.#retire(hand)));
  }

  /** At once: what is under way is answered as lost, and its connections are gone. What was begun may go on on the hosts. */
  async abort(): Promise<void> {
    this.#end("the pool was aborted");
    const hands = [...this.#hands];
    this.#hands.clear();
    for (const hand of hands) this.#lose(hand, "the pool was aborted");
    await Promise.all(hands.map(({ worker }) => worker.terminate()));
  }

  #end(why: string): void {
    this.#ended ??= why;
    for (const job of this.#queue.splice(0)) job.settle({ results: [], failure: notBegun(job, why) });
  }

  async #retire(hand: Hand): Promise<void> {
    if (!this.#hands.delete(hand)) return;
    const exit = once(hand.worker, "exit");
    hand.worker.ref();
    hand.worker.postMessage({ kind: "end" } satisfies Order);
    const patience = new AbortController();
    await Promise.race([exit, wait(farewellMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    await hand.worker.terminate();
  }

  #pump(): void {
    const why = this.#ended;
    if (why !== undefined) return this.#end(why);
    for (let at = 0; at < this.#queue.length;) {
      const job = this.#queue[at];
      if (job === undefined) return;
      const hand = this.#busy.has(job.place) ? undefined : this.#handFor(job.place);
      if (hand === "none") return;
      if (hand === undefined) at += 1;
      else {
        this.#queue.splice(at, 1);
        this.#begin(job, hand);
      }
    }
  }

  /** Undefined: that host's own thread has no room now. `none`: no thread has. */
  #handFor(place: string): Hand | "none" | undefined {
    const hasRoom = ({ jobs }: Hand): boolean => jobs.size < this.#perWorker;
    const free = [...this.#hands].filter(hasRoom).sort((a, b) => a.jobs.size - b.jobs.size)[0];
    if (free === undefined && this.#hands.size >= this.#workers) return "none";
    const home = this.#homes.get(place);
    if (home !== undefined) return hasRoom(home) ? home : undefined;
    if (free !== undefined && (free.jobs.size === 0 || this.#hands.size >= this.#workers)) return free;
    return this.#start();
  }

  #begin(job: Job, hand: Hand): void {
    job.hand = hand;
    hand.jobs.set(job.id, job);
    this.#busy.add(job.place);
    if (this.#setup.lingerSeconds > 0) this.#homes.set(job.place, hand);
    hand.worker.ref();
    hand.worker.postMessage({ kind: "do", id: job.id, task: job.task } satisfies Order);
  }

  #start(): Hand {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: this.#setup });
    const hand: Hand = { worker, jobs: new Map(), isProven: false };
    this.#hands.add(hand);
    worker.unref();
    worker.on("message", (report: Report) => {
      if (report.kind === "told") return this.#tell(report.told);
      hand.isProven = true;
      this.#deaths = 0;
      const job = hand.jobs.get(report.id);
      if (job === undefined) return;
      this.#leave(hand, job, report.done);
      this.#pump();
    });
    let detail = "it ended by itself";
    worker.on("error", (error) => {
      detail = printable(String(error));
    });
    worker.once("exit", () => {
      if (!this.#hands.delete(hand)) return;
      for (const [place, home] of this.#homes) if (home === hand) this.#homes.delete(place);
      this.#deaths = hand.isProven ? 0 : this.#deaths + 1;
      this.#tell({ kind: "worker", detail, lost: hand.jobs.size });
      this.#lose(hand, `the thread that did it died: ${detail}`);
      if (this.#deaths >= fruitlessDeaths) this.#end(`threads die again and again: ${detail}`);
      this.#pump();
    });
    return hand;
  }

  #lose(hand: Hand, detail: string): void {
    for (const job of hand.jobs.values()) {
      const failure: Failure = { kind: "lost", host: job.task.target.name, stage: "command", detail };
      this.#leave(hand, job, { results: [], failure });
    }
  }

  #leave(hand: Hand, job: Job, done: Done): void {
    hand.jobs.delete(job.id);
    this.#busy.delete(job.place);
    if (hand.jobs.size === 0) hand.worker.unref();
    job.settle(done);
    if ([...this.#hands].some(({ jobs }) => jobs.size > 0)) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #letGo(job: Job): void {
    const at = this.#queue.indexOf(job);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      job.settle({ results: [], failure: notBegun(job, "it was let go") });
    } else job.hand?.worker.postMessage({ kind: "cancel", id: job.id } satisfies Order);
  }
}

function notBegun({ task }: Job, detail: string): Failure {
  return { kind: "lost", host: task.target.name, stage: "queue", detail };
}

/** A command that cannot be passed on is told before anything is connected. */
function faultOf({ target, commands }: Task): Failure | undefined {
  try {
    for (const { argv } of commands) speak(target.shell, argv);
    return undefined;
  } catch (error) {
    return {
      kind: "command",
      host: target.name,
      detail: printable(error instanceof Error ? error.message : String(error)),
    };
  }
}
