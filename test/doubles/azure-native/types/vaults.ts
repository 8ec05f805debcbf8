import { inGroup, type ResourceType } from "./type.ts";

export const vaults: readonly ResourceType[] = [
  {
    token: "azure-native:keyvault:Vault",
    arm: "Microsoft.KeyVault/vaults",
    path: inGroup("Microsoft.KeyVault/vaults/{vaultName}"),
    longRunning: true,
  },
  {
    token: "azure-native:keyvault:Secret",
    arm: "Microsoft.KeyVault/vaults/secrets",
    path: inGroup("Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}"),
  },
];
