import { setTimeout as wait } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { powerName } from "../../stacks/azure/ids.ts";
import { CommandError, note } from "../cli.ts";
import { unlock, type EngineContext } from "../engine.ts";
import { RemovalError, removeStack, UpdateError, type Upped, upStack } from "../stack-up.ts";
import { adopt } from "./adopt.ts";
import { givenAlready, isPassing, wantsVaultRecovered } from "./failures.ts";

export interface Patience {
  /** Attempts at one thing before its failure is told. */
  readonly tries: number;
  /** Seconds between them: doubled each time. */
  readonly waitSeconds: number;
  /** Aborted where no more is to be begun. */
  readonly stop: AbortSignal;
}

/** Does again what Azure refused in passing: too many requests, a server's error, a lost answer. Throws CommandError. */
export async function patiently<Result>(
  name: string,
  patience: Patience,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      // A try that took something away has got further, and there is an end to it: those before it are forgotten.
      if (error instanceof RemovalError && error.removed > 0) failures = 1;
      if (!(error instanceof CommandError) || !mayPass(error, failures, patience)) throw error;
      await pause(name, error, patience.waitSeconds * 2 ** (failures - 1), patience.stop);
    }
  }
}

function mayPass({ message }: CommandError, failures: number, { tries, stop }: Patience): boolean {
  return failures < tries && !stop.aborted && isPassing(message);
}

async function pause(name: string, { message }: CommandError, seconds: number, signal: AbortSignal): Promise<void> {
  note(`${name}: ${firstFailure(message)}; again in ${seconds} s`);
  await wait(seconds * 1000, undefined, { signal });
}

/** Makes a stack ready for an update: no lock of a dead process, and nothing in Azure that its state does not know. */
export async function settleAzure(context: EngineContext, stack: Stack, patience: Patience): Promise<void> {
  unlock(context, stack.name);
  tellAdopted(stack, (await patiently(stack.name, patience, () => adopt(stack))).adopted);
}

/** Takes a stack down, as far as it goes each time. */
export async function takeDown(stack: Stack, patience: Patience): Promise<void> {
  await patiently(stack.name, patience, () => removeStack(stack));
}

/** Operations at once in one stack: more only meet Azure's limits on requests sooner (16 is the engine's own). */
const operationsAtOnce = 8;

/**
 * Brings a stack to its program, as often as failures may pass; whatever Azure made meanwhile is adopted, not made
 * again. Throws CommandError.
 */
export async function bringUp(context: EngineContext, stack: Stack, patience: Patience): Promise<Upped> {
  let failures = 0;
  for (;;) {
    try {
      return await upStack(stack, operationsAtOnce);
    } catch (error) {
      if (!(error instanceof UpdateError) || patience.stop.aborted) throw error;
      unlock(context, stack.name);
      const { adopted, foreign } = await patiently(stack.name, patience, () => adopt(stack, error.failed));
      tellAdopted(stack, adopted);
      if (foreign.length > 0) throw new CommandError(`${error.message}\n${toldForeign(foreign)}`, 1, { cause: error });
      if (wantsVaultRecovered(error.message) && !(await recoversVault(stack))) {
        note(`${stack.name}: the key vault was deleted and is recovered`);
        await stack.setConfig(recoverVault, { value: "true" });
        continue;
      }
      if (await leavesPower(stack, givenAlready(error.failed))) continue;
      // A try that found something has got further: it is not counted.
      if (adopted.length === 0) failures += 1;
      if (!mayPass(error, failures, patience)) throw error;
      const seconds = adopted.length > 0 ? 0 : patience.waitSeconds * 2 ** (failures - 1);
      await pause(stack.name, error, seconds, patience.stop);
    }
  }
}

const recoverVault = "deskbridge:recoverVault";

async function recoversVault(stack: Stack): Promise<boolean> {
  return (await stack.getAllConfig())[recoverVault] !== undefined;
}

const givenPower = "deskbridge:givenPower";

/** Notes the roles that somebody else has given, which the program then leaves alone; false where none is new. */
async function leavesPower(stack: Stack, names: readonly string[]): Promise<boolean> {
  const powers = names.filter((name) => name.startsWith(powerName("")));
  if (powers.length === 0) return false;
  const known = JSON.parse((await stack.getAllConfig())[givenPower]?.value ?? "[]") as readonly string[];
  const fresh = powers.filter((name) => !known.includes(name));
  if (fresh.length === 0) return false;
  await stack.setConfig(givenPower, { value: JSON.stringify([...known, ...fresh]) });
  note(`${stack.name}: ${fresh.join(", ")}: somebody has given this role already; it is left as it is`);
  return true;
}

function tellAdopted(stack: Stack, urns: readonly string[]): void {
  if (urns.length === 0) return;
  const names = urns.map((urn) => urn.split("::").at(-1));
  const shown = names.slice(0, 3).join(", ");
  note(`${stack.name}: found in Azure and adopted: ${shown}${names.length > 3 ? ` and ${names.length - 3} more` : ""}`);
}

function toldForeign(ids: readonly string[]): string {
  return (
    `in Azure already, and by its tags not this stack's:\n${ids.map((id) => `  ${id}`).join("\n")}\n` +
    "take it away, or name it under adopt: in the tenancy file where that is allowed; it was not touched"
  );
}

/** The first line that says what went wrong; that the update failed is known. */
function firstFailure(words: string): string {
  const lines = words.split("\n").filter((each) => !/error: (?:update|refresh|destroy) failed$/.test(each));
  const line = lines.find((each) => /error:/i.test(each)) ?? lines.at(-1) ?? "";
  return line.replace(/^\s*error:\s*/i, "").slice(0, 200);
}
