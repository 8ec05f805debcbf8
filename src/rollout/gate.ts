/** Something that must hold between two waves, by the fleet's own Prometheus. */
export interface Check {
  /** In words, such as `desks that answer`. */
  readonly what: string;
  /** PromQL that gives one value. */
  readonly query: string;
  readonly bound: "at least" | "at most";
  readonly limit: number;
  /** PromQL that says of how many samples the value is, and how many make it worth anything. */
  readonly sample?: { readonly query: string; readonly least: number };
}

/** What Prometheus answered; null where it had no data, or no number. */
export interface Answer {
  readonly value: number | null;
  /** Of how many samples; null likewise, and where nothing was asked. */
  readonly sample: number | null;
}

export interface Gate {
  readonly passed: boolean;
  /** As the journal keeps them, in the order of the checks. */
  readonly figures: readonly { readonly query: string; readonly value: number | null; readonly limit: number }[];
  /** Each check that did not hold; undefined where all did. */
  readonly why: string | undefined;
}

/** What Prometheus gives for a query that is to have one value. More than one is no answer to the question. */
export function valueOf(values: readonly number[]): number | null {
  const [value] = values;
  return values.length === 1 && value !== undefined && Number.isFinite(value) ? value : null;
}

/** Lets the next wave go only if each check holds. Nobody knows, and too few to know, are no. */
export function judgeGate(checks: readonly Check[], answers: readonly Answer[]): Gate {
  if (answers.length !== checks.length) throw new Error(`${answers.length} answers to ${checks.length} checks`);
  const wrong = checks.flatMap((check, nth) => faultOf(check, answers[nth] ?? { value: null, sample: null }) ?? []);
  return {
    passed: wrong.length === 0,
    figures: checks.map(({ query, limit }, nth) => ({ query, value: answers[nth]?.value ?? null, limit })),
    why: wrong.length === 0 ? undefined : wrong.join("; "),
  };
}

function faultOf({ what, bound, limit, sample }: Check, answer: Answer): string | undefined {
  if (answer.value === null) return `${what}: Prometheus has no data`;
  if (sample !== undefined && (answer.sample === null || answer.sample < sample.least)) {
    return `${what}: of ${answer.sample ?? 0} samples, and at least ${sample.least} are needed`;
  }
  const holds = bound === "at least" ? answer.value >= limit : answer.value <= limit;
  return holds ? undefined : `${what}: ${answer.value}, and ${bound} ${limit} is asked`;
}
