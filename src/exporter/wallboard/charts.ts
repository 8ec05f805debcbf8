import { type History, stepSeconds, steps } from "./history.ts";

/** What the charts show, line by line in the order of `ids`; null where nobody looked. */
export interface Charts {
  readonly ids: readonly string[];
  /** The last step, counted from 1970 on. */
  readonly last: number;
  readonly stepSeconds: number;
  /** Of each line, of each step: milliseconds, and percent. */
  readonly rtt: readonly (readonly (number | null)[])[];
  readonly loss: readonly (readonly (number | null)[])[];
}

/** All steps up to one; or with `from` those from there on. */
export function chartsOf(history: History, ids: readonly string[], last: number, from = last - steps + 1): Charts {
  const wanted = Array.from({ length: last - from + 1 }, (_, index) => from + index);
  const found = ids.map((id) => wanted.map((step) => history.at(id, step)));
  return {
    ids,
    last,
    stepSeconds,
    rtt: found.map((of) => of.map(({ rtt }) => rounded(rtt === null ? null : rtt * 1000, 100))),
    loss: found.map((of) => of.map(({ loss }) => rounded(loss === null ? null : loss * 100, 10))),
  };
}

function rounded(value: number | null, parts: number): number | null {
  return value === null ? null : Math.round(value * parts) / parts;
}
