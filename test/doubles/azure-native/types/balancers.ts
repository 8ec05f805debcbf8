import { guid, lastName } from "../ids.ts";
import { endpointsOf } from "./private-endpoints.ts";
import { inGroup, type ResourceType } from "./type.ts";

/** The way to the vantage point outside: a private link service stands before an internal balancer. */
export const balancers: readonly ResourceType[] = [
  {
    token: "azure-native:network:LoadBalancer",
    arm: "Microsoft.Network/loadBalancers",
    path: inGroup("Microsoft.Network/loadBalancers/{loadBalancerName}"),
    longRunning: true,
  },
  {
    token: "azure-native:network:PrivateLinkService",
    arm: "Microsoft.Network/privateLinkServices",
    path: inGroup("Microsoft.Network/privateLinkServices/{serviceName}"),
    longRunning: true,
    needed: ["ipConfigurations", "loadBalancerFrontendIpConfigurations"],
    assigned: ({ id }) => ({ alias: `${lastName(id)}.${guid(id, "alias")}.azure.privatelinkservice` }),
    live: ({ id }, state) => ({ privateEndpointConnections: endpointsOf(id, state) }),
  },
];
