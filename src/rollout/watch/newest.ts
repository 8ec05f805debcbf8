import type { RolloutFigures } from "../../seats-report.ts";
import { Follower } from "../journal/follow.ts";
import { Fold } from "../journal/standing.ts";
import { listRollouts, type Rollout } from "../rollouts.ts";
import { readPlan, type SavedPlan } from "../saved-plan.ts";
import { rolloutFigures } from "./figures.ts";

interface Followed {
  readonly rollout: Rollout;
  readonly plan: SavedPlan;
  readonly follower: Follower;
  fold: Fold;
  progress: string | undefined;
}

/** Follows the newest roll-out of a folder while it is at work, without its lock: a look reads what is new. */
export class NewestRollout {
  readonly #folder: string;
  #followed: Followed | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** null where there is none yet. Looks do not overlap. Throws SavedPlanError, JournalReadError and OrderError. */
  async look(): Promise<RolloutFigures | null> {
    const newest = (await listRollouts(this.#folder)).at(-1);
    if (newest === undefined) return null;
    if (this.#followed?.rollout.name !== newest.name) this.#followed = await follow(newest);
    const followed = this.#followed;
    try {
      const { entries, replaced } = await followed.follower.read();
      if (replaced) Object.assign(followed, { fold: new Fold(), progress: undefined });
      for (const entry of entries) {
        followed.fold.add(entry);
        followed.progress = entry.at;
      }
    } catch (error) {
      // What was read of it may be half a truth: the next look begins at its first line.
      this.#followed = undefined;
      throw error;
    }
    return rolloutFigures(newest.name, followed.plan, followed.fold.standing, followed.progress);
  }
}

async function follow(rollout: Rollout): Promise<Followed> {
  const plan = await readPlan(rollout.planFile);
  return { rollout, plan, follower: new Follower(rollout.journalFile), fold: new Fold(), progress: undefined };
}
