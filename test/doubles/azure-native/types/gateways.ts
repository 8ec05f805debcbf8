import { inGroup, type ResourceType } from "./type.ts";

export const gateways: readonly ResourceType[] = [
  {
    token: "azure-native:network:VirtualNetworkGateway",
    arm: "Microsoft.Network/virtualNetworkGateways",
    path: inGroup("Microsoft.Network/virtualNetworkGateways/{virtualNetworkGatewayName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:LocalNetworkGateway",
    arm: "Microsoft.Network/localNetworkGateways",
    path: inGroup("Microsoft.Network/localNetworkGateways/{localNetworkGatewayName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:VirtualNetworkGatewayConnection",
    arm: "Microsoft.Network/connections",
    path: inGroup("Microsoft.Network/connections/{virtualNetworkGatewayConnectionName}"),
    longRunning: true,
  },
];
