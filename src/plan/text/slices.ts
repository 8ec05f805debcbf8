import type { Plan, SlicePlan } from "../types.ts";
import { number, table } from "./table.ts";

/** The stacks; those of one pool's hosts on one line. */
export function sliceText({ slices: all }: Pick<Plan, "slices">): string {
  const groups = Map.groupBy(all, (slice) =>
    slice.pool === undefined ? slice.stack : `${slice.target} ${slice.pool}`,
  );
  const rows = [...groups.values()].map((slices) => {
    const resources = slices.map((slice) => slice.resources);
    const total = resources.reduce((sum, count) => sum + count, 0);
    return [nameOf(slices), number(slices.length), number(Math.max(...resources)), number(total), afterOf(slices)];
  });
  const columns = [
    { head: "Stack", width: 48 },
    { head: "Stacks", align: "right" },
    { head: "Largest", align: "right" },
    { head: "Resources", align: "right" },
    { head: "After", width: 36 },
  ] as const;
  return `Stacks\n${table(columns, rows)}`;
}

function nameOf(slices: readonly SlicePlan[]): string {
  const [first, second] = slices;
  if (second === undefined) return first?.stack ?? "";
  return `${first?.stack} … ${slices.length}`;
}

function afterOf([first]: readonly SlicePlan[]): string {
  if (first === undefined || first.after.length === 0) return "";
  return first.kind === "watch" ? `all of ${first.target}` : first.after.join(", ");
}
