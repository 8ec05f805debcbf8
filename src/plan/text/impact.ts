import type { Impact } from "../impact.ts";
import { changeTable } from "./diff.ts";
import { number } from "./table.ts";

/** What an update means to people, worst first, and what goes only where the user says so. */
export function impactText(impact: Impact): string {
  const { create, update, replace, delete: gone } = impact.counts;
  const counts =
    `In Azure: ${number(create)} to make, ${number(update)} to change, ${number(replace)} to make anew, ` +
    `${number(gone)} to take away`;
  if (impact.changes.length === 0) return `${counts}\nNothing changes for anybody.`;
  const refused =
    impact.refused.length === 0
      ? []
      : [
          `${number(impact.refused.length)} of these ${impact.refused.length === 1 ? "goes" : "go"} only where you say so:`,
          ...impact.refused.map(({ subject, effect }) => `  ${subject}: ${effect}`),
        ];
  return [counts, changeTable(impact.changes), ...refused].join("\n");
}
