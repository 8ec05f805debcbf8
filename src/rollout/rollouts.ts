import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../files.ts";
import { readJournal } from "./journal/journal.ts";
import type { Standing } from "./journal/standing.ts";
import { digestOf, readPlan, type SavedPlan, SavedPlanError } from "./saved-plan.ts";
import { seatStep } from "./seat-steps.ts";

/** A roll-out's folder: what was agreed to, and what was done. Its name is the day it was made and a number. */
export interface Rollout {
  readonly name: string;
  readonly planFile: string;
  readonly journalFile: string;
}

export interface Told extends Rollout {
  readonly plan: SavedPlan;
  readonly standing: Standing;
}

const names = /^\d{4}-\d{2}-\d{2}-\d+$/;

function rollout(folder: string, name: string): Rollout {
  return {
    name,
    planFile: join(folder, name, "plan.json"),
    journalFile: join(folder, name, "journal.jsonl"),
  };
}

/** All of a folder, the oldest first; none where there is no folder. */
export async function listRollouts(folder: string): Promise<readonly Rollout[]> {
  const found = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  const key = (name: string): readonly [string, number] => [name.slice(0, 10), Number(name.slice(11))];
  return (
    found
      .filter((name) => names.test(name))
      .toSorted((one, other) => {
        const [[day, nth], [otherDay, otherNth]] = [key(one), key(other)];
        return day === otherDay ? nth - otherNth : day < otherDay ? -1 : 1;
      })
      .map((name) => rollout(folder, name))
      // One that was killed before its plan was kept has done nothing.
      .filter(({ planFile }) => existsSync(planFile))
  );
}

/** A new one, with its folder made. `day`: YYYY-MM-DD. */
export async function newRollout(folder: string, day: string): Promise<Rollout> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let nth = 1; ; nth += 1) {
    const name = `${day}-${nth}`;
    try {
      await mkdir(join(folder, name), { mode: 0o700 });
      return rollout(folder, name);
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}

/** Throws SavedPlanError and JournalReadError. */
export async function lookAt(found: Rollout): Promise<Told> {
  const [plan, standing] = [await readPlan(found.planFile), await readJournal(found.journalFile)];
  if (standing.plan !== undefined && standing.plan !== digestOf(plan)) {
    throw new SavedPlanError(`${found.planFile}: it was changed since the roll-out began: restore it from a copy`);
  }
  return { ...found, plan, standing };
}

/** How the last run ended; `open`: it is at work, or was killed. */
export type State = "not begun" | "open" | "complete" | "drained" | "aborted" | "failed";

export function stateOf({ runs, open }: Standing): State {
  if (open !== undefined) return "open";
  return [...runs.values()].at(-1)?.end?.how ?? "not begun";
}

/**
 * Accounts that were given a seat since then (ISO 8601 in UTC), or may have been: a step that was let go, or failed, may
 * have come about at the vendor all the same.
 */
export function newcomersOf(standings: readonly Standing[], since: string): ReadonlySet<string> {
  return new Set(
    standings.flatMap(({ steps }) =>
      [...steps.values()].flatMap(({ intent, state, outcome, attempts }) => {
        const hadIt = state === "unchanged" && attempts === 1;
        const isRecent = Date.parse((outcome ?? intent).at) >= Date.parse(since);
        return intent.name === seatStep && !hadIt && isRecent ? [intent.subject] : [];
      }),
    ),
  );
}
