/**
 * A target's verdict from its probes' results. Pure. Without a verdict (`up` undefined) a target is told as 0: nothing
 * has yet shown that it is up. The first verdict, like each later one, takes `hits` or `misses` results in a row.
 */

export interface Thresholds {
  readonly misses: number;
  readonly hits: number;
}

export interface TargetState {
  readonly up: boolean | undefined;
  /** When the verdict was reached, seconds since 1970; 0 without one. */
  readonly since: number;
  /** Results in a row that speak against the verdict: > 0 hits, < 0 misses, 0 none. */
  readonly streak: number;
  /** Verdicts reversed; the first one is none. */
  readonly transitions: number;
}

export const unknownState: TargetState = { up: undefined, since: 0, streak: 0, transitions: 0 };

/** The state after one more result, which came at `at` (seconds since 1970). Unchanged states are returned as they are. */
export function step(state: TargetState, answered: boolean, at: number, thresholds: Thresholds): TargetState {
  if (state.up === answered) return state.streak === 0 ? state : { ...state, streak: 0 };
  const streak = answered ? Math.max(state.streak, 0) + 1 : Math.min(state.streak, 0) - 1;
  if (streak < thresholds.hits && -streak < thresholds.misses) return { ...state, streak };
  return {
    up: answered,
    since: at,
    streak: 0,
    transitions: state.transitions + (state.up === undefined ? 0 : 1),
  };
}
