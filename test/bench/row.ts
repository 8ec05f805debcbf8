/** A row of `npm run bench`; null where there is no peer or no goal. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  readonly ratio: number | null;
  readonly goal: number | null;
  readonly met: boolean | null;
}

/** A row held against its own goal, where it has no peer. */
export function goalRow(what: string, unit: string, ours: number, goal: number | null): BenchRow {
  return { what, unit, ours, peer: null, peerName: null, ratio: null, goal, met: goal === null ? null : ours <= goal };
}

/** A row beside a peer's figure of the same run: `ratio` is how many times theirs is ours. */
export function peerRow(
  what: string,
  unit: string,
  ours: number,
  peer: number,
  peerName: string,
  goal: number | null,
): BenchRow {
  return { ...goalRow(what, unit, ours, goal), peer, peerName, ratio: peer / ours };
}
