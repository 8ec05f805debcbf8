import { type Failure, isOutOfReach, printable, wordsOf } from "./ssh/failure.ts";
import type { Command, Result, Target } from "./ssh/target.ts";
import type { Done, Task } from "./ssh/wire.ts";
import { type Step, StepError } from "./step.ts";

/** Something that is to be so at a desk, as data: how it is looked at, and how it is made. */
export interface Recipe {
  /** A step's name, such as `client`. */
  readonly name: string;
  readonly change: string;
  readonly look: Command;
  /** Reads the look's answer. A program that ends with an error is an answer too. */
  readonly isSo: (result: Result) => boolean | Promise<boolean>;
  /** One after another; the first that does not end with 0 is the last. Made when they are needed: they may hold secrets. */
  readonly make: () => readonly Command[] | Promise<readonly Command[]>;
}

/** Runs commands at one host (see `SshPool`). */
export interface Hands {
  do(task: Task, signal?: AbortSignal): Promise<Done>;
}

/** A recipe as a step at a host. */
export function deskStep(subject: string, target: Target, recipe: Recipe, hands: Hands): Step {
  const { name, change, look, isSo, make } = recipe;
  return {
    subject,
    name,
    where: target.name,
    change,
    check: async (signal) => {
      const { results, failure } = await hands.do({ target, commands: [look] }, signal);
      if (failure !== undefined) throw stepErrorOf(failure);
      const [answer] = results;
      if (answer === undefined) throw new StepError("failed", `${target.name} gave no answer`);
      return await isSo(answer);
    },
    apply: async (signal) => {
      const { results, failure } = await hands.do({ target, commands: await made(make) }, signal);
      if (failure !== undefined) throw stepErrorOf(failure);
      const last = results.at(-1);
      if (last !== undefined && last.code !== 0) throw new StepError("failed", `${target.name}: ${endOf(last)}`);
    },
  };
}

/** What a command is made of may come from a vendor. */
async function made(make: Recipe["make"]): Promise<readonly Command[]> {
  try {
    return await make();
  } catch (error) {
    throw new StepError("failed", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Whoever could not be asked says nothing of the step. */
export function stepErrorOf(failure: Failure): StepError {
  return new StepError(isOutOfReach(failure) ? "unreachable" : "failed", wordsOf(failure));
}

/** How it ended, and the last words that it said. */
function endOf({ code, signal, stderr }: Result): string {
  const words = printable(stderr.trim().split("\n").at(-1) ?? "");
  const end = code === null ? `ended by ${signal ?? "a signal"}` : `ended with ${code}`;
  return words === "" ? end : `${end}: ${words}`;
}
