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
/** Who looks so late stood still itself. */
const standstillMs = 5 * lookEveryMs;
/** So long what came meanwhile may take to be read. */
const readingMs = 10_000;

export function listening(at: number): Beats {
  return { last: at, looked: at, silent: false };
}

export function beaten(beats: Beats, at: number): Beats {
  return { ...beats, last: at, silent: false };
}

/** A standstill of one's own is no silence of the other: it is not counted, nor is the time that reading takes then. */
export function looked({ last, looked: before, silent }: Beats, at: number): Beats {
  const stood = at - before > standstillMs ? at - before + readingMs : 0;
  const since = silent ? last : Math.min(at, last + stood);
  return { last: since, looked: at, silent: silent || at - since >= graceMs };
}
