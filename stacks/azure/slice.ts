import type * as pulumi from "@pulumi/pulumi";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import type { Fleet } from "../../src/fleet/schema.ts";
import type { InventoryPart } from "../../src/inventory.ts";
import type { Plan, SlicePlan } from "../../src/plan/types.ts";
import { dropOldAliases } from "./aliases.ts";
import { bodySlice } from "./body.ts";
import { azureContext } from "./context.ts";
import { hostsSlice } from "./hosts.ts";
import { hubSlice } from "./hub.ts";
import { replaceInPlace } from "./in-place.ts";
import { watchSlice } from "./watch.ts";

/** Declares a slice in Azure and gives its part of the inventory. */
export function azureSlice(
  fleet: Fleet,
  plan: Plan,
  slice: SlicePlan,
  tenancy: Tenancy,
): pulumi.Input<Partial<InventoryPart>> {
  dropOldAliases();
  replaceInPlace();
  const context = azureContext(plan, tenancy, slice);
  const slices = {
    hub: () => hubSlice(context),
    body: () => bodySlice(context),
    hosts: () => hostsSlice(context),
    watch: () => watchSlice(context, fleet),
  } satisfies Record<SlicePlan["kind"], () => pulumi.Input<Partial<InventoryPart>>>;
  return slices[slice.kind]();
}
