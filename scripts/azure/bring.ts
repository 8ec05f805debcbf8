import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { note } from "../cli.ts";
import { dropDeadLocks, type EngineContext } from "../engine.ts";
import { type Upped, upStack } from "../stack-up.ts";
import { adoptExisting, adoptPending } from "./adopt.ts";
import { existingIds, isTransient } from "./failures.ts";

export interface Patience {
  /** Updates of one stack before its failure is told. */
  readonly tries: number;
  /** Seconds between them: doubled each time. */
  readonly waitSeconds: number;
}

/** Makes a stack ready for an update: no lock of a dead process, and nothing in Azure that its state does not know. */
export async function settleAzure(context: EngineContext, stack: Stack): Promise<void> {
  await dropDeadLocks(context, stack);
  tellAdopted(stack, await adoptPending(stack));
}

/**
 * Brings a stack to its program. Azure is told again what failed for a passing reason (too many requests, a server's
 * error, a lost answer), a bounded number of times; whatever it made meanwhile is adopted, not made again.
 */
export async function bringUp(stack: Stack, patience: Patience): Promise<Upped> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await upStack(stack);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const existing = existingIds(words);
      if (attempt >= patience.tries || (existing.length === 0 && !isTransient(words))) throw error;
      const seconds = existing.length > 0 ? 0 : patience.waitSeconds * 2 ** (attempt - 1);
      note(`${stack.name}: ${firstFailure(words)}; again in ${seconds} s (${attempt} of ${patience.tries - 1})`);
      await wait(seconds * 1000);
      tellAdopted(stack, await adoptPending(stack));
      if (existing.length > 0) tellAdopted(stack, await adoptExisting(stack, existing));
    }
  }
}

function tellAdopted(stack: Stack, urns: readonly string[]): void {
  if (urns.length === 0) return;
  const names = urns.map((urn) => urn.split("::").at(-1));
  const shown = names.slice(0, 3).join(", ");
  note(`${stack.name}: found in Azure and adopted: ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`);
}

/** The first line that says what went wrong. */
function firstFailure(words: string): string {
  const line = words.split("\n").find((each) => /error:/i.test(each)) ?? words.split("\n").at(-1) ?? "";
  return line.replace(/^\s*error:\s*/i, "").slice(0, 200);
}
