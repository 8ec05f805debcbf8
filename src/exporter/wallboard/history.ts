import type { TargetRecord } from "../../report.ts";

/** What is kept of each line: the last ten minutes, in steps of five seconds. */
export const stepSeconds = 5;
export const steps = 120;

/** What one step brought; null where nobody looked, or nothing came back. */
export interface Step {
  /** Part of the probes that did not come back, 0 to 1. */
  readonly loss: number | null;
  /** Mean round trip, seconds. */
  readonly rtt: number | null;
}

/** What all steps together brought. */
export interface Sum extends Step {
  readonly attempts: number;
}

interface Sums {
  attempts: number;
  failures: number;
  /** Seconds, over `answers`. */
  rtt: number;
  answers: number;
}

interface Line {
  /** What was told last: the counters in it are absolute. */
  last: TargetRecord;
  /** Step n, counted from 1970 on, stands at n modulo `steps`. */
  readonly ring: (Sums & { readonly step: number })[];
}

/** The lines' loss and round trips of late, from the counters that the probers report. A line takes 120 small objects. */
export class History {
  readonly #lines = new Map<string, Line>();

  /** Takes in what was told of lines. `now`: seconds since 1970. */
  take(records: readonly TargetRecord[], now: number): void {
    for (const record of records) {
      const line = this.#lines.get(record.id);
      // What was counted before this was first heard of belongs to no step.
      if (line === undefined) this.#lines.set(record.id, { last: record, ring: [] });
      else {
        add(line.ring, grownBy(line.last, record), stepOf(now));
        line.last = record;
      }
    }
  }

  /** Forgets the lines that are not `listed`. */
  keep(listed: ReadonlySet<string>): void {
    for (const id of this.#lines.keys()) if (!listed.has(id)) this.#lines.delete(id);
  }

  /** A line's step, counted from 1970 on. */
  at(id: string, step: number): Step {
    return meansOf(this.#sumsAt(id, step));
  }

  /** A line's last ten minutes as one, up to the last step that is complete. */
  sum(id: string, now: number): Sum {
    const total: Sums = { attempts: 0, failures: 0, rtt: 0, answers: 0 };
    const current = stepOf(now);
    for (let step = current - steps + 1; step < current; step += 1) {
      const sums = this.#sumsAt(id, step);
      if (sums !== undefined) into(total, sums);
    }
    return { ...meansOf(total), attempts: total.attempts };
  }

  #sumsAt(id: string, step: number): Sums | undefined {
    const sums = this.#lines.get(id)?.ring[step % steps];
    return sums?.step === step ? sums : undefined;
  }
}

/** The step that holds the moment (seconds since 1970), counted from 1970 on. */
export function stepOf(now: number): number {
  return Math.floor(now / stepSeconds);
}

/** Counters that fell belong to a prober that began anew: all that it has counted is new. */
function grownBy(last: TargetRecord, told: TargetRecord): Sums {
  const isNew = told.attempts < last.attempts;
  const attempts = told.attempts - (isNew ? 0 : last.attempts);
  const failures = Math.max(0, told.failures - (isNew ? 0 : last.failures));
  const count = (record: TargetRecord): number => (record.rtts?.counts ?? []).reduce((sum, each) => sum + each, 0);
  const answers = count(told) - (isNew ? 0 : count(last));
  const rtt = (told.rtts?.sum ?? 0) - (isNew ? 0 : (last.rtts?.sum ?? 0));
  if (told.rtts !== undefined) return { attempts, failures, rtt: Math.max(0, rtt), answers: Math.max(0, answers) };
  const answered = told.rtt !== null && attempts > failures;
  return { attempts, failures, rtt: answered ? (told.rtt ?? 0) : 0, answers: answered ? 1 : 0 };
}

function add(ring: Line["ring"], grown: Sums, step: number): void {
  const place = step % steps;
  const known = ring[place];
  if (known?.step === step) into(known, grown);
  else ring[place] = { ...grown, step };
}

function into(total: Sums, { attempts, failures, rtt, answers }: Sums): void {
  total.attempts += attempts;
  total.failures += failures;
  total.rtt += rtt;
  total.answers += answers;
}

function meansOf(sums: Sums | undefined): Step {
  if (sums === undefined || sums.attempts === 0) return { loss: null, rtt: null };
  return {
    loss: Math.min(1, sums.failures / sums.attempts),
    rtt: sums.answers === 0 ? null : sums.rtt / sums.answers,
  };
}
