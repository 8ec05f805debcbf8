import { receiverNames } from "../../../dashboards/receivers.ts";
import type { Fleet } from "../../../src/fleet/schema.ts";
import type { Tenancy } from "../../../src/fleet/tenancy.ts";
import { plan as planFleet } from "../../../src/plan/plan.ts";
import type { Plan, SlicePlan } from "../../../src/plan/types.ts";
import { type Recording, recordSlice } from "../mocks.ts";
import { tenancyFor } from "../tenancy.ts";
import { asAzureTells, source } from "../watch/fixture.ts";

/** A whole fleet in Azure, at one stage. */
export interface Cloud {
  readonly fleet: Fleet;
  readonly plan: Plan;
  readonly tenancy: Tenancy;
}

export interface RecordedSlice {
  readonly slice: SlicePlan;
  readonly recording: Recording;
}

/** `stage`: the last one where it is absent. */
export function cloudOf(fleet: Fleet, stage?: string, tenancy: Partial<Tenancy> = {}): Cloud {
  return { fleet, plan: planFleet(fleet, stage), tenancy: tenancyFor(fleet, tenancy) };
}

/** Secrets that the recordings' configuration holds beside `recordSlice`'s own; each can be told by its mark. */
const config = {
  source,
  domainPassword: "a-secret-of-the-domain",
  webhooks: JSON.stringify(
    Object.fromEntries(
      receiverNames.map((name) => [name, `https://duty.example.org/${name}?token=a-secret-of-${name}`]),
    ),
  ),
};

/** Of every secret that a recording holds: lines' keys, the stacks' secrets, tokens, hosts' passwords. */
export const secretMarks: readonly string[] = ["key_of_", "a-secret-of-", "token-of-", "Db1-"];

/** Every slice in Azure, one after the other, in the order in which they are made. `only`: those that are wanted. */
export async function* recordedSlices(
  { fleet, plan, tenancy }: Cloud,
  only: (slice: SlicePlan) => boolean = () => true,
): AsyncGenerator<RecordedSlice> {
  for (const slice of plan.slices) {
    if (slice.target !== "azure" || !only(slice)) continue;
    const recording = await recordSlice(fleet, plan, slice.stack, tenancy, { config, outputs: asAzureTells });
    yield { slice, recording };
  }
}
