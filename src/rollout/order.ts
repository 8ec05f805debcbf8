import { deskStep, type Hands, type Recipe } from "./desk-steps.ts";
import type { Order } from "./engine.ts";
import type { Provider } from "./licences/provider.ts";
import type { BarePlan } from "./planning.ts";
import type { PlannedSubject, SavedPlan } from "./saved-plan.ts";
import { freedSeat, seatSteps } from "./seat-steps.ts";
import type { Target } from "./ssh/target.ts";
import { type Step, StepError } from "./step.ts";

/** By what a plan is carried out. */
export interface Means {
  readonly provider: Provider;
  readonly hands: Hands;
  /** How to come to a host of the inventory; undefined where it has none of that name. */
  readonly targetOf: (host: string) => Target | undefined;
  /** What a person with a seat needs at their desk. */
  readonly recipesFor: (account: string) => readonly Recipe[];
  /** What is taken from a desk before its person's seat is freed. */
  readonly withdrawalsOf: (account: string) => readonly Recipe[];
  /** What shows, after all that, that the person can work; steps that change nothing. */
  readonly proofsAt: (account: string, host: string) => readonly Step[];
  readonly ask: Order["ask"];
}

/** A plan as the engine's order. */
export function orderOf(plan: SavedPlan, means: Means): Order {
  const subjects = new Map(plan.subjects.map((subject) => [subject.id, subject]));
  const steps = new Map(plan.subjects.map((subject) => [subject.id, agreedSteps(subject, means)]));
  const { deferred, failed } = plan.caps;
  return {
    seats: plan.seats.map((seats) => ({ provider: plan.provider, ...seats })),
    waves: plan.waves.map((wave) => wave.flatMap((id) => subjects.get(id) ?? [])),
    stepsOf: (id) => steps.get(id) ?? [],
    caps: { failed, deferred },
    atOnce: plan.atOnce,
    soakSeconds: plan.soakSeconds,
    checks: plan.checks.map(({ sample, ...check }) => (sample === undefined ? check : { ...check, sample })),
    ask: means.ask,
  };
}

/** The plan with the names of everybody's steps, so that whoever reads it alone sees what is left. */
export function withSteps(plan: BarePlan, means: Means): Omit<SavedPlan, "version"> {
  const subjects = plan.subjects.map((subject) => ({
    ...subject,
    steps: stepsOf(subject, means).map(({ name }) => name),
  }));
  return { ...plan, subjects };
}

/** Those that were agreed to: one that the fleet file has gained since is not done, and one that it has lost fails. */
function agreedSteps(subject: PlannedSubject, means: Means): readonly Step[] {
  const now = new Map(stepsOf(subject, means).map((step) => [step.name, step]));
  return subject.steps.map(
    (name) =>
      now.get(name) ?? noStep(subject.id, name, `${name} is no longer a step (rollout apply --anew plans anew)`),
  );
}

function stepsOf({ id, action, host, from }: Omit<PlannedSubject, "steps">, means: Means): readonly Step[] {
  const at = (name: string | undefined, recipes: readonly Recipe[]): readonly Step[] =>
    name === undefined ? [] : recipes.map((recipe) => stepAt(id, name, recipe, means));
  if (action === "free") return [...at(host, means.withdrawalsOf(id)), freedSeat(means.provider, id)];
  return [
    ...at(from?.host, from === undefined ? [] : means.withdrawalsOf(from.id)),
    ...seatSteps(means.provider, id, from?.id),
    ...at(host, means.recipesFor(id)),
    ...(host === undefined ? [] : means.proofsAt(id, host)),
  ];
}

/** A host that the inventory no longer has fails its step, and says so. */
function stepAt(subject: string, host: string, recipe: Recipe, { hands, targetOf }: Means): Step {
  const target = targetOf(host);
  if (target !== undefined) return deskStep(subject, target, recipe, hands);
  return noStep(subject, recipe.name, `${host} is not in the inventory`);
}

function noStep(subject: string, name: string, why: string): Step {
  const fail = (): Promise<never> => Promise.reject(new StepError("failed", why));
  return { subject, name, where: subject, change: `nothing: ${why}`, check: fail, apply: fail };
}
