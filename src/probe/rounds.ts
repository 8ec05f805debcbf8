import { type Clock, systemClock } from "./clock.ts";
import type { Pace } from "./pace.ts";
import { type Method, type Outcome, unprobed } from "./outcome.ts";
import { Queue } from "./queue.ts";

export interface RoundsOptions<Subject> {
  readonly pace: Pace;
  readonly method: Method<Subject>;
  /** What came of a probe, at `at` (seconds since 1970). */
  readonly onResult: (id: string, at: number, outcome: Outcome) => void;
  /** A probe begins, so many seconds after it should have. */
  readonly onStart?: (late: number) => void;
  /** Probes under way at the same time, at most. */
  readonly atOnce?: number;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** Each probe begins up to this part of the interval after its slot, so that it keeps no step with anything else. */
export const jitter = 0.05;
/** Subjects that are new are first looked at no further apart than this, milliseconds. */
const firstLooksApart = 100;
/** Enough for 20,000 silent targets each 10 s with a time-out of 2 s. */
const mostAtOnce = 4096;
/** Multiples of it modulo 1 fill [0, 1) evenly, and each further one falls into one of the widest gaps. */
const goldenRatio = (Math.sqrt(5) - 1) / 2;

interface Turn<Subject> {
  readonly subject: Subject;
  readonly key: string;
  /** Its slots are this many milliseconds after each multiple of the interval. */
  readonly phase: number;
  /** When it should begin. */
  due: number;
  /** When it is looked at: `due`, or later where it catches up after a standstill. */
  at: number;
  running: AbortController | undefined;
  /** It has not been looked at yet. */
  isNew: boolean;
  gone: boolean;
}

interface Run<Subject> {
  readonly turn: Turn<Subject>;
  readonly begun: number;
}

/**
 * Probes each subject once an interval, spread evenly over it, with never two probes of one subject at a time. Timing is
 * the monotonic clock's, so that a change of date moves nothing.
 *
 * A new subject is first looked at at once, many one after the other at the usual pace, so that nobody waits for an
 * interval of half a minute to know it; from then on it keeps to its slots.
 *
 * While this process stands still (stopped, starved) probes run into their time-outs although answers came: a miss that
 * a standstill falls into is told as not probed. Those who were due meanwhile catch up at twice the usual pace.
 *
 * `retarget` starts it (new subjects are added, missing ones leave, the others go on undisturbed); `stop` ends at once.
 */
export class Rounds<Subject extends { readonly id: string }> {
  readonly #options: RoundsOptions<Subject>;
  readonly #clock: Clock;
  readonly #turns = new Map<string, Turn<Subject>>();
  readonly #queue = new Queue<Turn<Subject>>();
  readonly #running = new Set<Run<Subject>>();
  readonly #origin: number;
  /** A longer pause than this between two signs of life is a standstill, milliseconds. */
  readonly #standstill: number;
  #alive = 0;
  #stoodStillAt = -Infinity;
  #newcomers = 0;
  #cancelWake: (() => void) | undefined;
  #wakeAt = Infinity;
  #cancelPulse: (() => void) | undefined;

  constructor(options: RoundsOptions<Subject>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#origin = this.#clock.now();
    this.#standstill = options.pace.timeoutMs / 4;
  }

