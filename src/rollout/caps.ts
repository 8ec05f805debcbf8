import type { SubjectState } from "./journal/standing.ts";

/**
 * The most that may go wrong in a run, over all its waves: whichever is reached first. Who failed in a run before is tried
 * again, and counts if it fails again.
 */
export interface Cap {
  readonly count: number;
  /** Of all subjects, in percent. */
  readonly percent: number;
}

export interface Caps {
  /** Subjects with a failed step, and those that could not be reached and are not deferred. */
  readonly failed: Cap;
  /** Subjects that could not be reached, and are left for later. None: each counts as failed. */
  readonly deferred: Cap | undefined;
}

/** A fault of ours meets everybody: five people who cannot work are enough to know of it. */
export const usualCaps: Caps = { failed: { count: 5, percent: 2 }, deferred: undefined };

export type Verdict = { readonly kind: "go on" } | { readonly kind: "stop"; readonly why: string };

/** How many may go wrong of so many: the smaller of both, and none more. A percentage is rounded down. */
export function allowed({ count, percent }: Cap, all: number): number {
  return Math.min(count, Math.floor((Math.round(percent * 1000) * all) / 100_000));
}

/** Whether another subject may be touched. `states`: subjects of all waves, counted by their worst step. */
export function judge(states: Partial<Record<SubjectState, number>>, all: number, { failed, deferred }: Caps): Verdict {
  const unreachable = states.unreachable ?? 0;
  const put = states.deferred ?? 0;
  const wrong = (states.failed ?? 0) + unreachable + (deferred === undefined ? put : 0);
  const most = allowed(failed, all);
  if (wrong > most) {
    const part = unreachable === 0 ? "" : `, ${unreachable} of them out of reach`;
    return { kind: "stop", why: `${wrong} of ${all} failed${part}; at most ${most} may (${capText(failed)})` };
  }
  if (deferred !== undefined && put > allowed(deferred, all)) {
    const limit = `at most ${allowed(deferred, all)} may (${capText(deferred)})`;
    return { kind: "stop", why: `${put} of ${all} are out of reach and left for later; ${limit}` };
  }
  return { kind: "go on" };
}

function capText({ count, percent }: Cap): string {
  return `${count}, or ${percent} %`;
}
