import type { ArgsDef } from "citty";
import { JournalReadError } from "../../src/rollout/journal/errors.ts";
import { listRollouts, lookAt, type Rollout, type Told } from "../../src/rollout/rollouts.ts";
import { SavedPlanError } from "../../src/rollout/saved-plan.ts";
import { CommandError } from "../cli.ts";

export const nameArg = {
  name: {
    type: "positional",
    required: false,
    valueHint: "ROLLOUT",
    description: "which one, such as 2020-03-12-1 (default: the last)",
  },
} as const satisfies ArgsDef;

/** Throws CommandError. */
export async function rolloutOf(folder: string, name: string | undefined): Promise<Rollout> {
  const all = await listRollouts(folder);
  const found = name === undefined ? all.at(-1) : all.find((each) => each.name === name);
  if (found !== undefined) return found;
  if (all.length === 0) throw new CommandError("there is no roll-out yet: rollout plan shows what one would do");
  const last = all.slice(-10).map((each) => each.name);
  throw new CommandError(`no roll-out "${name}"; the last ones are ${last.join(", ")}`, 2);
}

/** Throws CommandError where what was kept cannot be read. */
export async function look(found: Rollout): Promise<Told> {
  try {
    return await lookAt(found);
  } catch (error) {
    if (!(error instanceof SavedPlanError) && !(error instanceof JournalReadError)) throw error;
    throw new CommandError(`roll-out ${found.name}: ${error.message}`, 1, { cause: error });
  }
}