  retarget(subjects: readonly Subject[]): void {
    const now = this.#clock.now();
    const keys = new Map(subjects.map((subject) => [subject.id, JSON.stringify(subject)]));
    for (const [id, turn] of this.#turns) if (keys.get(id) !== turn.key) this.#drop(id, turn);
    const { intervalMs } = this.#options.pace;
    const newcomers = subjects.filter(({ id }) => !this.#turns.has(id));
    const apart = Math.min(intervalMs / newcomers.length, firstLooksApart);
    for (const [index, subject] of newcomers.entries()) {
      const phase = ((this.#newcomers * goldenRatio) % 1) * intervalMs;
      this.#newcomers += 1;
      const key = keys.get(subject.id) ?? "";
      const due = now + index * apart;
      const turn = { subject, key, phase, due, at: due, running: undefined, isNew: true, gone: false };
      this.#turns.set(subject.id, turn);
      this.#queue.add(turn);
    }
    this.#arm(now);
  }

  async stop(): Promise<void> {
    for (const [id, turn] of this.#turns) this.#drop(id, turn);
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    this.#cancelPulse?.();
    this.#cancelPulse = undefined;
  }

  #drop(id: string, turn: Turn<Subject>): void {
    turn.gone = true;
    turn.running?.abort();
    this.#turns.delete(id);
  }

  /** Sets the turn to its first slot from `from` on, but not before `free`. */
  #plan(turn: Turn<Subject>, from: number, free: number): void {
    const { intervalMs } = this.#options.pace;
    const { random = Math.random } = this.#options;
    const first = this.#origin + turn.phase;
    const slot = first + Math.max(0, Math.ceil((from - first) / intervalMs)) * intervalMs;
    turn.due = Math.max(slot + random() * jitter * intervalMs, free);
    turn.at = turn.due;
    this.#queue.add(turn);
  }

  #arm(now: number): void {
    while (this.#queue.first?.gone === true) this.#queue.take();
    const next = this.#queue.first?.at ?? Infinity;
    const wakeAt = Math.max(next, now);
    if (this.#cancelWake !== undefined && this.#wakeAt <= wakeAt) return;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    if (next === Infinity || this.#running.size >= this.#limit) return;
    this.#wakeAt = wakeAt;
    this.#cancelWake = this.#clock.after(Math.ceil(wakeAt - now), () => this.#wake());
  }

  get #limit(): number {
    return this.#options.atOnce ?? mostAtOnce;
  }

  #wake(): void {
    const now = this.#clock.now();
    this.#cancelWake = undefined;
    this.#look(now);
    if (now - this.#wakeAt > this.#standstill) this.#catchUp(now);
    while (this.#running.size < this.#limit && (this.#queue.first?.at ?? Infinity) <= now) {
      const turn = this.#queue.take();
      if (turn !== undefined && !turn.gone) this.#start(turn, now);
    }
    this.#arm(now);
  }

  #start(turn: Turn<Subject>, now: number): void {
    const { method, pace, onStart } = this.#options;
    const abort = new AbortController();
    const run = { turn, begun: now };
    turn.running = abort;
    this.#running.add(run);
    if (this.#cancelPulse === undefined) this.#pulse(now);
    onStart?.(Math.max(0, now - turn.due) / 1000);
    const probing = method(turn.subject, { timeoutMs: pace.timeoutMs, signal: abort.signal });
    probing.then(
      (outcome) => this.#settle(run, outcome),
      (error: unknown) => this.#settle(run, unprobed(error instanceof Error ? error.message : String(error))),
    );
  }

  #settle(run: Run<Subject>, outcome: Outcome): void {
    // One that was given up comes back too late, if at all.
    if (!this.#running.delete(run)) return;
    const { turn, begun } = run;
    const now = this.#clock.now();
    this.#look(now);
    turn.running = undefined;
    if (this.#running.size === 0) {
      this.#cancelPulse?.();
      this.#cancelPulse = undefined;
    }
    if (!turn.gone) {
      const half = this.#options.pace.intervalMs / 2;
      this.#plan(turn, turn.isNew ? begun + 1 : Math.max(begun + half, now - half), now);
      turn.isNew = false;
      const believed = outcome.kind !== "missed" || begun > this.#stoodStillAt;
      const told = believed ? outcome : unprobed("this process stood still meanwhile");
      this.#options.onResult(turn.subject.id, this.#clock.date(), told);
    }
    this.#arm(now);
  }

  /** A sign of life of this process, while probes are under way. */
  #pulse(now: number): void {
    this.#alive = now;
    const everyMs = Math.min(250, Math.max(5, this.#standstill / 4));
    this.#cancelPulse = this.#clock.after(everyMs, () => {
      const then = this.#clock.now();
      this.#look(then);
      this.#giveUp(then);
      this.#cancelPulse = undefined;
      if (this.#running.size > 0) this.#pulse(then);
    });
  }

  /** Notices a standstill that has just ended. */
  #look(now: number): void {
    if (this.#running.size === 0 && this.#cancelPulse === undefined) return;
    if (now - this.#alive > this.#standstill) this.#stoodStillAt = now;
    this.#alive = now;
  }

  /** A probe that outlives its own time-out by far would keep its subject from ever being probed again. */
  #giveUp(now: number): void {
    for (const run of this.#running) {
      if (now - Math.max(run.begun, this.#stoodStillAt) < 2 * this.#options.pace.timeoutMs + this.#standstill) return;
      run.turn.running?.abort();
      this.#settle(run, unprobed("the probe did not come back"));
    }
  }

  #catchUp(now: number): void {
    const overdue: Turn<Subject>[] = [];
    while ((this.#queue.first?.at ?? Infinity) <= now) {
      const turn = this.#queue.take();
      if (turn !== undefined && !turn.gone) overdue.push(turn);
    }
    const spacing = this.#options.pace.intervalMs / Math.max(1, this.#turns.size) / 2;
    for (const [index, turn] of overdue.entries()) {
      turn.at = now + index * spacing;
      this.#queue.add(turn);
    }
  }
}
