import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment.js";
import type * as pulumi from "@pulumi/pulumi";
import { roleDefinitionId, type roles, stableGuid } from "../ids.ts";

export interface GrantInput {
  /** Id of the subscription in which the scope lies. */
  readonly subscription: string;
  readonly scope: string;
  readonly role: keyof typeof roles;
  /** Object id of a directory group: never of a person, so that one assignment serves everybody. */
  readonly group: string;
}

/** A role for a group. Its name hangs on what it says, so that it is the same whoever makes it again. */
export function grantArgs({ subscription, scope, role, group }: GrantInput) {
  return {
    roleAssignmentName: stableGuid(scope, role, group),
    scope,
    principalId: group,
    principalType: "Group" as const,
    roleDefinitionId: roleDefinitionId(subscription, role),
  };
}

export function declareGrant(name: string, input: GrantInput, opts: pulumi.CustomResourceOptions): RoleAssignment {
  return new RoleAssignment(name, grantArgs(input), opts);
}
