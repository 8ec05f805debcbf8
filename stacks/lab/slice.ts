import type * as pulumi from "@pulumi/pulumi";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { InventoryPart } from "../../src/inventory.ts";
import type { Plan, SlicePlan } from "../../src/plan/types.ts";
import { bodySlice } from "./body.ts";
import { hubSlice } from "./hub.ts";
import { labSettings } from "./settings.ts";
import { topology } from "./topology.ts";
import { watchSlice } from "./watch.ts";

/** Declares a slice of the lab and gives its part of the inventory. `fleetFile`: where the fleet was read, absolute. */
export function labSlice(
  fleet: Fleet,
  plan: Plan,
  slice: SlicePlan,
  fleetFile: string,
): pulumi.Input<Partial<InventoryPart>> {
  const lab = labSettings(process.env);
  const map = topology(plan, lab.prefix);
  const body = plan.bodies.find((each) => each.id === slice.body);
  switch (slice.kind) {
    case "hub":
      return hubSlice(map);
    case "watch":
      return watchSlice(map, fleet, fleetFile, lab);
    default:
      if (body === undefined) throw new Error(`stack "${slice.stack}" is of no body of the plan`);
      return bodySlice(map, body);
  }
}
