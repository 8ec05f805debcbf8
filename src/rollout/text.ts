import type { Delta } from "./delta.ts";
import { counted, inFlight, type SubjectState, worstStates } from "./journal/standing.ts";
import type { PersonChange } from "./planning.ts";
import { stateOf, type Told } from "./rollouts.ts";
import type { Seats } from "./licences/provider.ts";
import { idOf } from "./step.ts";

/** What a person reads of a roll-out, and what a program does. */

/** `{ delta, seats, … }` of `rollout plan --json`. */
export function planJson(
  delta: Delta,
  changes: readonly PersonChange[],
  provider: string,
  vendor: Seats,
): Readonly<Record<string, unknown>> {
  return {
    delta: changes,
    seats: delta.seats.map(({ body, quota, used, reserved, freed }) => ({
      provider,
      body,
      used,
      reserved,
      freed,
      total: quota,
    })),
    vendor: { provider, ...vendor, short: delta.short },
    keep: delta.keep.length,
    wait: delta.wait.map(({ person, why }) => ({ person: person.person, account: person.account, why })),
    strangers: delta.strangers.map(({ account }) => account),
  };
}

/** People of whom each line tells. */
const shown = 40;

export function planText(
  delta: Delta,
  changes: readonly PersonChange[],
  provider: string,
  vendor: Seats,
  waves: readonly (readonly string[])[],
): string {
  const lines = [
    `${provider}: ${vendor.used} of ${vendor.total} seats in use`,
    ...delta.seats
      .filter(({ quota, used }) => quota + used > 0)
      .map(
        ({ body, quota, used, reserved, freed }) =>
          `  ${body}: ${used} of ${quota} held, ${reserved} to give${freed === 0 ? "" : `, ${freed} idle freed`}`,
      ),
    "",
  ];
  if (changes.length === 0) lines.push(nothingText(delta));
  for (const { person, account, actions } of changes.slice(0, shown)) {
    lines.push(`${person} (${account}): ${actions.join("; ")}`);
  }
  if (changes.length > shown) lines.push(`… and ${changes.length - shown} more (--json has all)`);
  if (waves.length > 0) lines.push("", `Waves: ${waves.map(({ length }) => length).join(", ")}.`);
  const waiting = Map.groupBy(delta.wait, ({ why }) => why);
  const quota = waiting.get("quota")?.length ?? 0;
  if (quota > 0) lines.push(`${quota} wait: their bodies have given all their seats.`);
  if (delta.short > 0) lines.push(`${delta.short} wait: ${provider} has no licence left; so many are to be bought.`);
  if (delta.strangers.length > 0) {
    lines.push(`${delta.strangers.length} held by accounts that the list does not name: left alone.`);
  }
  return lines.join("\n");
}

function nothingText({ give, wait }: Delta): string {
  if (give.length > 0) return "Nothing to do for those that were chosen.";
  if (wait.length > 0) return "Nothing to do before there are more seats.";
  return "Nothing to do: whoever is to have a seat has it, and what belongs to it.";
}

/** `partly`: some of the steps are done, and the others have not begun. */
type PersonState = SubjectState | "partly";

/** In the order in which they are told: the worst last. */
const order = [
  "unchanged",
  "done",
  "waiting",
  "partly",
  "undone",
  "deferred",
  "in-flight",
  "unreachable",
  "failed",
] as const satisfies readonly PersonState[];

/** People of a wave, counted by how far they are. */
function countsOf({ plan, standing }: Told, wave: number): Partial<Record<PersonState, number>> {
  const worst = worstStates(standing, wave);
  const steps = new Map(plan.subjects.map((subject) => [subject.id, subject.steps]));
  return counted(
    (plan.waves[wave - 1] ?? []).map((subject): PersonState => {
      const state = worst.get(subject) ?? "waiting";
      if (state !== "done" && state !== "unchanged") return state;
      const isWhole = (steps.get(subject) ?? []).every((name) => standing.steps.has(idOf({ subject, name })));
      return isWhole ? state : "partly";
    }),
  );
}

export function statusJson(told: Told): Readonly<Record<string, unknown>> {
  const { name, plan, standing } = told;
  return {
    rollout: name,
    state: stateOf(standing),
    why: lastEnd(told)?.why ?? null,
    provider: plan.provider,
    stage: plan.stage,
    runs: standing.runs.size,
    waves: plan.waves.map((subjects, nth) => ({
      wave: nth + 1,
      subjects: subjects.length,
      states: countsOf(told, nth + 1),
      gate: standing.waves.get(nth + 1)?.gate?.passed ?? null,
    })),
    wrong: wrongOf(told),
    inFlight: inFlight(standing).map(({ intent }) => intent.step),
  };
}

export function statusText(told: Told): string {
  const { name, plan, standing } = told;
  const end = lastEnd(told);
  const lines = [
    `${name}: ${wordOf(stateOf(standing))}${end?.why === undefined ? "" : `: ${end.why}`}`,
    ...plan.waves.map((_, nth) => waveText(told, nth + 1)),
  ];
  const wrong = wrongOf(told);
  lines.push(...wrong.slice(0, shown).map(({ subject, step, state, why }) => `  ${subject}: ${step} ${state}: ${why}`));
  if (wrong.length > shown) lines.push(`  … and ${wrong.length - shown} more (--json has all)`);
  return lines.join("\n");
}

/** One line: how far a wave has come. */
export function waveText(told: Told, wave: number): string {
  const { standing, plan } = told;
  const states = countsOf(told, wave);
  const parts = order.flatMap((state) => (states[state] === undefined ? [] : [`${states[state]} ${state}`]));
  const gate = standing.waves.get(wave)?.gate;
  const shut =
    gate === undefined || gate.figures.length === 0 ? "" : gate.passed ? "; gate open" : `; gate shut: ${gate.why}`;
  return `  wave ${wave} of ${plan.waves.length}: ${parts.join(", ")}${shut}`;
}

/** Whoever was killed has no time to write it down. */
function wordOf(state: ReturnType<typeof stateOf>): string {
  return state === "open" ? "open: at work, or killed (then rollout resume goes on)" : state;
}

interface Wrong {
  readonly subject: string;
  readonly step: string;
  readonly state: string;
  readonly why: string;
}

/** Steps that did not come about, as they stand. */
export function wrongOf({ standing }: Told): readonly Wrong[] {
  return [...standing.steps.values()].flatMap(({ intent, state, outcome }) =>
    state === "failed" || state === "unreachable" || state === "deferred"
      ? [{ subject: intent.subject, step: intent.name, state, why: outcome?.why ?? "" }]
      : [],
  );
}

function lastEnd({ standing }: Told): { readonly why?: string | undefined } | undefined {
  return [...standing.runs.values()].at(-1)?.end;
}
