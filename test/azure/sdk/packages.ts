/** A package of Microsoft's SDK as it is installed, and where the provider's inputs differ from its models. */
export interface Package {
  /** Where its package.json lies, as a URL. */
  readonly manifest: () => string;
  /** `Model.sdkName` → the provider's name, where that is not the name in the request. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Models that the SDK flattens while the provider keeps what the request has: a bag `properties`. */
  readonly bags?: readonly string[];
  /**
   * `Model.property` that the provider's API version has and this package's lacks → that version, and the source. Its
   * value is held against the provider's own types.
   */
  readonly newer?: Readonly<Record<string, string>>;
}

/** Properties that are a dictionary in the SDK, from keys to empty objects, and a list of the keys in the provider. */
export const keyLists: ReadonlySet<string> = new Set(["userAssignedIdentities", "grafanaPlugins"]);

/**
 * `Model.property` whose published values are not all that the service takes → why. Any text goes there; everywhere
 * else a value that is not published is a problem.
 */
export const openValues: Readonly<Record<string, string>> = {
  "DataFlow.streams":
    "the list has agents' streams alone; Microsoft-PrometheusMetrics is what remote write sends " +
    "(learn.microsoft.com/azure/azure-monitor/metrics/prometheus-remote-write-virtual-machines)",
  "HardwareProfile.vmSize":
    "the published list is deprecated; sizes differ by region (comment of HardwareProfile in @azure/arm-compute)",
  "ScalingPlan.hostPoolType":
    "the list has Pooled alone, and personal schedules want Personal (learn.microsoft.com/azure/templates: scalingPlans)",
};

const rules = "2022-06-01; models/dataCollectionApi of @azure/arm-monitor 8.0.0";
const groups = "2024-10-01-preview; models/actionGroupsApi of @azure/arm-monitor 8.0.0";
const diagnostics = "2021-05-01-preview; models/diagnosticsSettings of @azure/arm-monitor 8.0.0";
const grafana = "2024-10-01; learn.microsoft.com/javascript/api/@azure/arm-dashboard/grafanaconfigurations";

export const packages = {
  "@azure/arm-authorization": { manifest: () => import.meta.resolve("@azure/arm-authorization/package.json") },
  "@azure/arm-compute": { manifest: () => import.meta.resolve("@azure/arm-compute/package.json") },
  "@azure/arm-dashboard": {
    manifest: () => import.meta.resolve("@azure/arm-dashboard/package.json"),
    newer: {
      "GrafanaConfigurations.security": grafana,
      "GrafanaConfigurations.snapshots": grafana,
      "GrafanaConfigurations.users": grafana,
    },
  },
  "@azure/arm-desktopvirtualization": {
    manifest: () => import.meta.resolve("@azure/arm-desktopvirtualization/package.json"),
  },
  "@azure/arm-dnsresolver": { manifest: () => import.meta.resolve("@azure/arm-dnsresolver/package.json") },
  "@azure/arm-keyvault": {
    manifest: () => import.meta.resolve("@azure/arm-keyvault/package.json"),
    renamed: { "SecretAttributes.expires": "expires", "SecretAttributes.notBefore": "notBefore" },
  },
  "@azure/arm-monitor": {
    manifest: () => import.meta.resolve("@azure/arm-monitor/package.json"),
    newer: {
      "ActionGroupResource.identity": groups,
      "ActionGroupResource.incidentReceivers": groups,
      "AutomationRunbookReceiver.managedIdentity": groups,
      "AzureFunctionReceiver.managedIdentity": groups,
      "EventHubReceiver.managedIdentity": groups,
      "LogicAppReceiver.managedIdentity": groups,
      "WebhookReceiver.managedIdentity": groups,
      "DiagnosticSettingsResource.marketplacePartnerId": diagnostics,
      "LogSettings.categoryGroup": diagnostics,
      "DataCollectionEndpointResource.identity": rules,
      "DataCollectionRuleResource.dataCollectionEndpointId": rules,
      "DataCollectionRuleResource.identity": rules,
      "DataCollectionRuleResource.streamDeclarations": rules,
      "DataCollectionRuleDataSources.dataImports": rules,
      "DataCollectionRuleDataSources.iisLogs": rules,
      "DataCollectionRuleDataSources.logFiles": rules,
      "DataCollectionRuleDataSources.platformTelemetry": rules,
      "DataCollectionRuleDataSources.prometheusForwarder": rules,
      "DataCollectionRuleDataSources.windowsFirewallLogs": rules,
      "DataCollectionRuleDestinations.eventHubs": rules,
      "DataCollectionRuleDestinations.eventHubsDirect": rules,
      "DataCollectionRuleDestinations.monitoringAccounts": rules,
      "DataCollectionRuleDestinations.storageAccounts": rules,
      "DataCollectionRuleDestinations.storageBlobsDirect": rules,
      "DataCollectionRuleDestinations.storageTablesDirect": rules,
      "DataFlow.builtInTransform": rules,
      "DataFlow.outputStream": rules,
      "DataFlow.transformKql": rules,
    },
  },
  "@azure/arm-msi": { manifest: () => import.meta.resolve("@azure/arm-msi/package.json") },
  "@azure/arm-network": {
    manifest: () => import.meta.resolve("@azure/arm-network/package.json"),
    bags: ["VpnServerConfiguration"],
  },
  "@azure/arm-operationalinsights": {
    manifest: () => import.meta.resolve("@azure/arm-operationalinsights/package.json"),
  },
  "@azure/arm-privatedns": {
    manifest: () => import.meta.resolve("@azure/arm-privatedns/package.json"),
    newer: {
      "VirtualNetworkLink.resolutionPolicy":
        "2024-06-01; learn.microsoft.com/azure/templates/microsoft.network/privatednszones/virtualnetworklinks",
    },
  },
  "@azure/arm-resources": { manifest: () => import.meta.resolve("@azure/arm-resources/package.json") },
  "@azure/arm-storage": {
    manifest: () => import.meta.resolve("@azure/arm-storage/package.json"),
    renamed: {
      "StorageAccountCreateParameters.enableHttpsTrafficOnly": "enableHttpsTrafficOnly",
      "StorageAccountCreateParameters.enableNfsV3": "enableNfsV3",
      "StorageAccountCreateParameters.networkRuleSet": "networkRuleSet",
      "Encryption.encryptionIdentity": "encryptionIdentity",
      "Encryption.keyVaultProperties": "keyVaultProperties",
      "EncryptionIdentity.encryptionFederatedIdentityClientId": "encryptionFederatedIdentityClientId",
      "EncryptionIdentity.encryptionUserAssignedIdentity": "encryptionUserAssignedIdentity",
      "KeyVaultProperties.keyName": "keyName",
      "KeyVaultProperties.keyVaultUri": "keyVaultUri",
      "KeyVaultProperties.keyVersion": "keyVersion",
      "IPRule.iPAddressOrRange": "iPAddressOrRange",
      "VirtualNetworkRule.virtualNetworkResourceId": "virtualNetworkResourceId",
    },
  },
} as const satisfies Readonly<Record<string, Package>>;
export type PackageName = keyof typeof packages;
