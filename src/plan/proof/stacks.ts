import { limits } from "../limits.ts";
import type { ProofRow } from "../types.ts";
import { type ProofInput, proofRow } from "./row.ts";

/** Stacks stay small enough to preview, and the lab small enough for one machine. */
export function stackRows({ plan }: ProofInput): readonly ProofRow[] {
  const azure = plan.slices.filter((slice) => slice.target === "azure");
  const [first, ...rest] = azure;
  if (first === undefined) return [];
  const largest = rest.reduce((most, slice) => (slice.resources > most.resources ? slice : most), first);
  const lab = plan.slices.filter((slice) => slice.target === "lab").reduce((sum, slice) => sum + slice.resources, 0);
  return [
    proofRow({
      group: "stacks",
      what: `resources in the largest stack, ${largest.stack}`,
      demand: largest.resources,
      limit: limits.resourcesPerStack.value,
      unit: "resources",
      source: limits.resourcesPerStack.source,
    }),
    proofRow({
      group: "stacks",
      what: "resources in the whole lab",
      demand: lab,
      limit: limits.labResources.value,
      unit: "resources",
      source: limits.labResources.source,
    }),
  ];
}
