import { type Plan, type ProofGroup, type ProofRow, proofGroups } from "../types.ts";
import { no, number, table, wrap, yes } from "./table.ts";

const titles: Record<ProofGroup, string> = {
  gateway: "Gateway",
  lines: "Sites and lines",
  Azure: "Cloud desks",
  addresses: "Addresses",
  people: "People",
  stacks: "Stacks",
};

/** Rows of one group that are shown; of more, those that break or come closest. */
const mostRows = 20;

/** The proof, group by group, its sources numbered below. */
export function proofText(plan: Plan): string {
  const sources = [...new Set(plan.proof.map((row) => row.source))];
  const rows = proofGroups.flatMap((group) =>
    groupRows(
      titles[group],
      plan.proof.filter((row) => row.group === group),
      sources,
    ),
  );
  const columns = [
    { head: "What" },
    { head: "Demand", align: "right" },
    { head: "Limit", align: "right" },
    { head: "Unit" },
    { head: "Left", align: "right" },
    { head: "Breaks at", align: "right" },
    { head: "", align: "center" },
    { head: "", align: "right" },
  ] as const;
  const legend = sources.map((source, index) => `[${index + 1}] ${source}`);
  return ["Proof", table(columns, rows), ...legend].join("\n");
}

function groupRows(title: string, all: readonly ProofRow[], sources: readonly string[]): string[][] {
  const closest = new Set(all.toSorted((a, b) => used(b) - used(a)).slice(0, mostRows));
  const shown = all.filter((row) => closest.has(row) || !row.holds);
  const rows = shown.map((row) => [
    wrap(row.what, 44)
      .map((line) => `  ${line}`)
      .join("\n"),
    number(row.demand),
    number(row.limit),
    row.unit,
    number(row.headroom),
    row.breaksAtDesks === undefined
      ? number(row.breaksAt)
      : `${number(row.breaksAt)}\n${number(row.breaksAtDesks)} desks`,
    row.holds ? yes : no,
    `[${sources.indexOf(row.source) + 1}]`,
  ]);
  const rest = all.length - shown.length;
  const more = `  … and ${number(rest)} more, all with more left (--json shows all)`;
  return [...(rows.length === 0 ? [] : [spanning(title)]), ...rows, ...(rest === 0 ? [] : [spanning(more)])];
}

/** A row that says one thing only. */
function spanning(text: string): string[] {
  return [text, "", "", "", "", "", "", ""];
}

function used(row: ProofRow): number {
  return row.limit === 0 ? Infinity : row.demand / row.limit;
}

/** What the vendor recommends, and what to do where it is not followed. */
export function adviceText(plan: Plan): string {
  if (plan.advice.length === 0) return "";
  const rows = plan.advice.map((advice) => [
    [...wrap(advice.what, 44), ...wrap(advice.source, 44)].join("\n"),
    number(advice.demand),
    number(advice.recommended),
    advice.passedAtDesks === undefined ? "" : `${number(advice.passedAtDesks)} desks`,
    advice.followed ? yes : no,
    advice.followed ? "" : wrap(advice.remedy, 30).join("\n"),
  ]);
  const columns = [
    { head: "What" },
    { head: "Demand", align: "right" },
    { head: "Advice", align: "right" },
    { head: "Passed at", align: "right" },
    { head: "", align: "center" },
    { head: "What to do" },
  ] as const;
  return ["Recommendations of the vendor: nothing is refused for them", table(columns, rows)].join("\n");
}

/** What the loss of one part takes with it. */
export function riskText(plan: Plan): string {
  if (plan.risks.length === 0) return "";
  const rows = plan.risks
    .slice(0, mostRows)
    .map((risk) => [risk.what, number(risk.desks), number(risk.people), wrap(risk.why, 44).join("\n")]);
  const columns = [
    { head: "What if", width: 46 },
    { head: "Desks", align: "right" },
    { head: "People", align: "right" },
    { head: "Why" },
  ] as const;
  const rest = plan.risks.length - rows.length;
  const more = rest === 0 ? [] : [`… and ${number(rest)} more, smaller ones (--json shows all)`];
  return [`Risks: desks and people cut off until the part is back`, table(columns, rows), ...more].join("\n");
}
