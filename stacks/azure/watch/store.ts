import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer.js";
import { StorageAccount, type StorageAccountArgs } from "@pulumi/azure-native/storage/storageAccount.js";
import * as pulumi from "@pulumi/pulumi";
import { inventoryBlob, storeContainers, type WatchPoint } from "../../../src/plan/watch-names.ts";
import { type Grant, grant } from "./grants.ts";
import type { WatchGround, WatchSettings } from "./settings.ts";

/**
 * The store: where the machines fetch the inventory, which `deskbridge up` writes when all slices are up. Each machine
 * reads its own container, the operators write; nobody has a key. The machines come over private endpoints. Where the
 * tenancy names addresses of the operators those, and no others, come over the public endpoint; else it is shut.
 */
export class WatchStore extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;

  constructor(ground: WatchGround, identities: Identities, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:WatchStore", "watch-store", {}, opts);
    const { subscription, operators, home } = ground;
    const parent = { parent: this };
    const account = new StorageAccount("store", { ...storeArgs(ground), resourceGroupName: home }, parent);
    for (const point of ["hub", "public"] as const) {
      const container = new BlobContainer(
        `store-${point}`,
        {
          resourceGroupName: home,
          accountName: account.name,
          containerName: storeContainers[point],
          publicAccess: "None",
        },
        parent,
      );
      const reads: Grant = {
        name: `store-reader-${point}`,
        role: "Storage Blob Data Reader",
        to: identities[point],
        principal: "ServicePrincipal",
        scope: container.id,
        description: "The watch's machine fetches the inventory.",
      };
      grant(subscription, reads, parent);
    }
    const writes: Grant = {
      name: "store-writer",
      role: "Storage Blob Data Contributor",
      to: operators.group,
      principal: "Group",
      scope: account.id,
      description: "Operators write the inventory.",
    };
    grant(subscription, writes, parent);
    this.id = account.id;
    this.registerOutputs({ id: this.id });
  }
}

/** Object id of each machine's identity. */
export type Identities = Readonly<Record<WatchPoint, pulumi.Input<string>>>;

export function storeArgs({
  names,
  region,
  suffix,
  tags,
  operators,
}: WatchSettings): Omit<StorageAccountArgs, "resourceGroupName"> {
  const open = operators.addresses.length > 0;
  return {
    accountName: names.store(suffix),
    location: region,
    tags,
    kind: "StorageV2",
    // Copies in three zones: the inventory is there as long as the watch is.
    sku: { name: "Standard_ZRS" },
    accessTier: "Hot",
    allowSharedKeyAccess: false,
    defaultToOAuthAuthentication: true,
    allowBlobPublicAccess: false,
    allowCrossTenantReplication: false,
    isLocalUserEnabled: false,
    enableHttpsTrafficOnly: true,
    minimumTlsVersion: "TLS1_2",
    publicNetworkAccess: open ? "Enabled" : "Disabled",
    networkRuleSet: {
      defaultAction: "Deny",
      bypass: "None",
      ipRules: operators.addresses.map((address) => ({ iPAddressOrRange: address, action: "Allow" })),
      virtualNetworkRules: [],
    },
  };
}

/** Where a machine fetches its inventory. */
export function inventoryUrl({ store }: Pick<WatchSettings, "store">, point: WatchPoint): string {
  return `https://${store}/${storeContainers[point]}/${inventoryBlob}`;
}
