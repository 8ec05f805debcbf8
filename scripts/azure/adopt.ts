import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { readState, writeState } from "../state.ts";
import { type FailedStep, refreshStack } from "../stack-up.ts";
import { type Settled, settledOf, unsettledOf } from "./unsettled.ts";

/** URNs of what was found and adopted; ids of what was found and is somebody else's. */
export type Found = Pick<Settled, "adopted" | "foreign">;

/**
 * A run that was killed, or lost an answer, may leave in Azure what the stack's state does not know. Nothing is made
 * twice: such resources are written into the state with the id that Azure gives them, and a refresh then reads what is
 * there, or drops what is not. `failed`: operations that have just failed. Being killed on the way loses nothing. Throws
 * CommandError.
 */
export async function adopt(stack: Stack, failed: readonly FailedStep[] = []): Promise<Found> {
  const before = await readState(stack);
  const unsettled = unsettledOf(before.deployment ?? {}, failed);
  if (unsettled === undefined) return { adopted: [], foreign: [] };
  await writeState(stack, { ...before, deployment: unsettled.state });
  if (unsettled.looked.length === 0) return { adopted: [], foreign: [] };
  await refreshStack(stack, unsettled.looked);
  const looked = await readState(stack);
  const settled = settledOf(looked.deployment ?? {}, unsettled);
  await writeState(stack, { ...looked, deployment: settled.state });
  return settled;
}
