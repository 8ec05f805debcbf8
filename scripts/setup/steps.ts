/** Set-up as data: what must be there, why, how to tell, and how to get it. */
export interface Step {
  /** What it is, as the user knows it. */
  readonly name: string;
  /** What Deskbridge needs it for. */
  readonly why: string;
  /** Looks, changes nothing, needs no network, takes well under a second. */
  found(): boolean | Promise<boolean>;
  /** Gets it, or throws a SetupError; what it leaves is complete or nothing. Absent: only the user can. */
  readonly install?: (say: Say) => Promise<void>;
  /** What the user can do where we cannot. */
  readonly remedy: string;
  /** Why we cannot get it on this machine (no root, another system). */
  readonly obstacle?: string;
}

/** One line of progress. */
export type Say = (line: string) => void;

/** A failure that the user can act on. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

export const everywhere = "These work here all the same: npx deskbridge check, plan, render (each with --help).";

export async function missingSteps(steps: readonly Step[]): Promise<readonly Step[]> {
  const found = await Promise.all(steps.map(async (step) => step.found()));
  return steps.filter((_, index) => !found[index]);
}

/** The text for a machine on which some steps cannot be done; undefined where all can. */
export function refusal(missing: readonly Step[]): string | undefined {
  const stuck = missing.filter((step) => step.install === undefined || step.obstacle !== undefined);
  if (stuck.length === 0) return undefined;
  const reasons = [...new Set(stuck.flatMap(({ obstacle }) => obstacle ?? []))];
  return [
    "The lab cannot run on this machine yet. Missing:",
    ...stuck.map(({ name, why, remedy }) => `  - ${name} (${why}): ${remedy}`),
    ...(reasons.length === 0 ? [] : [`Set-up does not add them by itself: ${reasons.join("; ")}.`]),
    everywhere,
  ].join("\n");
}

/** Does what is missing, in order, telling each. Returns how many steps were done; throws a SetupError. */
export async function perform(steps: readonly Step[], say: Say): Promise<number> {
  const missing = await missingSteps(steps);
  const refused = refusal(missing);
  if (refused !== undefined) throw new SetupError(refused);
  for (const step of missing) {
    say(`${step.name}: ${step.why}`);
    await step.install?.(say);
    if (!(await step.found())) throw new SetupError(`${step.name} is still missing after its installation`);
  }
  return missing.length;
}
