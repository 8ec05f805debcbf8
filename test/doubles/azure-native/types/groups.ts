import { inGroup, type ResourceType } from "./type.ts";

export const groups: readonly ResourceType[] = [
  {
    token: "azure-native:resources:ResourceGroup",
    arm: "Microsoft.Resources/resourceGroups",
    path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
    replaceOn: ["location"],
    assigned: () => ({ properties: { provisioningState: "Succeeded" } }),
  },
  {
    token: "azure-native:managedidentity:UserAssignedIdentity",
    arm: "Microsoft.ManagedIdentity/userAssignedIdentities",
    path: inGroup("Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"),
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
  },
];
