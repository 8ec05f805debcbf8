import { number, table } from "../src/plan/text/table.ts";
import type { Plan } from "../src/plan/types.ts";
import { forecast } from "../src/probe/forecast.ts";

/** What `plan` prints of the watch: how soon a failure is known, and how seldom one that is none. */
export function watchText(plan: Plan): string {
  const columns = [
    { head: "Watched" },
    { head: "How many", align: "right" },
    { head: "Asked by" },
    { head: "Each", align: "right" },
    { head: "Down after", align: "right" },
    { head: "Known within", align: "right" },
    { head: "False downs a month, 1 % loss", align: "right" },
  ] as const;
  const rows = forecast(plan).map((each) => [
    `${each.kind}s`,
    number(each.targets),
    each.method,
    `${each.interval} s`,
    `${each.misses} misses`,
    `${each.downWithin} s`,
    each.falseDownsPerMonth.toLocaleString("en-US", { maximumSignificantDigits: 2 }),
  ]);
  return `Watch\n${table(columns, rows)}`;
}
