import { inGroup, type ResourceType } from "./type.ts";

/** Our stacks make none; the policy pack's bad program does. */
export const balancers: readonly ResourceType[] = [
  {
    token: "azure-native:network:LoadBalancer",
    arm: "Microsoft.Network/loadBalancers",
    path: inGroup("Microsoft.Network/loadBalancers/{loadBalancerName}"),
    longRunning: true,
  },
];
