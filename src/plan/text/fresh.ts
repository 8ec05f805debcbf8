import { gatewayMinutes } from "../limits.ts";
import type { SlicePlan } from "../types.ts";
import { sliceText } from "./slices.ts";
import { number } from "./table.ts";

/** Stacks that are not there yet, of which the engine's preview can say nothing. */
export function freshText(slices: readonly SlicePlan[]): string {
  const resources = slices.reduce((sum, slice) => sum + slice.resources, 0);
  const stacks = slices.length === 1 ? "1 stack" : `${number(slices.length)} stacks`;
  const { createAtLeast, create } = gatewayMinutes;
  const hub = slices.some(({ kind }) => kind === "hub")
    ? [`The hub's gateway takes ${createAtLeast} to ${create} minutes; all but the hub waits for it.`]
    : [];
  return [
    `New: ${stacks} with ${number(resources)} resources. What they need first, and what they cost: npx deskbridge plan`,
    sliceText({ slices }),
    ...hub,
  ].join("\n");
}
