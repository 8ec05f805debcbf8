import type { Fleet, FleetStage } from "../fleet/schema.ts";
import { apportion } from "./apportion.ts";

/**
 * Videoconference seats of each body at a stage, in file order. The file gives them for the last stage; an earlier
 * stage's total is split in proportion to them, so that seats only ever grow.
 */
export function stageSeats(fleet: Fleet, stage: FleetStage): readonly number[] {
  const full = fleet.bodies.map((body) => body.seats);
  if (stage.name === fleet.stages.at(-1)?.name) return full;
  const total = full.reduce((sum, seats) => sum + seats, 0);
  return apportion(Math.min(stage.seats, total), full.map(BigInt));
}
