import type { Change } from "../diff.ts";
import type { Plan } from "../types.ts";
import { number, table } from "./table.ts";

/** What a change means to people, worst first. */
export function diffText(before: Plan, after: Plan, changes: readonly Change[]): string {
  const head = `from ${stageText(before)}\nto   ${stageText(after)}`;
  if (changes.length === 0) return `${head}\n\nNothing changes for anybody.`;
  return `${head}\n\n${changeTable(changes)}`;
}

/** Changes as they come, one a row. */
export function changeTable(changes: readonly Change[]): string {
  const rows = changes.map((change) => [
    change.effect,
    number(change.people),
    change.minutes === undefined ? "" : number(change.minutes),
    change.text,
  ]);
  const columns = [
    { head: "Effect" },
    { head: "People", align: "right" },
    { head: "Minutes", align: "right" },
    { head: "What happens", width: 78 },
  ] as const;
  return table(columns, rows);
}

function stageText(plan: Plan): string {
  return `${plan.fleet}, stage ${plan.stage} (${number(plan.desks)} desks)`;
}
