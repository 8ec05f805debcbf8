import { type LabelName, type Matcher, type ScalarName, select } from "../../src/metrics.ts";

/** Several exporters may read one report: each figure counts once. */
export function once<Name extends ScalarName>(
  name: Name,
  by: string,
  matchers: Partial<Record<LabelName<Name>, Matcher>> = {},
): string {
  return `max by (fleet, ${by}) (${select(name, matchers)})`;
}
