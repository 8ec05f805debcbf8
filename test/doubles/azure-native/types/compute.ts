import { inGroup, type ResourceType } from "./type.ts";

export const compute: readonly ResourceType[] = [
  {
    token: "azure-native:compute:VirtualMachine",
    arm: "Microsoft.Compute/virtualMachines",
    path: inGroup("Microsoft.Compute/virtualMachines/{vmName}"),
    longRunning: true,
  },
  {
    token: "azure-native:compute:VirtualMachineExtension",
    arm: "Microsoft.Compute/virtualMachines/extensions",
    path: inGroup("Microsoft.Compute/virtualMachines/{vmName}/extensions/{vmExtensionName}"),
    longRunning: true,
  },
];
