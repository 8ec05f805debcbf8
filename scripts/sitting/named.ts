import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { LockError } from "../../src/lock.ts";
import { KeysError } from "../../src/sitting/keys.ts";
import { type Sitting, sittingsOf } from "../../src/sitting/sitting.ts";
import { CommandError } from "../cli.ts";
import { targetFolder } from "../rollout/folder.ts";

/** What the subcommands of `sitting` share. */

export const sittingArg = {
  type: "positional",
  required: true,
  valueHint: "ID",
  description: "the sitting, by its id in the fleet file",
} as const;

type Fleet = Parameters<typeof sittingsOf>[0];
type People = Parameters<typeof sittingsOf>[1];

/** Throws CommandError for one that the fleet has not. */
export function sittingNamed(fleet: Fleet, people: People, id: string): Sitting {
  const all = sittingsOf(fleet, people);
  const found = all.find((sitting) => sitting.id === id);
  if (found !== undefined) return found;
  const choices =
    all.length === 0 ? "the fleet file has none" : `choose one of: ${all.map((each) => each.id).join(", ")}`;
  throw new CommandError(`no sitting "${id}"; ${choices}`, 2);
}

/** Throws CommandError for a sitting that has ended at that moment, milliseconds since 1970. */
export function refuseOver({ id, end }: Sitting, now: number): void {
  if (end <= now) throw new CommandError(`the sitting ${id} is over: give it a new date in the fleet file`);
}

/** Throws CommandError. */
export async function asCommandError<Found>(work: () => Promise<Found>): Promise<Found> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeysError || error instanceof LockError)
      throw new CommandError(error.message, 1, { cause: error });
    throw error;
  }
}

/** A file of the target's, in a folder that is there. */
export async function targetFile(target: "lab" | "azure", name: string): Promise<string> {
  const folder = targetFolder(target);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, name);
}
