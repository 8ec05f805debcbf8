import { inGroup, type ResourceType } from "./type.ts";

/** The way to the vantage point outside: a private link service stands before an internal balancer. */
export const balancers: readonly ResourceType[] = [
  {
    token: "azure-native:network:LoadBalancer",
    arm: "Microsoft.Network/loadBalancers",
    path: inGroup("Microsoft.Network/loadBalancers/{loadBalancerName}"),
    longRunning: true,
  },
];
