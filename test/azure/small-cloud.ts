import type { Fleet } from "../../src/fleet/schema.ts";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { type AzureContext, azureContext } from "../../stacks/azure/context.ts";
import { type FleetInput, small } from "../plan/fleet.ts";
import { type Recording, recordSlice } from "./mocks.ts";
import { tenancyFor } from "./tenancy.ts";

export interface SmallCloud {
  readonly fleet: Fleet;
  readonly plan: Plan;
  readonly tenancy: Tenancy;
  /** Of a stack, for the pure functions. */
  readonly context: (stack: string) => AzureContext;
}

export interface SmallCloudOptions {
  /** Desks of `north/office`. */
  readonly office?: number;
  readonly fleet?: Partial<FleetInput>;
  readonly azure?: Partial<NonNullable<FleetInput["azure"]>>;
  readonly tenancy?: Partial<Tenancy>;
  readonly plan?: (plan: Plan) => Plan;
}

/**
 * Two bodies in two subscriptions: `north` has personal desks, pooled ones and PCs in its hall, `south` only personal
 * desks, and no group.
 */
export function smallCloud(options: SmallCloudOptions = {}): SmallCloud {
  const office = options.office ?? 6;
  const fleet = small(
    office + 100 + 5 + 4,
    [
      {
        id: "north",
        name: "North",
        group: "sg-north",
        pools: [
          { id: "office", kind: "personal", class: "medium", desks: office },
          { id: "shared", kind: "pooled", class: "medium", desks: 100, concurrency: 0.8 },
          { id: "hall", kind: "physical", site: "hall", desks: 5 },
        ],
        sites: [{ id: "hall", links: [{ id: "fibre", carrier: "a", mbps: 100 }] }],
      },
      {
        id: "south",
        name: "South",
        subscription: "second",
        pools: [{ id: "office", kind: "personal", class: "light", desks: 4 }],
      },
    ],
    {
      azure: {
        region: "italynorth",
        tenant: "example.org",
        subscriptions: ["main", "second"],
        image: "win11-avd",
        ...options.azure,
      },
      ...options.fleet,
    },
  );
  const plan = (options.plan ?? ((each: Plan) => each))(planFleet(fleet));
  const tenancy = tenancyFor(fleet, options.tenancy);
  return {
    fleet,
    plan,
    tenancy,
    context: (stack) => {
      const slice = plan.slices.find((each) => each.stack === stack);
      if (slice === undefined) throw new Error(`no stack ${stack}`);
      return azureContext(plan, tenancy, slice);
    },
  };
}

/** One of its stacks, recorded. */
export async function recordSmall(
  stack: string,
  options: SmallCloudOptions = {},
  config: Readonly<Record<string, string>> = {},
): Promise<Recording> {
  const { fleet, plan, tenancy } = smallCloud(options);
  return recordSlice(fleet, plan, stack, tenancy, { config });
}

/** A value inside a resource's inputs, by its path; undefined where there is none. */
export function inside(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Record<string | number, unknown> | undefined)?.[key], value);
}

/** The same, as text. Throws where it is no text. */
export function textInside(value: unknown, ...path: readonly (string | number)[]): string {
  const found = inside(value, ...path);
  if (typeof found === "string") return found;
  throw new Error(`${path.join(".")} is ${JSON.stringify(found)}, and no text`);
}
