import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import type { Plan } from "../../src/plan/types.ts";
import type { AzureContext } from "./context.ts";
import { powerName, roleDefinitionId, stableGuid, subscriptionId } from "./ids.ts";
import { cloudPools } from "./known.ts";

/** Subscriptions that hold desks, by name, in the bodies' order. */
export function deskSubscriptions({ bodies }: Pick<Plan, "bodies">): readonly string[] {
  return [...new Set(bodies.flatMap((body) => (cloudPools(body).length > 0 ? [body.subscription] : [])))].filter(
    (name) => name !== undefined,
  );
}

/**
 * Azure Virtual Desktop's own service principal starts and stops hosts for scaling plans and for people who connect. It
 * wants its role at the subscription, where there is one of it however many bodies live there; so the hub's stack, which
 * every body's comes after, declares them all.
 */
export function powerArgs(context: AzureContext, subscription: string) {
  const id = context.subscription(subscription);
  const role = "Desktop Virtualization Power On Off Contributor";
  const { desktopService } = context.tenancy;
  return {
    roleAssignmentName: stableGuid(subscriptionId(id), role, desktopService),
    scope: subscriptionId(id),
    principalId: desktopService,
    principalType: "ServicePrincipal" as const,
    roleDefinitionId: roleDefinitionId(id, role),
  };
}

/**
 * Declares the role once for each subscription that holds desks: `power-<subscription>`. For the hub's slice. A role is
 * given to a principal once at a scope, whoever gives it: its name is the same for all fleets of a subscription, and
 * where somebody gave it under another one (the stack's `givenPower`, written by `deskbridge up`), theirs serves. As
 * others may hang on it, it stays when the stack goes.
 */
export function declarePower(context: AzureContext): void {
  const given = context.config.getObject<readonly string[]>("givenPower") ?? [];
  for (const name of deskSubscriptions(context.plan)) {
    if (given.includes(powerName(name))) continue;
    const opts = { provider: context.provider(name), retainOnDelete: true };
    new RoleAssignment(powerName(name), powerArgs(context, name), opts);
  }
}
