import type { Resource } from "../check.ts";
import { id, placed, subscription } from "./ids.ts";

const group = "hub-watch";
const subnet = { id: id(group, "Microsoft.Network/virtualNetworks/outside/subnets/main") };
const balancer = (part: string) => ({ id: id(group, `Microsoft.Network/loadBalancers/outside/${part}`) });

/** The private way to a machine, and where what is read from it lies. */
export const outside: readonly Resource[] = [
  {
    type: "azure-native:network:LoadBalancer",
    inputs: {
      ...placed(group),
      loadBalancerName: "outside",
      sku: { name: "Standard", tier: "Regional" },
      frontendIPConfigurations: [
        { name: "main", privateIPAddress: "10.0.0.5", privateIPAllocationMethod: "Static", subnet, zones: ["1", "2"] },
      ],
      backendAddressPools: [{ name: "main" }],
      probes: [
        { name: "main", protocol: "Http", port: 9720, requestPath: "/", intervalInSeconds: 5, probeThreshold: 1 },
      ],
      loadBalancingRules: [
        {
          name: "main",
          protocol: "Tcp",
          frontendPort: 9720,
          backendPort: 9720,
          frontendIPConfiguration: balancer("frontendIPConfigurations/main"),
          backendAddressPool: balancer("backendAddressPools/main"),
          probe: balancer("probes/main"),
          enableTcpReset: true,
          idleTimeoutInMinutes: 4,
        },
      ],
    },
  },
  {
    type: "azure-native:network:PrivateLinkService",
    inputs: {
      ...placed(group),
      serviceName: "outside",
      loadBalancerFrontendIpConfigurations: [balancer("frontendIPConfigurations/main")],
      ipConfigurations: [
        { name: "main", primary: true, privateIPAddress: "10.0.0.6", privateIPAllocationMethod: "Static", subnet },
      ],
      visibility: { subscriptions: [subscription] },
      autoApproval: { subscriptions: [subscription] },
      enableProxyProtocol: false,
    },
  },
  {
    type: "azure-native:storage:BlobContainer",
    inputs: { resourceGroupName: group, accountName: "watchstore", containerName: "hub", publicAccess: "None" },
  },
  {
    type: "azure-native:monitor:DataCollectionEndpoint",
    inputs: {
      ...placed(group),
      dataCollectionEndpointName: "watch",
      description: "Where Prometheus writes",
      networkAcls: { publicNetworkAccess: "Enabled" },
    },
  },
];
