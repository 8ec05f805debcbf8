import { ArmError } from "../errors.ts";
import { key, lastName, parentId } from "../ids.ts";
import { one, text } from "../values.ts";
import { identity } from "./identity.ts";
import { names } from "./names.ts";
import { endpointsOf } from "./private-endpoints.ts";
import { inGroup, type ResourceType } from "./type.ts";

export const storage: readonly ResourceType[] = [
  {
    token: "azure-native:storage:StorageAccount",
    arm: "Microsoft.Storage/storageAccounts",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}"),
    longRunning: true,
    name: names.storageAccount,
    // azure-native provider/pkg/gen/replacement.go
    replaceOn: ["isHnsEnabled", "location"],
    needed: ["sku.name", "kind", "location"],
    // SkuName and Kind of arm-storage.
    allowed: {
      kind: ["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"],
      "sku.name": [
        "Standard_LRS",
        "Standard_GRS",
        "Standard_RAGRS",
        "Standard_ZRS",
        "Premium_LRS",
        "Premium_ZRS",
        "Standard_GZRS",
        "Standard_RAGZRS",
        "StandardV2_LRS",
        "StandardV2_GRS",
        "StandardV2_ZRS",
        "StandardV2_GZRS",
        "PremiumV2_LRS",
        "PremiumV2_ZRS",
      ],
      minimumTlsVersion: ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"],
    },
    fixed: [{ path: "kind", code: "AccountPropertyCannotBeUpdated" }],
    filled: ["identity.principalId", "identity.tenantId"],
    check: ({ id, inputs, state }) => {
      const owner = state.row("SELECT owner FROM claims WHERE kind = 'storage' AND name = ?", lastName(id));
      if (owner !== undefined && owner["owner"] !== key(id)) {
        throw new ArmError(
          409,
          "StorageAccountAlreadyTaken",
          `The storage account named ${lastName(id)} is already taken.`,
        );
      }
      if (text(inputs, "kind") !== "FileStorage" || /Premium|V2/.test(text(inputs, "sku.name"))) return;
      throw new ArmError(
        400,
        "InvalidSkuForKind",
        `SKU ${text(inputs, "sku.name")} does not fit storage account ${id} of kind FileStorage.`,
      );
    },
    assigned: (write) => {
      const name = lastName(write.id);
      const services =
        text(write.inputs, "kind") === "FileStorage" ? ["file"] : ["blob", "dfs", "file", "queue", "table"];
      return {
        ...identity(write),
        primaryEndpoints: Object.fromEntries(
          services.map((service) => [service, `https://${name}.${service}.core.windows.net/`]),
        ),
        primaryLocation: write.location,
        statusOfPrimary: "available",
      };
    },
    live: ({ id }, state) => ({ privateEndpointConnections: endpointsOf(id, state) }),
    after: ({ id, state }) =>
      state.run("INSERT OR REPLACE INTO claims VALUES ('storage', ?, ?)", lastName(id), key(id)),
  },
  {
    token: "azure-native:storage:FileServiceProperties",
    arm: "Microsoft.Storage/storageAccounts/fileServices",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}/fileServices/{fileServicesName}"),
    name: names.default,
    singleton: true,
  },
  {
    token: "azure-native:storage:FileShare",
    arm: "Microsoft.Storage/storageAccounts/fileServices/shares",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}/fileServices/default/shares/{shareName}"),
    name: names.share,
    allowed: { enabledProtocols: ["SMB", "NFS"], accessTier: ["TransactionOptimized", "Hot", "Cool", "Premium"] },
    fixed: [{ path: "enabledProtocols", code: "SharePropertyCannotBeChanged" }],
    check: ({ id, inputs, state }) => {
      const account = state.find(parentId(parentId(id) ?? "") ?? "");
      if (account === undefined) {
        throw new ArmError(404, "ParentResourceNotFound", `The storage account of share ${id} could not be found.`);
      }
      const quota = Number(one(inputs, "shareQuota") ?? 5120);
      // Premium shares start at 100 GiB; the greatest is 102,400 GiB (storage-files-scale-targets).
      const least =
        text(account.inputs, "kind") === "FileStorage" && !text(account.inputs, "sku.name").startsWith("PremiumV2")
          ? 100
          : 1;
      if (quota >= least && quota <= 102400) return;
      throw new ArmError(
        400,
        "InvalidHeaderValue",
        `The quota ${quota} GiB of share ${id} is not between ${least} and 102400.`,
      );
    },
    assigned: ({ inputs }) => ({
      shareQuota: one(inputs, "shareQuota") ?? 5120,
      leaseStatus: "unlocked",
      leaseState: "available",
    }),
  },
  {
    token: "azure-native:storage:BlobContainer",
    arm: "Microsoft.Storage/storageAccounts/blobServices/containers",
    path: inGroup("Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}"),
    // A container is named as a share is.
    name: names.share,
    allowed: { publicAccess: ["Container", "Blob", "None"] },
  },
];
