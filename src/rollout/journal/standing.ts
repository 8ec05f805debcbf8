import type { Entry, EntryOf, Result } from "./entries.ts";
import { OrderError } from "./errors.ts";

/** `in-flight`: an intent without an outcome. After a crash it is probed, never repeated. */
export type StepState = "in-flight" | Result;
/** `waiting`: none of its steps has begun. */
export type SubjectState = "waiting" | StepState;

export interface Step {
  readonly intent: EntryOf<"intent">;
  readonly state: StepState;
  readonly outcome: EntryOf<"outcome"> | undefined;
  /** The run that wrote the intent. */
  readonly run: string;
  readonly attempts: number;
}

export interface Wave {
  readonly subjects: readonly string[];
  readonly gate: EntryOf<"gate"> | undefined;
}

export interface Run {
  readonly begun: EntryOf<"run">;
  readonly end: EntryOf<"end"> | undefined;
  /** Outcomes this run wrote, by wave: only ever grows, as a counter must. */
  readonly outcomes: ReadonlyMap<number, Readonly<Partial<Record<Result, number>>>>;
}

/** What the entries amount to. A step that is not there has never begun. */
export interface Standing {
  readonly runs: ReadonlyMap<string, Run>;
  /** The run that has not ended: at work, or killed. */
  readonly open: string | undefined;
  readonly plan: string | undefined;
  readonly waves: ReadonlyMap<number, Wave>;
  readonly steps: ReadonlyMap<string, Step>;
  /** By provider and body, the last word. */
  readonly seats: ReadonlyMap<string, EntryOf<"seats">>;
}

/** Folds all entries. Throws OrderError where one contradicts those before it. */
export function standing(entries: Iterable<Entry>): Standing {
  const fold = new Fold();
  for (const entry of entries) fold.add(entry);
  return fold.standing;
}

export function inFlight(standing: Standing): Step[] {
  return [...standing.steps.values()].filter((step) => step.state === "in-flight");
}

/** States of a wave's subjects, counted: each subject counts once, with the worst of its steps in that wave. */
export function subjectStates(standing: Standing, wave: number): Partial<Record<SubjectState, number>> {
  return counted(worstStates(standing, wave).values());
}

/** The worst of each subject's steps in a wave; nobody of a wave that was not told. */
export function worstStates(standing: Standing, wave: number): ReadonlyMap<string, SubjectState> {
  const worst = new Map<string, SubjectState>();
  for (const subject of standing.waves.get(wave)?.subjects ?? []) worst.set(subject, "waiting");
  for (const { intent, state } of standing.steps.values()) {
    if (intent.wave !== wave) continue;
    const so = worst.get(intent.subject);
    if (so !== undefined && severity[state] > severity[so]) worst.set(intent.subject, state);
  }
  return worst;
}

/** How many there are of each. */
export function counted<State extends string>(states: Iterable<State>): Partial<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

const severity: Readonly<Record<SubjectState, number>> = {
  waiting: 0,
  unchanged: 1,
  done: 2,
  undone: 3,
  deferred: 4,
  "in-flight": 5,
  unreachable: 6,
  failed: 7,
};

/** The fold, entry by entry. An entry that is refused leaves it as it was. */
export class Fold {
  readonly #runs = new Map<string, Run>();
  readonly #waves = new Map<number, Wave>();
  readonly #steps = new Map<string, Step>();
  readonly #seats = new Map<string, EntryOf<"seats">>();
  /** Step by pair and half. */
  readonly #pairs = new Map<string, string>();
  #open: string | undefined;
  #plan: string | undefined;

  /** A live view: it moves on with what is added. */
  get standing(): Standing {
    return {
      runs: this.#runs,
      open: this.#open,
      plan: this.#plan,
      waves: this.#waves,
      steps: this.#steps,
      seats: this.#seats,
    };
  }

