import { FileServiceProperties } from "@pulumi/azure-native/storage/fileServiceProperties.js";
import { FileShare } from "@pulumi/azure-native/storage/fileShare.js";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount.js";
import * as pulumi from "@pulumi/pulumi";
import { profileShare } from "../../../src/plan/limits.ts";
import type { PoolPlan } from "../../../src/plan/types.ts";
import type { AzureContext } from "../context.ts";
import { type CloudBody, inBody, profilesAccount } from "../known.ts";
import { declareEndpoint } from "./endpoint.ts";
import type { BodyPlace } from "./place.ts";
import { declareGrant } from "./roles.ts";

/** How large the share of a pool's profiles is. Throws an Error for a pool whose profiles no share holds. */
export function shareGib(pool: Pick<PoolPlan, "id" | "desks">): number {
  const { gibPerDesk, smallestGib, largestGib } = profileShare;
  const gib = Math.max(smallestGib, pool.desks * gibPerDesk);
  if (gib <= largestGib) return gib;
  throw new Error(
    `pool ${pool.id} has ${pool.desks} desks, whose profiles need ${gib} GiB, and a share has at most ${largestGib}; ` +
      `split the pool into parts of at most ${Math.floor(largestGib / gibPerDesk)} desks`,
  );
}

/**
 * Where profiles live: premium files in three zones. People show who they are by Kerberos, from Entra ID; keys and
 * anonymous access are off, and only the private endpoint answers.
 */
export function profilesArgs(context: AzureContext, body: CloudBody, pool: PoolPlan) {
  const { cloud, names, tags, tenancy } = context;
  const resourceGroupName = names.bodyGroup(body);
  const accountName = profilesAccount(context, body, pool);
  const { name: domainName, guid: domainGuid } = tenancy.domain ?? {};
  return {
    account: {
      resourceGroupName,
      location: cloud.region,
      tags,
      accountName,
      kind: "FileStorage" as const,
      sku: { name: "Premium_ZRS" as const },
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      allowSharedKeyAccess: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2" as const,
      publicNetworkAccess: "Disabled" as const,
      networkRuleSet: { defaultAction: "Deny" as const, bypass: "None" as const },
      azureFilesIdentityBasedAuthentication: {
        directoryServiceOptions: "AADKERB" as const,
        defaultSharePermission: "None" as const,
        ...(domainName === undefined || domainGuid === undefined
          ? {}
          : { activeDirectoryProperties: { domainName, domainGuid } }),
      },
    },
    service: {
      resourceGroupName,
      accountName,
      fileServicesName: "default",
      shareDeleteRetentionPolicy: { enabled: true, days: 14 },
      protocolSettings: {
        smb: {
          versions: "SMB3.1.1",
          authenticationMethods: "Kerberos",
          kerberosTicketEncryption: "AES-256",
          channelEncryption: "AES-256-GCM",
          multichannel: { enabled: true },
        },
      },
    },
    share: {
      resourceGroupName,
      accountName,
      shareName: names.profilesShare,
      enabledProtocols: "SMB" as const,
      accessTier: "Premium" as const,
      shareQuota: shareGib(pool),
    },
  };
}

/** A pooled pool's profiles: account, share, endpoint, and who may write. */
export class Profiles extends pulumi.ComponentResource {
  constructor(
    { context, body, group }: BodyPlace,
    pool: PoolPlan,
    endpoints: pulumi.Resource,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const prefix = `${pool.name}-profiles`;
    super("deskbridge:azure:Profiles", prefix, {}, opts);
    const args = profilesArgs(context, body, pool);
    const { accountName } = args.account;
    const { profilesShare } = context.names;
    const type = "Microsoft.Storage/storageAccounts";
    const account = new StorageAccount(`${prefix}-account`, args.account, {
      parent: this,
      dependsOn: [group],
    });
    const service = new FileServiceProperties(`${prefix}-service`, args.service, {
      parent: this,
      dependsOn: [account],
    });
    const share = new FileShare(`${prefix}-share`, args.share, { parent: this, dependsOn: [service] });
    if (body.group !== undefined) {
      const input = {
        subscription: context.subscription(body.subscription),
        scope: inBody(context, body, type, accountName, "fileServices", "default", "fileshares", profilesShare),
        role: "Storage File Data SMB Share Contributor",
        group: context.group(body.group),
      } as const;
      declareGrant(`${prefix}-people`, input, { parent: this, dependsOn: [share] });
    }
    declareEndpoint(
      `${prefix}-endpoint`,
      { context, body, of: accountName, target: inBody(context, body, type, accountName), part: "file" },
      this,
      [account, endpoints],
    );
    this.registerOutputs({ accountId: account.id });
  }
}
