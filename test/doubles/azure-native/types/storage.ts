import { inGroup, type ResourceType } from "./type.ts";

export const storage: readonly ResourceType[] = [
  {
    token: "azure-native:storage:StorageAccount",
    arm: "Microsoft.Storage/storageAccounts",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}"),
    longRunning: true,
  },
  {
    token: "azure-native:storage:FileServiceProperties",
    arm: "Microsoft.Storage/storageAccounts/fileServices",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}/fileServices/{fileServicesName}"),
  },
  {
    token: "azure-native:storage:FileShare",
    arm: "Microsoft.Storage/storageAccounts/fileServices/shares",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}/fileServices/default/shares/{shareName}"),
  },
];
