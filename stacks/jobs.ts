import type { Fleet } from "../src/fleet/schema.ts";
import type { Job } from "../src/inventory.ts";

/** The units' data processing, which the watch of every target looks after. */
export function jobsOf({ units, timezone }: Fleet): readonly Job[] {
  return units.flatMap((unit) => unit.jobs.map(({ id, every, by }) => ({ unit: unit.id, id, every, by, timezone })));
}
