/**
 * Whether the heartbeat of the watch still comes, as whoever listens outside has to see it. Pure: times are milliseconds
 * of a clock that goes on by itself, whatever happens to the time of day.
 */
export interface Beats {
  /** The last beat, or when listening began. */
  readonly last: number;
  /** When it was last looked at. */
  readonly looked: number;
  readonly silent: boolean;
}

/** Beats come every 70 s at most (`pacing.heartbeat`): two are missing, and ten seconds more. */
export const graceMs = 150_000;
export const lookEveryMs = 1000;
/** Who looks so late stood still itself, and has not read what came meanwhile. */
const standstillMs = 5 * lookEveryMs;

export function listening(at: number): Beats {
  return { last: at, looked: at, silent: false };
}

export function beaten(beats: Beats, at: number): Beats {
  return { ...beats, last: at, silent: false };
}

export function looked({ last, looked: before, silent }: Beats, at: number): Beats {
  const stoodStill = at - before > standstillMs;
  const since = stoodStill && !silent ? at : last;
  return { last: since, looked: at, silent: silent || at - since >= graceMs };
}
