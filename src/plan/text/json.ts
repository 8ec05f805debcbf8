import type { GatewayPlan, InstancePlan, Plan, PoolPlan } from "../types.ts";

/** The plan for other programs: as it is, but gateways with the number of their instances, and lists only counted. */
export type PlanJson = Omit<Plan, "bodies" | "gateways"> & {
  readonly bodies: readonly (Omit<Plan["bodies"][number], "pools"> & {
    readonly pools: readonly (Omit<PoolPlan, "listed"> & { readonly listed: number })[];
  })[];
  readonly gateways: readonly (Omit<GatewayPlan, "instances"> & {
    readonly instances: number;
    readonly members: readonly InstancePlan[];
  })[];
};

/** No person is named in it: a list's rows stay out, only their number is given. */
export function planJson(plan: Plan): PlanJson {
  return {
    ...plan,
    bodies: plan.bodies.map((body) => ({
      ...body,
      pools: body.pools.map((pool) => ({ ...pool, listed: pool.listed.length })),
    })),
    gateways: plan.gateways.map(({ instances, ...gateway }) => ({
      ...gateway,
      instances: instances.length,
      members: instances,
    })),
  };
}
