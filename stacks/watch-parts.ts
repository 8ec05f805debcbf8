import type { Fleet } from "../src/fleet/schema.ts";
import type { InventoryPart, Job } from "../src/inventory.ts";
import { deskTargets } from "../src/plan/desks.ts";

/** What the watch of every target hands over: it follows from the fleet alone. */
export function watchPart(fleet: Fleet): Partial<InventoryPart> {
  return { jobs: [...jobsOf(fleet)], deskTargets: [...deskTargets(fleet)] };
}

/** The units' data processing. */
function jobsOf({ units, timezone }: Fleet): readonly Job[] {
  return units.flatMap((unit) => unit.jobs.map(({ id, every, by }) => ({ unit: unit.id, id, every, by, timezone })));
}
