/**
 * What a subscription must have switched on before anything is made in it: azure-native registers nothing by itself, and
 * Azure then answers MissingSubscriptionRegistration. A test holds the list against what the stacks make.
 */
export const resourceProviders: readonly string[] = [
  "Microsoft.AlertsManagement",
  "Microsoft.Compute",
  "Microsoft.Dashboard",
  "Microsoft.DesktopVirtualization",
  "Microsoft.Insights",
  "Microsoft.KeyVault",
  "Microsoft.ManagedIdentity",
  "Microsoft.Monitor",
  "Microsoft.Network",
  "Microsoft.OperationalInsights",
  "Microsoft.Storage",
];

/** Hosts are encrypted at the host, which a subscription must ask for once. */
export const features: readonly { readonly namespace: string; readonly name: string }[] = [
  { namespace: "Microsoft.Compute", name: "EncryptionAtHost" },
];

export const registrationSource = "Microsoft Learn: resource providers, encryption at host; pulumi-azure-native#3479";
