import type { RolloutFigures, SeatFigures } from "../../seats-report.ts";
import type { Delta } from "../delta.ts";
import type { Result } from "../journal/entries.ts";
import { type Standing, subjectStates } from "../journal/standing.ts";
import type { Seats } from "../licences/provider.ts";
import { stateOf } from "../rollouts.ts";
import type { SavedPlan } from "../saved-plan.ts";

/** Seats as the exporter tells them: counts alone. `at`, `expires`: ISO 8601 in UTC. */
export function seatFigures(delta: Delta, vendor: Seats, at: string, expires: string | undefined): SeatFigures {
  const waiting = (body: string, why: "quota" | "vendor"): number =>
    delta.wait.filter((each) => each.person.body === body && each.why === why).length;
  return {
    at,
    total: vendor.total,
    used: vendor.used,
    expires: expires ?? null,
    strangers: delta.strangers.length,
    bodies: delta.seats.map(({ body, quota, used, reserved }) => ({
      body,
      total: quota,
      used,
      reserved,
      waiting: { quota: waiting(body, "quota"), vendor: waiting(body, "vendor") },
    })),
  };
}

/** A roll-out as the exporter tells it. `progress`: when its journal last grew, ISO 8601 in UTC. */
export function rolloutFigures(
  name: string,
  plan: Pick<SavedPlan, "waves" | "soakSeconds">,
  standing: Standing,
  progress: string | undefined,
): RolloutFigures {
  const [first] = standing.runs.values();
  return {
    name,
    state: stateOf(standing),
    began: first?.begun.at ?? null,
    progress: progress ?? null,
    soakSeconds: plan.soakSeconds,
    waves: plan.waves.map((subjects, nth) => {
      const wave = nth + 1;
      const people = standing.waves.has(wave) ? subjectStates(standing, wave) : { waiting: subjects.length };
      return { wave, people, steps: outcomesOf(standing, wave) };
    }),
  };
}

/** Of all runs together: a step that failed and came through later counts as both, so that no count ever falls. */
function outcomesOf({ runs }: Standing, wave: number): Partial<Record<Result, number>> {
  const sum: Partial<Record<Result, number>> = {};
  for (const { outcomes } of runs.values()) {
    for (const [result, count] of Object.entries(outcomes.get(wave) ?? {}) as [Result, number][]) {
      sum[result] = (sum[result] ?? 0) + count;
    }
  }
  return sum;
}
