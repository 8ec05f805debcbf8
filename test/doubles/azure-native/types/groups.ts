import { ArmError } from "../errors.ts";
import { guid, key, lastName, parentId, subscriptionOf } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { text } from "../values.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

/** Role assignments an AVD object (facts of the AVD limits); 4,000 a subscription (azure-subscription-service-limits). */
const desktopRoleLimit = 200;
const subscriptionRoleLimit = 4000;

export const groups: readonly ResourceType[] = [
  {
    token: "azure-native:resources:ResourceGroup",
    arm: "Microsoft.Resources/resourceGroups",
    path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
    name: names.group,
    // azure-native provider/pkg/gen/replacement.go
    replaceOn: ["location"],
    needed: ["location"],
    assigned: () => ({ properties: { provisioningState: "Succeeded" } }),
    checkDelete: refuseSharedGroup,
  },
  {
    token: "azure-native:managedidentity:UserAssignedIdentity",
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities",
    path: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"),
    name: names.identity,
    replaceOn: ["location"],
    assigned: ({ id }) => ({
      principalId: guid(id, "principal"),
      clientId: guid(id, "client"),
      tenantId: guid(subscriptionOf(id), "tenant"),
    }),
  },
  {
    token: "azure-native:managedidentity:FederatedIdentityCredential",
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    path: inGroup(
      "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
    ),
  },
  {
    token: "azure-native:authorization:RoleAssignment",
    arm: "Microsoft.Authorization/roleAssignments",
    path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    name: names.guid,
    // azure-native provider/pkg/gen/replacement.go
    replaceOn: ["principalId", "scope"],
    check: checkRole,
    assigned: ({ id }) => ({ scope: parentId(id) ?? "" }),
  },
];

/** A group goes with all that is in it, unless something outside still uses a part. */
function refuseSharedGroup({ id }: Stored, state: State): void {
  const inside = `${key(id)}/`;
  const outside = state.rows(
    `SELECT to_key AS used, from_key AS user FROM refs
     WHERE to_key > ? AND to_key < ? AND NOT (from_key > ? AND from_key < ?)
       AND (path LIKE '%subnet.id' OR path LIKE '%networkInterfaces.id' OR path LIKE '%virtualNetworkGateway1.id') LIMIT 1`,
    inside,
    `${key(id)}0`,
    inside,
    `${key(id)}0`,
  )[0];
  if (outside === undefined) return;
  throw new ArmError(
    409,
    "ResourceGroupDeletionBlocked",
    `Deletion of resource group '${lastName(id)}' failed as resources with identifiers '${String(outside["used"])}' ` +
      `could not be deleted: it is in use by ${String(outside["user"])}.`,
  );
}

function checkRole({ id, inputs, before, state }: Write): void {
  const [principal, role] = [text(inputs, "principalId"), text(inputs, "roleDefinitionId")];
  if (!names.guid.pattern.test(principal)) {
    throw new ArmError(
      400,
      "InvalidPrincipalId",
      `A valid principal ID must be provided for role assignment. '${principal}' is not a GUID.`,
    );
  }
  if (
    before !== undefined &&
    (text(before.inputs, "roleDefinitionId") !== role || text(before.inputs, "principalId") !== principal)
  ) {
    throw new ArmError(
      400,
      "RoleAssignmentUpdateNotPermitted",
      "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    );
  }
  const scope = parentId(id) ?? "";
  const here = state
    .children(scope)
    .filter((other) => key(other.arm) === "microsoft.authorization/roleassignments" && key(other.id) !== key(id));
  const twin = here.find(
    (other) =>
      text(other.inputs, "principalId") === principal && key(text(other.inputs, "roleDefinitionId")) === key(role),
  );
  if (twin !== undefined) {
    throw new ArmError(
      409,
      "RoleAssignmentExists",
      `The role assignment already exists. The ID of the conflicting role assignment is ${lastName(twin.id).replaceAll("-", "")}.`,
    );
  }
  const limit = key(scope).includes("/providers/microsoft.desktopvirtualization/")
    ? desktopRoleLimit
    : subscriptionRoleLimit;
  if (here.length >= limit) {
    throw new ArmError(
      400,
      "RoleAssignmentLimitExceeded",
      `The number of role assignments at ${scope} exceeds the limit of ${limit}.`,
    );
  }
  const type = text(inputs, "principalType") || "User";
  const service = state.row(
    `SELECT 1 FROM resources WHERE arm <> 'microsoft.authorization/roleassignments'
       AND (json_extract(outputs, '$.principalId') = ? OR json_extract(outputs, '$.identity.principalId') = ?)`,
    principal,
    principal,
  );
  if (service === undefined || type === "ServicePrincipal") return;
  throw new ArmError(
    400,
    "UnmatchedPrincipalType",
    `The PrincipalId '${principal.replaceAll("-", "")}' has type 'ServicePrincipal', which is different from specified PrincipalType '${type}'.`,
  );
}
