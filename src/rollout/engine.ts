import { setTimeout as wait } from "node:timers/promises";
import { type Caps, judge } from "./caps.ts";
import { type Check, type Gate, judgeGate, valueOf } from "./gate.ts";
import type { EntryOf, Result } from "./journal/entries.ts";
import { JournalError } from "./journal/errors.ts";
import type { Journal } from "./journal/journal.ts";
import { counted, inFlight, type StepState } from "./journal/standing.ts";
import { Places } from "./places.ts";
import { idOf, type Step, StepError } from "./step.ts";
import type { Subject } from "./waves.ts";

/** What is to be rolled out, and how carefully. */
export interface Order {
  /** Seats that are set aside before the first write, told in the journal. */
  readonly seats: readonly Omit<EntryOf<"seats">, "kind" | "at">[];
  readonly waves: readonly (readonly Subject[])[];
  /** In the order in which they are done; what fails keeps the subject's later ones from being done. */
  readonly stepsOf: (subject: string) => readonly Step[];
  readonly caps: Caps;
  /** Subjects at work at once. */
  readonly atOnce: number;
  /** How long a wave is left alone before the gate looks at it, seconds. */
  readonly soakSeconds: number;
  readonly checks: readonly Check[];
  /** Asks the fleet's Prometheus: the values of the query's series. Throws where it does not answer. */
  readonly ask: (query: string, signal: AbortSignal) => Promise<readonly number[]>;
}

/** Ctrl-C once: what is under way ends, nothing else begins. Twice: all is let go. */
export interface Stops {
  readonly drain: AbortSignal;
  readonly abort: AbortSignal;
}

export type Told =
  | { readonly kind: "wave"; readonly wave: number; readonly of: number; readonly subjects: number }
  | { readonly kind: "step"; readonly step: Step; readonly result: Result; readonly why: string | undefined }
  | { readonly kind: "gate"; readonly wave: number; readonly gate: Gate }
  | { readonly kind: "end" };

export type End = Pick<EntryOf<"end">, "how" | "why">;

/**
 * Rolls out, or goes on where a run before has stopped: steps that are done are left alone, and what was in flight when
 * it died is looked at, not done again. Everything is in the journal before it is done, and after. Throws JournalError
 * when that cannot be: then nothing more is begun, and what is under way stays in flight. `complete` says that nothing is
 * left to begin; who failed within the caps stands in the journal.
 */
export async function rollOut(
  journal: Journal,
  order: Order,
  begun: Omit<EntryOf<"run">, "kind" | "at" | "resumes">,
  stops: Stops,
  tell: (told: Told) => void,
): Promise<End> {
  const resumes = journal.standing.runs.size > 0;
  await journal.append({ kind: "run", at: now(), resumes, ...begun });
  if (!resumes) await Promise.all(order.seats.map((seats) => journal.append({ kind: "seats", at: now(), ...seats })));
  const end = await new Run(journal, order, stops, tell).all();
  tell({ kind: "end" });
  await journal.append({ kind: "end", at: now(), how: end.how, ...(end.why === undefined ? {} : { why: end.why }) });
  return end;
}

class Run {
  readonly #journal: Journal;
  readonly #order: Order;
  readonly #stops: Stops;
  readonly #tell: (told: Told) => void;
  readonly #places = new Places();
  readonly #all: number;
  /** Subjects of this run that did not come through. */
  readonly #wrong = new Map<string, Result>();
  /** What nobody foresaw, the journal's end above all: nothing more is begun. */
  #lost: Error | undefined;

  constructor(journal: Journal, order: Order, stops: Stops, tell: (told: Told) => void) {
    this.#journal = journal;
    this.#order = order;
    this.#stops = stops;
    this.#tell = tell;
    this.#all = order.waves.reduce((sum, { length }) => sum + length, 0);
  }

  async all(): Promise<End> {
    const { waves, atOnce } = this.#order;
    await this.#each(inFlight(this.#journal.standing), atOnce, ({ intent }) => this.#probe(intent));
    for (const [nth, subjects] of waves.entries()) {
      const wave = nth + 1;
      const end = this.#end();
      if (end !== undefined) return end;
      await this.#journal.append({ kind: "wave", at: now(), wave, subjects: subjects.map(({ id }) => id) });
      this.#tell({ kind: "wave", wave, of: waves.length, subjects: subjects.length });
      await this.#each(subjects, atOnce, ({ id }) => this.#subject(id, wave));
      if (wave === waves.length) break;
      const after = this.#end() ?? (await this.#gate(wave));
      if (after !== undefined) return after;
    }
    return this.#isWhole() ? { how: "complete" } : (this.#end() ?? { how: "complete" });
  }

