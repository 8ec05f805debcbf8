import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import type * as pulumi from "@pulumi/pulumi";
import { roleDefinitionId, type roles, stableGuid } from "../ids.ts";

export interface Grant {
  /** Logical name, and with the role what the assignment's own id hangs on. */
  readonly name: string;
  readonly role: keyof typeof roles;
  readonly to: pulumi.Input<string>;
  readonly principal: "ServicePrincipal" | "Group";
  readonly scope: pulumi.Input<string>;
  readonly description: string;
}

/** A role for one at one place. `subscription`: id of the subscription whose role definition is named. */
export function grant(subscription: string, { name, role, ...rest }: Grant, opts: pulumi.CustomResourceOptions): void {
  new RoleAssignment(
    name,
    {
      roleAssignmentName: stableGuid(subscription, name, role),
      roleDefinitionId: roleDefinitionId(subscription, role),
      principalId: rest.to,
      principalType: rest.principal,
      scope: rest.scope,
      description: rest.description,
    },
    opts,
  );
}
