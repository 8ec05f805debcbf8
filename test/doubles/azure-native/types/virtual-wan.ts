import { inGroup, type ResourceType } from "./type.ts";

export const virtualWan: readonly ResourceType[] = [
  {
    token: "azure-native:network:VirtualWan",
    arm: "Microsoft.Network/virtualWans",
    path: inGroup("Microsoft.Network/virtualWans/{virtualWANName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VirtualHub",
    arm: "Microsoft.Network/virtualHubs",
    path: inGroup("Microsoft.Network/virtualHubs/{virtualHubName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:HubVirtualNetworkConnection",
    arm: "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections",
    path: inGroup("Microsoft.Network/virtualHubs/{virtualHubName}/hubVirtualNetworkConnections/{connectionName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VpnServerConfiguration",
    arm: "Microsoft.Network/vpnServerConfigurations",
    path: inGroup("Microsoft.Network/vpnServerConfigurations/{vpnServerConfigurationName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:P2sVpnGateway",
    arm: "Microsoft.Network/p2svpnGateways",
    path: inGroup("Microsoft.Network/p2svpnGateways/{gatewayName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VpnGateway",
    arm: "Microsoft.Network/vpnGateways",
    path: inGroup("Microsoft.Network/vpnGateways/{gatewayName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VpnConnection",
    arm: "Microsoft.Network/vpnGateways/vpnConnections",
    path: inGroup("Microsoft.Network/vpnGateways/{gatewayName}/vpnConnections/{connectionName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VpnSite",
    arm: "Microsoft.Network/vpnSites",
    path: inGroup("Microsoft.Network/vpnSites/{vpnSiteName}"),
    longRunning: true,
  },
];
