/**
 * The id that Azure Resource Manager gives a resource, told from its Pulumi type and inputs. With it a run that was
 * killed, or that lost an answer, finds what Azure made all the same.
 */

const inGroup = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}/providers/";

/** Below a resource group: the path after `providers/`. `{name}` stands for the input of that name. */
const groupResources = {
  "alertsmanagement:AlertProcessingRuleByName": "Microsoft.AlertsManagement/actionRules/{alertProcessingRuleName}",
  "alertsmanagement:PrometheusRuleGroup": "Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}",
  "compute:VirtualMachine": "Microsoft.Compute/virtualMachines/{vmName}",
  "compute:VirtualMachineExtension": "Microsoft.Compute/virtualMachines/{vmName}/extensions/{vmExtensionName}",
  "dashboard:Grafana": "Microsoft.Dashboard/grafana/{workspaceName}",
  "desktopvirtualization:ApplicationGroup": "Microsoft.DesktopVirtualization/applicationGroups/{applicationGroupName}",
  "desktopvirtualization:HostPool": "Microsoft.DesktopVirtualization/hostPools/{hostPoolName}",
  "desktopvirtualization:ScalingPlan": "Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}",
  "desktopvirtualization:ScalingPlanPersonalSchedule":
    "Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}/personalSchedules/{scalingPlanScheduleName}",
  "desktopvirtualization:ScalingPlanPooledSchedule":
    "Microsoft.DesktopVirtualization/scalingPlans/{scalingPlanName}/pooledSchedules/{scalingPlanScheduleName}",
  "desktopvirtualization:Workspace": "Microsoft.DesktopVirtualization/workspaces/{workspaceName}",
  "dnsresolver:DnsResolver": "Microsoft.Network/dnsResolvers/{dnsResolverName}",
  "dnsresolver:InboundEndpoint":
    "Microsoft.Network/dnsResolvers/{dnsResolverName}/inboundEndpoints/{inboundEndpointName}",
  "keyvault:Secret": "Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}",
  "keyvault:Vault": "Microsoft.KeyVault/vaults/{vaultName}",
  "managedidentity:UserAssignedIdentity": "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
  "monitor:ActionGroup": "Microsoft.Insights/actionGroups/{actionGroupName}",
  "monitor:AzureMonitorWorkspace": "Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}",
  "monitor:DataCollectionEndpoint": "Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}",
  "monitor:DataCollectionRule": "Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}",
  "network:HubVirtualNetworkConnection":
    "Microsoft.Network/virtualHubs/{virtualHubName}/hubVirtualNetworkConnections/{connectionName}",
  "network:LoadBalancer": "Microsoft.Network/loadBalancers/{loadBalancerName}",
  "network:LocalNetworkGateway": "Microsoft.Network/localNetworkGateways/{localNetworkGatewayName}",
  "network:NatGateway": "Microsoft.Network/natGateways/{natGatewayName}",
  "network:NetworkInterface": "Microsoft.Network/networkInterfaces/{networkInterfaceName}",
  "network:NetworkSecurityGroup": "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
  "network:P2sVpnGateway": "Microsoft.Network/p2svpnGateways/{gatewayName}",
  "network:PrivateDnsZoneGroup":
    "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
  "network:PrivateEndpoint": "Microsoft.Network/privateEndpoints/{privateEndpointName}",
  "network:PrivateLinkService": "Microsoft.Network/privateLinkServices/{serviceName}",
  "network:PublicIPAddress": "Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
  "network:Subnet": "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
  "network:VirtualHub": "Microsoft.Network/virtualHubs/{virtualHubName}",
  "network:VirtualNetwork": "Microsoft.Network/virtualNetworks/{virtualNetworkName}",
  "network:VirtualNetworkGateway": "Microsoft.Network/virtualNetworkGateways/{virtualNetworkGatewayName}",
  "network:VirtualNetworkGatewayConnection": "Microsoft.Network/connections/{virtualNetworkGatewayConnectionName}",
  "network:VirtualNetworkPeering":
    "Microsoft.Network/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
  "network:VirtualWan": "Microsoft.Network/virtualWans/{virtualWANName}",
  "network:VpnConnection": "Microsoft.Network/vpnGateways/{gatewayName}/vpnConnections/{connectionName}",
  "network:VpnGateway": "Microsoft.Network/vpnGateways/{gatewayName}",
  "network:VpnServerConfiguration": "Microsoft.Network/vpnServerConfigurations/{vpnServerConfigurationName}",
  "network:VpnSite": "Microsoft.Network/vpnSites/{vpnSiteName}",
  "operationalinsights:Workspace": "Microsoft.OperationalInsights/workspaces/{workspaceName}",
  "privatedns:PrivateZone": "Microsoft.Network/privateDnsZones/{privateZoneName}",
  "privatedns:VirtualNetworkLink":
    "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
  "storage:BlobContainer":
    "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}",
  "storage:FileServiceProperties": "Microsoft.Storage/storageAccounts/{accountName}/fileServices/{fileServicesName}",
  "storage:FileShare": "Microsoft.Storage/storageAccounts/{accountName}/fileServices/default/shares/{shareName}",
  "storage:StorageAccount": "Microsoft.Storage/storageAccounts/{accountName}",
} as const satisfies Readonly<Record<string, `Microsoft.${string}`>>;

/** Anywhere else: the whole path. */
const otherResources = {
  "authorization:RoleAssignment": "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  "monitor:DataCollectionRuleAssociation":
    "{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
  "monitor:DiagnosticSetting": "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
  "resources:ResourceGroup": "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}",
} as const;

/** Settings that are there as soon as what they belong to is: that Azure has them says nothing of who has set them. */
const alwaysThere: ReadonlySet<string> = new Set(["azure-native:storage:FileServiceProperties"]);

/** Whether a resource of a type (Pulumi's token) is there only where somebody has made it. */
export function isMade(type: string): boolean {
  return !alwaysThere.has(type);
}

const templates: ReadonlyMap<string, string> = new Map([
  ...Object.entries(groupResources).map(([type, path]) => [type, inGroup + path] as const),
  ...Object.entries(otherResources),
]);

/**
 * The ARM id, or undefined for a type that is not in the table, an input that is not plain text (a secret, or not
 * known yet), and types of other providers. `type` is the Pulumi token, e.g. `azure-native:network:Subnet`.
 */
export function armIdOf(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  subscription: string,
): string | undefined {
  const [provider, ...rest] = type.split(":");
  const template = provider === "azure-native" ? templates.get(rest.join(":")) : undefined;
  if (template === undefined) return undefined;
  let complete = true;
  const id = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "subscription" ? subscription : inputs[name];
    if (typeof value === "string" && value !== "") return value;
    complete = false;
    return "";
  });
  return complete ? id : undefined;
}
