import type { EngineStep } from "../impact.ts";

const signs: Readonly<Record<string, string>> = { update: "~", delete: "-", replace: "±", import: "=" };
const shownAtMost = 20;
/** A host's parts have its name before their own. */
const partOfHost = /^(.+-\d{5,})(?:-.+)?$/;

/** What is there already and would not stay as it is: one line each, a host's parts together, by stack and name. */
export function stepLines(steps: readonly EngineStep[]): readonly string[] {
  const groups = new Map<string, { first: string; count: number; diff: Set<string> }>();
  for (const { op, stack, name, diff } of steps) {
    const sign = signs[op];
    if (sign === undefined) continue;
    const first = `${stack} ${partOfHost.exec(name)?.[1] ?? name}`;
    const key = `${first} ${sign}`;
    const group = groups.get(key) ?? { first: `  ${sign} ${first}`, count: 0, diff: new Set<string>() };
    group.count += 1;
    for (const path of diff) group.diff.add(path);
    groups.set(key, group);
  }
  const lines = [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([, { first, count, diff }]) => {
      const parts = count > 1 ? ` (${count} resources)` : "";
      return `${first}${parts}${diff.size > 0 ? `: ${[...diff].join(", ")}` : ""}`;
    });
  if (lines.length <= shownAtMost) return lines;
  return [...lines.slice(0, shownAtMost), `  … and ${lines.length - shownAtMost} more`];
}
