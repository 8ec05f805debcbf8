/** Faults of one token's good resource that must be told. Paths are those of the problem. */
export interface Faults {
  /** Path → a value that is not one of the published ones. */
  readonly values?: Readonly<Record<string, string>>;
  /** Required properties: each is taken away. */
  readonly required: readonly string[];
  /** What only the service writes: each is given. */
  readonly readOnly?: readonly string[];
}

const group = "resourceGroupName";
const placed = [group, "location"];

export const faults: Readonly<Record<string, Faults>> = {
  "azure-native:resources:ResourceGroup": { required: placed, readOnly: ["id", "name", "type"] },
  "azure-native:network:VirtualNetwork": {
    values: { "encryption.enforcement": "Never" },
    required: [group, "virtualNetworkName", "encryption.enabled"],
    readOnly: ["etag", "resourceGuid", "provisioningState"],
  },
  "azure-native:network:Subnet": {
    values: { privateEndpointNetworkPolicies: "On", privateLinkServiceNetworkPolicies: "disabled" },
    required: [group, "virtualNetworkName", "subnetName"],
    readOnly: ["ipConfigurations", "purpose", "delegations[0].actions"],
  },
  "azure-native:network:NetworkSecurityGroup": {
    values: {
      "securityRules[0].direction": "In",
      "securityRules[0].access": "Permit",
      "securityRules[0].protocol": "TCP",
    },
    required: [group, "securityRules[0].direction", "securityRules[0].access"],
    readOnly: ["defaultSecurityRules", "subnets", "securityRules[0].provisioningState"],
  },
  "azure-native:network:PublicIPAddress": {
    values: { "sku.name": "Premium", publicIPAllocationMethod: "Fixed", publicIPAddressVersion: "4" },
    required: [group, "publicIpAddressName"],
    readOnly: ["ipConfiguration", "resourceGuid"],
  },
  "azure-native:network:NatGateway": {
    values: { "sku.name": "Basic" },
    required: [group, "natGatewayName"],
    readOnly: ["subnets", "provisioningState"],
  },
  "azure-native:network:VirtualNetworkPeering": {
    required: [group, "virtualNetworkName", "virtualNetworkPeeringName"],
    readOnly: ["resourceGuid", "provisioningState"],
  },
  "azure-native:network:NetworkInterface": {
    values: {
      "ipConfigurations[0].privateIPAllocationMethod": "static",
      "ipConfigurations[0].privateIPAddressVersion": "v4",
    },
    required: [group, "networkInterfaceName"],
    readOnly: ["macAddress", "virtualMachine", "primary"],
  },
  "azure-native:network:PrivateEndpoint": {
    required: [group, "privateEndpointName"],
    readOnly: ["networkInterfaces", "provisioningState"],
  },
  "azure-native:network:PrivateDnsZoneGroup": {
    required: [group, "privateEndpointName", "privateDnsZoneGroupName"],
    readOnly: ["provisioningState", "privateDnsZoneConfigs[0].recordSets"],
  },
  "azure-native:privatedns:PrivateZone": {
    required: [group, "privateZoneName"],
    readOnly: ["numberOfRecordSets", "provisioningState"],
  },
  "azure-native:privatedns:VirtualNetworkLink": {
    values: { resolutionPolicy: "Redirect" },
    required: [group, "privateZoneName", "virtualNetworkLinkName"],
    readOnly: ["virtualNetworkLinkState"],
  },
  "azure-native:dnsresolver:DnsResolver": {
    required: [...placed, "dnsResolverName", "virtualNetwork", "virtualNetwork.id"],
    readOnly: ["dnsResolverState", "resourceGuid"],
  },
  "azure-native:dnsresolver:InboundEndpoint": {
    values: { "ipConfigurations[0].privateIpAllocationMethod": "Fixed" },
    required: [...placed, "dnsResolverName", "inboundEndpointName", "ipConfigurations", "ipConfigurations[0].subnet"],
    readOnly: ["provisioningState"],
  },
  "azure-native:network:VirtualNetworkGateway": {
    values: {
      gatewayType: "VPN",
      vpnType: "Routebased",
      vpnGatewayGeneration: "Generation3",
      "sku.name": "VpnGw6AZ",
      "sku.tier": "Standard_LRS",
      "vpnClientConfiguration.vpnClientProtocols[0]": "OpenVpn",
      "vpnClientConfiguration.vpnAuthenticationTypes[0]": "Entra",
      "identity.type": "User",
    },
    required: [group, "virtualNetworkGatewayName"],
    readOnly: ["inboundDnsForwardingEndpoint", "sku.capacity"],
  },
  "azure-native:network:LocalNetworkGateway": {
    required: [group, "localNetworkGatewayName"],
    readOnly: ["resourceGuid", "provisioningState"],
  },
  "azure-native:network:VirtualNetworkGatewayConnection": {
    values: {
      connectionType: "IKEv2",
      connectionProtocol: "IKEv3",
      connectionMode: "Initiator",
      "ipsecPolicies[0].ipsecEncryption": "AES-256-GCM",
      "ipsecPolicies[0].ikeIntegrity": "SHA512",
      "ipsecPolicies[0].dhGroup": "DHGroup15",
      "ipsecPolicies[0].pfsGroup": "PFS19",
    },
    required: [
      group,
      "virtualNetworkGatewayConnectionName",
      "connectionType",
      "virtualNetworkGateway1",
      "ipsecPolicies[0].saLifeTimeSeconds",
      "ipsecPolicies[0].saDataSizeKilobytes",
      "ipsecPolicies[0].ikeEncryption",
      "gatewayCustomBgpIpAddresses[0].customBgpIpAddress",
    ],
    readOnly: ["connectionStatus", "tunnelConnectionStatus", "egressBytesTransferred"],
  },
  "azure-native:network:VirtualWan": {
    required: [group, "virtualWANName"],
    readOnly: ["virtualHubs", "provisioningState"],
  },
  "azure-native:network:VirtualHub": {
    values: { hubRoutingPreference: "ASpath" },
    required: [group, "virtualHubName"],
    readOnly: ["routingState", "bgpConnections"],
  },
  "azure-native:network:HubVirtualNetworkConnection": {
    values: { "routingConfiguration.vnetRoutes.staticRoutesConfig.vnetLocalRouteOverrideCriteria": "Within" },
    required: [group, "virtualHubName", "connectionName"],
    readOnly: ["provisioningState", "routingConfiguration.vnetRoutes.staticRoutesConfig.propagateStaticRoutes"],
  },
  "azure-native:network:VpnServerConfiguration": {
    values: { "properties.vpnProtocols[0]": "Openvpn", "properties.vpnAuthenticationTypes[0]": "Entra" },
    required: [group, "vpnServerConfigurationName"],
    readOnly: ["properties.p2SVpnGateways", "etag"],
  },
  "azure-native:network:P2sVpnGateway": {
    required: [group, "gatewayName"],
    readOnly: ["vpnClientConnectionHealth", "provisioningState"],
  },
  "azure-native:network:VpnGateway": { required: [group, "gatewayName"], readOnly: ["ipConfigurations", "etag"] },
  "azure-native:network:VpnSite": { required: [group, "vpnSiteName"], readOnly: ["provisioningState"] },
  "azure-native:network:VpnConnection": {
    values: {
      "vpnLinkConnections[0].vpnConnectionProtocolType": "ikev2",
      "vpnLinkConnections[0].vpnLinkConnectionMode": "Initiator",
    },
    required: [group, "gatewayName", "connectionName"],
    readOnly: ["connectionStatus", "vpnLinkConnections[0].ingressBytesTransferred"],
  },
  "azure-native:desktopvirtualization:Workspace": {
    values: { publicNetworkAccess: "None" },
    required: [...placed, "workspaceName"],
    readOnly: ["objectId", "cloudPcResource", "systemData"],
  },
  "azure-native:desktopvirtualization:HostPool": {
    values: {
      hostPoolType: "Shared",
      loadBalancerType: "RoundRobin",
      preferredAppGroupType: "Desktops",
      publicNetworkAccess: "EnabledForClients",
    },
    required: [...placed, "hostPoolName", "hostPoolType", "loadBalancerType", "preferredAppGroupType"],
    readOnly: ["objectId", "applicationGroupReferences"],
  },
  "azure-native:desktopvirtualization:ApplicationGroup": {
    values: { applicationGroupType: "Remote" },
    required: [...placed, "applicationGroupName", "applicationGroupType", "hostPoolArmPath"],
    readOnly: ["workspaceArmPath"],
  },
  "azure-native:desktopvirtualization:ScalingPlan": {
    values: {
      "schedules[0].daysOfWeek[0]": "Mon",
      "schedules[0].rampUpLoadBalancingAlgorithm": "Breadth",
      "schedules[0].rampDownStopHostsWhen": "NoSessions",
    },
    required: [...placed, "scalingPlanName", "timeZone", "schedules[0].rampUpStartTime.hour"],
    readOnly: ["objectId"],
  },
  "azure-native:desktopvirtualization:ScalingPlanPooledSchedule": {
    values: { "daysOfWeek[0]": "saturday", rampDownStopHostsWhen: "Never" },
    required: [group, "scalingPlanName", "scalingPlanScheduleName", "peakStartTime.minute"],
    readOnly: ["systemData"],
  },
  "azure-native:desktopvirtualization:ScalingPlanPersonalSchedule": {
    values: {
      rampUpAutoStartHosts: "Assigned",
      rampUpStartVMOnConnect: "Enabled",
      rampDownActionOnLogoff: "Stop",
      offPeakActionOnDisconnect: "Hibernate",
    },
    required: [group, "scalingPlanName", "scalingPlanScheduleName", "rampUpStartTime.hour"],
    readOnly: ["systemData"],
  },
  "azure-native:authorization:RoleAssignment": {
    values: { principalType: "Application" },
    required: ["scope", "roleAssignmentName", "roleDefinitionId", "principalId"],
    readOnly: ["createdOn", "updatedBy"],
  },
  "azure-native:managedidentity:UserAssignedIdentity": {
    required: [...placed, "resourceName"],
    readOnly: ["principalId", "clientId"],
  },
  "azure-native:storage:StorageAccount": {
    values: {
      kind: "Files",
      "sku.name": "PremiumZRS",
      minimumTlsVersion: "TLS1.2",
      largeFileSharesState: "On",
      publicNetworkAccess: "Off",
      "networkRuleSet.defaultAction": "deny",
      "azureFilesIdentityBasedAuthentication.directoryServiceOptions": "Entra",
      "encryption.keySource": "Microsoft.KeyVault",
      "encryption.services.file.keyType": "Tenant",
    },
    required: [...placed, "accountName", "kind", "sku", "sku.name", "networkRuleSet.defaultAction"],
    readOnly: ["sku.tier", "identity.principalId"],
  },
  "azure-native:storage:FileServiceProperties": {
    required: [group, "accountName", "fileServicesName"],
    readOnly: ["sku"],
  },
  "azure-native:storage:FileShare": {
    values: { enabledProtocols: "CIFS", accessTier: "Fast" },
    required: [group, "accountName", "shareName"],
    readOnly: ["leaseState", "deleted"],
  },
  "azure-native:compute:VirtualMachine": {
    values: {
      "securityProfile.securityType": "Trusted",
      "storageProfile.osDisk.createOption": "Image",
      "storageProfile.osDisk.deleteOption": "Remove",
      "storageProfile.osDisk.caching": "Readonly",
      "storageProfile.osDisk.managedDisk.storageAccountType": "Premium_SSD",
      "osProfile.windowsConfiguration.patchSettings.patchMode": "None",
      "networkProfile.networkInterfaces[0].deleteOption": "delete",
      "identity.type": "SystemAssigned,UserAssigned",
    },
    required: [...placed, "vmName", "storageProfile.osDisk.createOption"],
    readOnly: ["vmId", "instanceView", "provisioningState", "timeCreated"],
  },
  "azure-native:compute:VirtualMachineExtension": {
    required: [...placed, "vmName", "vmExtensionName"],
    readOnly: ["provisioningState"],
  },
  "azure-native:operationalinsights:Workspace": {
    values: { "sku.name": "PerGB", publicNetworkAccessForQuery: "Off" },
    required: [...placed, "workspaceName", "sku.name"],
    readOnly: ["customerId", "createdDate", "workspaceCapping.quotaNextResetTime"],
  },
  "azure-native:monitor:DiagnosticSetting": {
    required: ["resourceUri", "name", "logs[0].enabled", "metrics[0].enabled"],
    readOnly: ["id", "systemData"],
  },
  "azure-native:monitor:ActionGroup": {
    required: [...placed, "actionGroupName", "groupShortName", "enabled", "smsReceivers[0].phoneNumber"],
    readOnly: ["id", "smsReceivers[0].status"],
  },
  "azure-native:monitor:DataCollectionRule": {
    values: {
      kind: "windows",
      "dataSources.performanceCounters[0].streams[0]": "Perf",
      "dataSources.windowsEventLogs[0].streams[0]": "Microsoft-Events",
      "identity.type": "User",
    },
    required: [...placed, "dataCollectionRuleName", "dataSources.extensions[0].extensionName"],
    readOnly: ["immutableId", "provisioningState"],
  },
  "azure-native:monitor:DataCollectionRuleAssociation": {
    required: ["resourceUri", "associationName"],
    readOnly: ["etag", "provisioningState"],
  },
  "azure-native:monitor:AzureMonitorWorkspace": {
    values: { publicNetworkAccess: "On" },
    required: [group, "azureMonitorWorkspaceName"],
    readOnly: ["accountId"],
  },
  "azure-native:alertsmanagement:PrometheusRuleGroup": {
    required: [group, "ruleGroupName", "rules", "scopes", "rules[1].expression"],
    readOnly: ["systemData"],
  },
  "azure-native:keyvault:Vault": {
    values: {
      "properties.sku.name": "Standard",
      "properties.sku.family": "B",
      "properties.networkAcls.bypass": "All",
      "properties.accessPolicies[0].permissions.secrets[0]": "read",
    },
    required: [...placed, "vaultName", "properties", "properties.tenantId", "properties.sku"],
    readOnly: ["properties.hsmPoolResourceId", "properties.privateEndpointConnections"],
  },
  "azure-native:keyvault:Secret": {
    required: [group, "vaultName", "secretName", "properties"],
    readOnly: ["properties.secretUri", "properties.attributes.created"],
  },
  "azure-native:network:LoadBalancer": {
    values: {
      "sku.name": "Premium",
      "probes[0].protocol": "HTTP",
      "loadBalancingRules[0].protocol": "TCP",
      "frontendIPConfigurations[0].privateIPAllocationMethod": "Fixed",
    },
    required: [group, "loadBalancerName", "loadBalancingRules[0].frontendPort", "probes[0].port"],
    readOnly: ["resourceGuid", "provisioningState"],
  },
  "azure-native:network:PrivateLinkService": {
    values: { "ipConfigurations[0].privateIPAllocationMethod": "Fixed" },
    required: [group, "serviceName"],
    readOnly: ["alias", "privateEndpointConnections"],
  },
  "azure-native:storage:BlobContainer": {
    values: { publicAccess: "Everybody" },
    required: [group, "accountName", "containerName"],
    readOnly: ["leaseState", "hasLegalHold"],
  },
  "azure-native:monitor:DataCollectionEndpoint": {
    values: { "networkAcls.publicNetworkAccess": "On" },
    required: [group, "dataCollectionEndpointName", "location"],
    readOnly: ["metricsIngestion", "provisioningState"],
  },
  "azure-native:dashboard:Grafana": {
    values: {
      "properties.apiKey": "Off",
      "properties.zoneRedundancy": "Yes",
      "properties.deterministicOutboundIP": "On",
      "identity.type": "System",
    },
    required: [group, "workspaceName", "sku.name"],
    readOnly: ["properties.endpoint", "properties.grafanaVersion"],
  },
};
