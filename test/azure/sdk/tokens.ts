import type { PackageName } from "./packages.ts";

/** How a resource of the provider stands to Microsoft's model of it. */
export interface Token {
  /** Inputs that are parts of the resource's path (the rest is the request's body); all are given, as text. */
  readonly parameters: readonly string[];
  /** Inputs that are parts of the request's query: optional, and not of the body either. */
  readonly query?: readonly string[];
  readonly published: Published | Unpublished;
}

/** A model in an installed package of Microsoft's. */
export interface Published {
  readonly package: PackageName;
  readonly model: string;
}

/** Why there is no such model; only the provider's own types are held against then. */
export interface Unpublished {
  readonly because: string;
}

const group = "resourceGroupName";

function of(packageName: PackageName, model: string, ...parameters: readonly string[]): Token {
  return { parameters, published: { package: packageName, model } };
}

const network = "@azure/arm-network";
const desktops = "@azure/arm-desktopvirtualization";
const monitor = "@azure/arm-monitor";
const storage = "@azure/arm-storage";

export const tokens: Readonly<Record<string, Token>> = {
  "azure-native:resources:ResourceGroup": of("@azure/arm-resources", "ResourceGroup", group),

  "azure-native:network:VirtualNetwork": of(network, "VirtualNetwork", group, "virtualNetworkName"),
  "azure-native:network:Subnet": of(network, "Subnet", group, "virtualNetworkName", "subnetName"),
  "azure-native:network:NetworkSecurityGroup": of(network, "NetworkSecurityGroup", group, "networkSecurityGroupName"),
  "azure-native:network:PublicIPAddress": of(network, "PublicIPAddress", group, "publicIpAddressName"),
  "azure-native:network:NatGateway": of(network, "NatGateway", group, "natGatewayName"),
  "azure-native:network:NetworkInterface": of(network, "NetworkInterface", group, "networkInterfaceName"),
  "azure-native:network:VirtualNetworkPeering": {
    ...of(network, "VirtualNetworkPeering", group, "virtualNetworkName", "virtualNetworkPeeringName"),
    query: ["syncRemoteAddressSpace"],
  },
  "azure-native:network:PrivateEndpoint": of(network, "PrivateEndpoint", group, "privateEndpointName"),
  "azure-native:network:PrivateDnsZoneGroup": of(
    network,
    "PrivateDnsZoneGroup",
    group,
    "privateEndpointName",
    "privateDnsZoneGroupName",
  ),
  "azure-native:network:VirtualNetworkGateway": of(
    network,
    "VirtualNetworkGateway",
    group,
    "virtualNetworkGatewayName",
  ),
  "azure-native:network:LocalNetworkGateway": of(network, "LocalNetworkGateway", group, "localNetworkGatewayName"),
  "azure-native:network:VirtualNetworkGatewayConnection": of(
    network,
    "VirtualNetworkGatewayConnection",
    group,
    "virtualNetworkGatewayConnectionName",
  ),
  "azure-native:network:VirtualWan": of(network, "VirtualWAN", group, "virtualWANName"),
  "azure-native:network:VirtualHub": of(network, "VirtualHub", group, "virtualHubName"),
  "azure-native:network:HubVirtualNetworkConnection": of(
    network,
    "HubVirtualNetworkConnection",
    group,
    "virtualHubName",
    "connectionName",
  ),
  "azure-native:network:VpnServerConfiguration": of(
    network,
    "VpnServerConfiguration",
    group,
    "vpnServerConfigurationName",
  ),
  "azure-native:network:P2sVpnGateway": of(network, "P2SVpnGateway", group, "gatewayName"),
  "azure-native:network:VpnGateway": of(network, "VpnGateway", group, "gatewayName"),
  "azure-native:network:VpnSite": of(network, "VpnSite", group, "vpnSiteName"),
  "azure-native:network:VpnConnection": of(network, "VpnConnection", group, "gatewayName", "connectionName"),

  "azure-native:privatedns:PrivateZone": of("@azure/arm-privatedns", "PrivateZone", group, "privateZoneName"),
  "azure-native:privatedns:VirtualNetworkLink": of(
    "@azure/arm-privatedns",
    "VirtualNetworkLink",
    group,
    "privateZoneName",
    "virtualNetworkLinkName",
  ),
  "azure-native:dnsresolver:DnsResolver": of("@azure/arm-dnsresolver", "DnsResolver", group, "dnsResolverName"),
  "azure-native:dnsresolver:InboundEndpoint": of(
    "@azure/arm-dnsresolver",
    "InboundEndpoint",
    group,
    "dnsResolverName",
    "inboundEndpointName",
  ),

  "azure-native:keyvault:Vault": of("@azure/arm-keyvault", "VaultCreateOrUpdateParameters", group, "vaultName"),
  "azure-native:keyvault:Secret": of(
    "@azure/arm-keyvault",
    "SecretCreateOrUpdateParameters",
    group,
    "vaultName",
    "secretName",
  ),
  "azure-native:authorization:RoleAssignment": of(
    "@azure/arm-authorization",
    "RoleAssignmentCreateParameters",
    "scope",
    "roleAssignmentName",
  ),
  "azure-native:managedidentity:UserAssignedIdentity": of("@azure/arm-msi", "Identity", group, "resourceName"),

  "azure-native:desktopvirtualization:Workspace": of(desktops, "Workspace", group, "workspaceName"),
  "azure-native:desktopvirtualization:HostPool": of(desktops, "HostPool", group, "hostPoolName"),
  "azure-native:desktopvirtualization:ApplicationGroup": of(
    desktops,
    "ApplicationGroup",
    group,
    "applicationGroupName",
  ),
  "azure-native:desktopvirtualization:ScalingPlan": of(desktops, "ScalingPlan", group, "scalingPlanName"),
  "azure-native:desktopvirtualization:ScalingPlanPooledSchedule": of(
    desktops,
    "ScalingPlanPooledSchedule",
    group,
    "scalingPlanName",
    "scalingPlanScheduleName",
  ),
  "azure-native:desktopvirtualization:ScalingPlanPersonalSchedule": of(
    desktops,
    "ScalingPlanPersonalSchedule",
    group,
    "scalingPlanName",
    "scalingPlanScheduleName",
  ),

  "azure-native:network:LoadBalancer": of(network, "LoadBalancer", group, "loadBalancerName"),
  "azure-native:network:PrivateLinkService": of(network, "PrivateLinkService", group, "serviceName"),

  "azure-native:storage:BlobContainer": of(storage, "BlobContainer", group, "accountName", "containerName"),
  "azure-native:storage:StorageAccount": of(storage, "StorageAccountCreateParameters", group, "accountName"),
  "azure-native:storage:FileServiceProperties": of(
    storage,
    "FileServiceProperties",
    group,
    "accountName",
    "fileServicesName",
  ),
  "azure-native:storage:FileShare": {
    ...of(storage, "FileShare", group, "accountName", "shareName"),
    query: ["expand"],
  },

  "azure-native:compute:VirtualMachine": of("@azure/arm-compute", "VirtualMachine", group, "vmName"),
  "azure-native:compute:VirtualMachineExtension": of(
    "@azure/arm-compute",
    "VirtualMachineExtension",
    group,
    "vmName",
    "vmExtensionName",
  ),

  "azure-native:operationalinsights:Workspace": of(
    "@azure/arm-operationalinsights",
    "Workspace",
    group,
    "workspaceName",
  ),
  "azure-native:monitor:DiagnosticSetting": of(monitor, "DiagnosticSettingsResource", "resourceUri", "name"),
  "azure-native:monitor:ActionGroup": of(monitor, "ActionGroupResource", group, "actionGroupName"),
  "azure-native:monitor:DataCollectionEndpoint": of(
    monitor,
    "DataCollectionEndpointResource",
    group,
    "dataCollectionEndpointName",
  ),
  "azure-native:monitor:DataCollectionRule": of(monitor, "DataCollectionRuleResource", group, "dataCollectionRuleName"),
  "azure-native:monitor:DataCollectionRuleAssociation": of(
    monitor,
    "DataCollectionRuleAssociationProxyOnlyResource",
    "resourceUri",
    "associationName",
  ),
  "azure-native:dashboard:Grafana": of("@azure/arm-dashboard", "ManagedGrafana", group, "workspaceName"),

  "azure-native:monitor:AzureMonitorWorkspace": {
    parameters: [group, "azureMonitorWorkspaceName"],
    published: {
      because:
        "Microsoft documents @azure/arm-monitorworkspaces (learn.microsoft.com/javascript/api/@azure/" +
        "arm-monitorworkspaces), and npm has no release of it",
    },
  },
  "azure-native:alertsmanagement:PrometheusRuleGroup": {
    parameters: [group, "ruleGroupName"],
    published: {
      because:
        "Microsoft documents @azure/arm-prometheusrulegroups 1.0.0-beta.1 (learn.microsoft.com/javascript/api/@azure/" +
        "arm-prometheusrulegroups), and npm has no release of it",
    },
  },
};
