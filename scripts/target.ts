import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Inventory } from "../src/inventory.ts";
import type { SlicePlan } from "../src/plan/types.ts";
import type { Upped } from "./stack-up.ts";

/** What differs between targets when all slices are brought up; the order and the inventory are the same for all. */
export interface TargetWork {
  /** Stacks at the same time. */
  readonly atOnce: number;
  /** Before anything changes: whether it can be done, and whether it is wanted. `stale`: stacks no longer planned. */
  readonly review: (stacks: readonly StackOfSlice[], stale: readonly Stack[]) => Promise<"go" | "stop">;
  /** Brings a stack to its slice; also one that a killed run left. */
  readonly bring: (stack: Stack, slice: SlicePlan) => Promise<Upped>;
  /** Takes away a stack that is no longer planned. */
  readonly remove: (stack: Stack) => Promise<void>;
  /** Once all is up: tells those who watch. */
  readonly tell: (inventory: Inventory) => Promise<void>;
}

export interface StackOfSlice {
  readonly slice: SlicePlan;
  readonly stack: Stack;
}
