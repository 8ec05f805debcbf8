import type { Fleet } from "../../src/fleet/schema.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { azureContext, type AzureContext } from "../../stacks/azure/context.ts";
import { reference } from "../plan/fleet.ts";
import { recordSlice, type Recording, type RecordOptions } from "./mocks.ts";
import { tenancyFor } from "./tenancy.ts";

/** What a hub is made from. */
export interface HubWorld {
  readonly fleet: Fleet;
  readonly plan: Plan;
  readonly tenancy: Tenancy;
}

type Change = NonNullable<Parameters<typeof reference>[0]>;

/** The reference fleet, changed where a test asks. */
export function hubWorld(change?: Change, tenancy: Partial<Tenancy> = {}): HubWorld {
  return worldOf(reference(change), tenancy);
}

export function worldOf(fleet: Fleet, tenancy: Partial<Tenancy> = {}): HubWorld {
  return { fleet, plan: planFleet(fleet), tenancy: tenancyFor(fleet, tenancy) };
}

/** Twice the desks: more people at once than the largest gateway bears. */
export function wanWorld(change?: Change): HubWorld {
  return hubWorld((fleet) => {
    for (const stage of fleet.stages) stage.desks *= 2;
    change?.(fleet);
  });
}

/** For the functions that compute arguments. */
export function hubContext({ plan, tenancy }: HubWorld): AzureContext {
  const slice = plan.slices.find(({ stack }) => stack === "azure-hub");
  if (slice === undefined) throw new Error("the plan has no stack azure-hub");
  return azureContext(plan, tenancy, slice);
}

export async function recordHub({ fleet, plan, tenancy }: HubWorld, options?: RecordOptions): Promise<Recording> {
  return recordSlice(fleet, plan, "azure-hub", tenancy, options);
}
