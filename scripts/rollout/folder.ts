import { join } from "node:path";
import type { Target } from "../../src/plan/types.ts";
import { deskbridgeFolder, labSettings } from "../../stacks/lab/settings.ts";
import { inventoryFile } from "../inventory.ts";

/** Where a target's files of seats, roll-outs and sittings are. */

export function targetFolder(target: Target): string {
  return join(deskbridgeFolder(labSettings(process.env)), target);
}

export function rolloutsFolder(target: Target): string {
  return join(targetFolder(target), "rollouts");
}

/** What the exporter is told of seats and the newest roll-out. */
export function reportFile(target: Target): string {
  return join(targetFolder(target), "seats-report.json");
}

/** Where the inventory of what is up was written. */
export function inventoryPath(target: Target): string {
  return inventoryFile(labSettings(process.env), target);
}