  /** Whether all is done: then whoever stopped it came too late. */
  #isWhole(): boolean {
    const { waves, stepsOf } = this.#order;
    const { steps } = this.#journal.standing;
    return waves.every((wave) =>
      wave.every(({ id }) => stepsOf(id).every((step) => isSettled(steps.get(idOf(step))?.state))),
    );
  }

  /** Why nothing more may begin; undefined where it may. */
  #end(): End | undefined {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#stops.abort.aborted) return { how: "aborted" };
    if (this.#stops.drain.aborted) return { how: "drained" };
    const verdict = judge(counted(this.#wrong.values()), this.#all, this.#order.caps);
    return verdict.kind === "stop" ? { how: "failed", why: verdict.why } : undefined;
  }

  #mayBegin(): boolean {
    return this.#lost === undefined && this.#end() === undefined;
  }

  /** One after the other by so many hands, until nothing more may begin. What is begun is waited for. */
  async #each<Item>(items: readonly Item[], hands: number, work: (item: Item) => Promise<void>): Promise<void> {
    const waiting = items.values();
    const hand = async (): Promise<void> => {
      for (const item of waiting) {
        if (!this.#mayBegin()) return;
        try {
          await work(item);
        } catch (error) {
          this.#lost ??= error instanceof Error ? error : new Error(String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(hands, items.length) }, hand));
    if (this.#lost !== undefined) throw this.#lost;
  }

  async #subject(subject: string, wave: number): Promise<void> {
    this.#wrong.delete(subject);
    for (const step of this.#order.stepsOf(subject)) {
      const state = this.#journal.standing.steps.get(idOf(step))?.state;
      if (isSettled(state)) continue;
      // A step in flight here is one that a signal let go.
      if (state === "in-flight" || !this.#mayBegin()) return;
      const result = await this.#places.alone(step.where, () => this.#step(step, wave));
      if (!isSettled(result)) return;
    }
  }

  /** Undefined where it was let go: then it stays in flight, if it was begun. */
  async #step(step: Step, wave: number): Promise<Result | undefined> {
    const { abort } = this.#stops;
    if (!this.#mayBegin()) return undefined;
    const intent = (): Promise<void> => this.#journal.append(intentOf(step, wave));
    let isBegun = false;
    try {
      if (await step.check(abort)) return await this.#settle(step, "unchanged", undefined, intent);
      if (!this.#mayBegin()) return undefined;
      await intent();
      isBegun = true;
      await step.apply(abort);
      if (await step.check(abort)) return await this.#settle(step, "done", undefined);
      return await this.#settle(step, "failed", "it was done, and is not so");
    } catch (error) {
      if (error instanceof JournalError) throw error;
      if (abort.aborted) return undefined;
      return await this.#settle(step, this.#resultOf(error), wordsOf(error), isBegun ? undefined : intent);
    }
  }

  /** What a run before had in flight: whether it came about. */
  async #probe({ subject, name }: EntryOf<"intent">): Promise<void> {
    const step = this.#order.stepsOf(subject).find((each) => each.name === name);
    if (step === undefined) throw new Error(`the plan has no step ${name} of ${subject}, which the journal has`);
    await this.#places.alone(step.where, async () => {
      try {
        const isSo = await step.check(this.#stops.abort);
        await this.#record(step, isSo ? "done" : "undone", "probe", undefined);
      } catch (error) {
        if (error instanceof JournalError) throw error;
        if (this.#stops.abort.aborted) return;
        await this.#record(step, this.#resultOf(error), "probe", wordsOf(error));
      }
    });
  }

  async #settle(step: Step, result: Result, why: string | undefined, before?: () => Promise<void>): Promise<Result> {
    // Where nothing was changed, its two lines may become durable together.
    await Promise.all([before?.(), this.#record(step, result, "work", why)]);
    return result;
  }

  async #record(step: Step, result: Result, by: "work" | "probe", why: string | undefined): Promise<void> {
    const told = why === undefined ? {} : { why };
    const kept = this.#journal.append({ kind: "outcome", at: now(), step: idOf(step), result, by, ...told });
    // At once, so that whoever asks next whether it may begin knows of it.
    if (result === "failed" || result === "unreachable" || result === "deferred") this.#wrong.set(step.subject, result);
    await kept;
    this.#tell({ kind: "step", step, result, why });
  }

  #resultOf(error: unknown): Result {
    if (!(error instanceof StepError) || error.kind === "failed") return "failed";
    return this.#order.caps.deferred === undefined ? "unreachable" : "deferred";
  }

  /** Undefined where the next wave may go. */
  async #gate(wave: number): Promise<End | undefined> {
    const { checks, ask, soakSeconds } = this.#order;
    if (this.#journal.standing.waves.get(wave)?.gate?.passed === true) return undefined;
    const { drain, abort } = this.#stops;
    await wait(soakSeconds * 1000, undefined, { signal: AbortSignal.any([drain, abort]) }).catch(() => undefined);
    const stopped = this.#end();
    if (stopped !== undefined) return stopped;
    const value = async (query: string): Promise<number | null> => {
      try {
        return valueOf(await ask(query, abort));
      } catch {
        return null;
      }
    };
    const gate = judgeGate(
      checks,
      await Promise.all(
        checks.map(async ({ query, sample }) => ({
          value: await value(query),
          sample: sample === undefined ? null : await value(sample.query),
        })),
      ),
    );
    const { passed, figures, why } = gate;
    const told = why === undefined ? {} : { why };
    await this.#journal.append({ kind: "gate", at: now(), wave, passed, figures: [...figures], ...told });
    this.#tell({ kind: "gate", wave, gate });
    return passed ? undefined : { how: "failed", why: `the gate after wave ${wave} stays shut: ${why}` };
  }
}

function intentOf({ subject, name, where, change, pair }: Step, wave: number): EntryOf<"intent"> {
  const step = idOf({ subject, name });
  return {
    kind: "intent",
    at: now(),
    step,
    wave,
    subject,
    name,
    where,
    change,
    ...(pair === undefined ? {} : { pair }),
  };
}

/** It is as wanted. */
function isSettled(state: StepState | undefined): boolean {
  return state === "done" || state === "unchanged";
}

function now(): string {
  return new Date().toISOString();
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
