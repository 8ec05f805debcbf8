import { inGroup, type ResourceType } from "./type.ts";

export const network: readonly ResourceType[] = [
  {
    token: "azure-native:network:VirtualNetwork",
    arm: "Microsoft.Network/virtualNetworks",
    path: inGroup("Microsoft.Network/virtualNetworks/{virtualNetworkName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:Subnet",
    arm: "Microsoft.Network/virtualNetworks/subnets",
    path: inGroup("Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VirtualNetworkPeering",
    arm: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
    path: inGroup(
      "Microsoft.Network/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
    ),
    longRunning: true,
  },
  {
    token: "azure-native:network:NetworkSecurityGroup",
    arm: "Microsoft.Network/networkSecurityGroups",
    path: inGroup("Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:RouteTable",
    arm: "Microsoft.Network/routeTables",
    path: inGroup("Microsoft.Network/routeTables/{routeTableName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:PublicIPAddress",
    arm: "Microsoft.Network/publicIPAddresses",
    path: inGroup("Microsoft.Network/publicIPAddresses/{publicIpAddressName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:NatGateway",
    arm: "Microsoft.Network/natGateways",
    path: inGroup("Microsoft.Network/natGateways/{natGatewayName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:NetworkInterface",
    arm: "Microsoft.Network/networkInterfaces",
    path: inGroup("Microsoft.Network/networkInterfaces/{networkInterfaceName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:PrivateEndpoint",
    arm: "Microsoft.Network/privateEndpoints",
    path: inGroup("Microsoft.Network/privateEndpoints/{privateEndpointName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:PrivateDnsZoneGroup",
    arm: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    path: inGroup(
      "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    ),
    longRunning: true,
  },
];
