import { MeasureError } from "./iperf.ts";

/**
 * Reads fping 5.1. `fping -q -C 4` prints, when all is over, one line with a time or a `-` a probe:
 *
 *     10.0.0.5 : 0.155 0.042 - 0.034
 *
 * `fping -D -c` prints one line a probe when its answer is there, or was waited for long enough:
 *
 *     [1795808678.96217] 10.0.0.5 : [0], 64 bytes, 0.018 ms (0.018 avg, 0% loss)
 *     [1795808679.98226] 10.0.0.5 : [1], timed out (0.018 avg, 50% loss)
 */

/** Seconds, one a probe in order; undefined: lost. Throws MeasureError where it is not `count` of them. */
export function parseEchoes(text: string, count: number): readonly (number | undefined)[] {
  const line = text.split("\n").find((each) => /^\S+ +: [-\d]/.test(each));
  if (line === undefined)
    throw new MeasureError(`fping told no round trips: ${text.trim().slice(0, 120) || "nothing"}`);
  const words = line
    .slice(line.indexOf(" : ") + 3)
    .trim()
    .split(/\s+/);
  const times = words.map((word) => (word === "-" ? undefined : Number(word) / 1000));
  if (times.length !== count || times.some((time) => time !== undefined && !(time >= 0))) {
    throw new MeasureError(`fping told ${times.length} round trips of ${count} probes: ${line.slice(0, 120)}`);
  }
  return times;
}

const answer = /^\[\d+\.\d+\] \S+ +: \[(\d+)\], \d+ bytes, /;

/** Which probes of one `fping -D -c` were answered. One that could not be sent leaves no line, and counts as lost. */
export class Heartbeat {
  readonly #answered = new Set<number>();
  #last = -1;
  #from = 0;

  read(line: string): void {
    const number = answer.exec(line)?.[1];
    if (number === undefined) return;
    this.#answered.add(Number(number));
    this.#last = Math.max(this.#last, Number(number));
  }

  /** From here on it is looked anew, but for the last answer before. */
  mark(): void {
    this.#from = Math.max(this.#last, 0);
  }

  /** The last probe that was answered; -1: none yet. */
  get last(): number {
    return this.#last;
  }

  /** Answers in a row up to the last one, of probes later than `after`. */
  inRow(after: number): number {
    let first = this.#last;
    while (first > after && this.#answered.has(first)) first -= 1;
    return this.#last - first;
  }

  /** Probes since the mark, up to the last answer. */
  get probes(): number {
    return this.#last < this.#from ? 0 : this.#last - this.#from + 1;
  }

  /** The most probes in a row since the mark that stayed unanswered between answers. */
  get longestLost(): number {
    let [longest, run] = [0, 0];
    for (let probe = this.#from; probe <= this.#last; probe += 1) {
      run = this.#answered.has(probe) ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}

/** The smallest of the values that at least `part` of them do not exceed; undefined where there is none. */
export function quantile(values: readonly number[], part: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}

/** The mean difference between one round trip and the next, of probes that came back one after the other. */
export function jitterOf(roundTrips: readonly (number | undefined)[]): number | undefined {
  const steps = roundTrips.flatMap((time, index) => {
    const before = roundTrips[index - 1];
    return time === undefined || before === undefined ? [] : [Math.abs(time - before)];
  });
  return steps.length === 0 ? undefined : steps.reduce((sum, step) => sum + step, 0) / steps.length;
}
