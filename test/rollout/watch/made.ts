import type { Entry } from "../../../src/rollout/journal/entries.ts";
import { openJournal } from "../../../src/rollout/journal/journal.ts";
import { newRollout, type Rollout } from "../../../src/rollout/rollouts.ts";
import { digestOf, readPlan, savePlan } from "../../../src/rollout/saved-plan.ts";
import { at } from "../journal/samples.ts";

/** A roll-out of people in waves that was agreed to and not begun. */
export async function made(folder: string, waves: readonly (readonly string[])[]): Promise<Rollout> {
  const rollout = await newRollout(folder, "2026-11-27");
  await savePlan(rollout.planFile, {
    fleet: "f",
    stage: "s",
    target: "lab",
    provider: "livekit",
    made: at,
    subjects: waves
      .flat()
      .map((id) => ({ id, person: id, action: "seat", steps: ["seat"], body: "b", protected: false })),
    waves: waves.map((each) => [...each]),
    seats: [],
    caps: { failed: { count: 1, percent: 100 } },
    atOnce: 1,
    soakSeconds: 60,
    checks: [],
  });
  return rollout;
}

/** What a run of this plan wrote into its journal. */
export async function writing({ planFile, journalFile }: Rollout, ...entries: readonly Entry[]): Promise<void> {
  const plan = digestOf(await readPlan(planFile));
  const journal = await openJournal(journalFile, { secrets: [] });
  for (const entry of entries) await journal.append(entry.kind === "run" ? { ...entry, plan } : entry);
  await journal.close();
}