  /** Throws OrderError. */
  add(entry: Entry): void {
    if (entry.kind === "run") return this.#addRun(entry);
    const run = this.#open === undefined ? undefined : this.#runs.get(this.#open);
    if (run === undefined) throw new OrderError(`"${entry.kind}" outside any run`);
    switch (entry.kind) {
      case "seats":
        this.#seats.set(`${entry.provider} ${entry.body}`, entry);
        return;
      case "wave":
        return this.#addWave(entry);
      case "intent":
        return this.#addIntent(entry, run);
      case "outcome":
        return this.#addOutcome(entry, run);
      case "gate":
        this.#waves.set(entry.wave, { ...this.#wave(entry.wave), gate: entry });
        return;
      case "end":
        this.#runs.set(run.begun.run, { ...run, end: entry });
        this.#open = undefined;
        return;
      default:
        return entry satisfies never;
    }
  }

  #addRun(entry: EntryOf<"run">): void {
    if (this.#runs.has(entry.run)) throw new OrderError(`run ${entry.run} begins a second time`);
    if (entry.resumes !== this.#runs.size > 0) {
      throw new OrderError(`run ${entry.run} ${entry.resumes ? "resumes nothing" : "begins a plan that has begun"}`);
    }
    if (this.#plan !== undefined && this.#plan !== entry.plan) {
      throw new OrderError(`run ${entry.run} is of plan ${entry.plan}, this journal of ${this.#plan}`);
    }
    this.#runs.set(entry.run, { begun: entry, end: undefined, outcomes: new Map() });
    this.#open = entry.run;
    this.#plan = entry.plan;
  }

  #addWave({ wave, subjects }: EntryOf<"wave">): void {
    const told = this.#waves.get(wave);
    if (told !== undefined && JSON.stringify(told.subjects) !== JSON.stringify(subjects)) {
      throw new OrderError(`wave ${wave} is told again with other subjects`);
    }
    this.#waves.set(wave, { subjects, gate: told?.gate });
  }

  #addIntent(intent: EntryOf<"intent">, run: Run): void {
    const { step, pair } = intent;
    this.#wave(intent.wave);
    const known = this.#steps.get(step);
    if (known !== undefined) {
      const { state } = known;
      if (state === "in-flight") throw new OrderError(`step ${step} is in flight and begins again: probe it first`);
      if (state === "done" || state === "unchanged") throw new OrderError(`step ${step} is ${state} and begins again`);
      if (known.intent.subject !== intent.subject || known.intent.name !== intent.name) {
        throw new OrderError(`step ${step} was ${known.intent.name} of ${known.intent.subject}`);
      }
    }
    if (pair !== undefined) this.#checkPair(step, pair);
    if (pair !== undefined) this.#pairs.set(`${pair.half} ${pair.id}`, step);
    const attempts = (known?.attempts ?? 0) + 1;
    this.#steps.set(step, { intent, state: "in-flight", outcome: undefined, run: run.begun.run, attempts });
  }

  #checkPair(step: string, { id, half }: { readonly id: string; readonly half: "first" | "second" }): void {
    const other = this.#pairs.get(`${half} ${id}`);
    if (other !== undefined && other !== step) throw new OrderError(`pair ${id}: its ${half} half is ${other}`);
    if (half === "first") return;
    const first = this.#steps.get(this.#pairs.get(`first ${id}`) ?? "")?.state ?? "not begun";
    if (first !== "done" && first !== "unchanged") {
      throw new OrderError(`pair ${id}: its second half, ${step}, begins while the first is ${first}`);
    }
  }

  #addOutcome(outcome: EntryOf<"outcome">, run: Run): void {
    const { step, result } = outcome;
    const known = this.#steps.get(step);
    if (known?.state !== "in-flight") throw new OrderError(`outcome of step ${step} without an intent`);
    if (result === "undone" && outcome.by !== "probe") throw new OrderError(`step ${step}: only a probe tells undone`);
    if (known.run !== run.begun.run && outcome.by !== "probe") {
      throw new OrderError(`step ${step} was in flight when run ${known.run} ended: only a probe tells its outcome`);
    }
    this.#steps.set(step, { ...known, state: result, outcome });
    const { wave } = known.intent;
    const counts = run.outcomes.get(wave);
    const outcomes = run.outcomes as Map<number, Partial<Record<Result, number>>>;
    outcomes.set(wave, { ...counts, [result]: (counts?.[result] ?? 0) + 1 });
  }

  #wave(wave: number): Wave {
    const known = this.#waves.get(wave);
    if (known === undefined) throw new OrderError(`wave ${wave} was not told`);
    return known;
  }
}
