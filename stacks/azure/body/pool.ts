import { ApplicationGroup } from "@pulumi/azure-native/desktopvirtualization/applicationGroup.js";
import { HostPool } from "@pulumi/azure-native/desktopvirtualization/hostPool.js";
import { ScalingPlan } from "@pulumi/azure-native/desktopvirtualization/scalingPlan.js";
import { ScalingPlanPersonalSchedule } from "@pulumi/azure-native/desktopvirtualization/scalingPlanPersonalSchedule.js";
import { ScalingPlanPooledSchedule } from "@pulumi/azure-native/desktopvirtualization/scalingPlanPooledSchedule.js";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import * as pulumi from "@pulumi/pulumi";
import type { PoolPlan } from "../../../src/plan/types.ts";
import { diagnosticsArgs } from "../diagnostics.ts";
import { hostPoolId } from "../known.ts";
import { applicationGroupId, poolArgs } from "./desktops.ts";
import { declareEndpoint } from "./endpoint.ts";
import type { BodyPlace } from "./place.ts";
import { declareGrant } from "./roles.ts";
import { personalSchedules, pooledSchedules } from "./schedules.ts";

/** One pool of a body's desks in the cloud: where hosts register, what people see, and when hosts run. */
export class CloudPool extends pulumi.ComponentResource {
  readonly applicationGroup: ApplicationGroup;

  constructor(
    { context, body, group }: BodyPlace,
    pool: PoolPlan,
    endpoints: pulumi.Resource,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:CloudPool", pool.name, {}, opts);
    const args = poolArgs(context, body, pool);
    const child = { parent: this };
    const named = (what: string): string => `${pool.name}-${what}`;
    const hostPool = new HostPool(named("hosts"), args.hostPool, { ...child, dependsOn: [group] });
    const after = { ...child, dependsOn: [hostPool] };
    this.applicationGroup = new ApplicationGroup(named("desktop"), args.applicationGroup, after);
    if (body.group !== undefined) {
      const input = {
        subscription: context.subscription(body.subscription),
        scope: applicationGroupId(context, body, pool),
        role: "Desktop Virtualization User",
        group: context.group(body.group),
      } as const;
      declareGrant(named("people"), input, { ...child, dependsOn: [this.applicationGroup] });
    }
    const plan = new ScalingPlan(named("scaling"), args.scalingPlan, after);
    this.schedules(pool, args.scalingPlan, plan);
    new DiagnosticSetting(named("logs"), diagnosticsArgs(context, hostPoolId(context, body, pool)), after);
    if (context.plan.access.way === "gateway") {
      declareEndpoint(
        named("endpoint"),
        { context, body, of: args.hostPool.hostPoolName, target: hostPoolId(context, body, pool), part: "connection" },
        this,
        [hostPool, endpoints],
      );
    }
    this.registerOutputs({ hostPoolId: hostPool.id });
  }

  private schedules(
    pool: PoolPlan,
    plan: { resourceGroupName: string; scalingPlanName: string },
    made: ScalingPlan,
  ): void {
    const { resourceGroupName, scalingPlanName } = plan;
    const opts = { parent: this, dependsOn: [made] };
    const of = (name: string) => ({ resourceGroupName, scalingPlanName, scalingPlanScheduleName: name });
    if (pool.kind === "pooled") {
      for (const [name, schedule] of Object.entries(pooledSchedules)) {
        new ScalingPlanPooledSchedule(`${pool.name}-scaling-${name}`, { ...of(name), ...schedule }, opts);
      }
    } else {
      for (const [name, schedule] of Object.entries(personalSchedules)) {
        new ScalingPlanPersonalSchedule(`${pool.name}-scaling-${name}`, { ...of(name), ...schedule }, opts);
      }
    }
  }
}
