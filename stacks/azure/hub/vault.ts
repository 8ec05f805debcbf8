import { Secret } from "@pulumi/azure-native/keyvault/secret.js";
import { Vault } from "@pulumi/azure-native/keyvault/vault.js";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting.js";
import * as pulumi from "@pulumi/pulumi";
import { joined } from "../../../src/plan/cloud-names.ts";
import type { LinkPlan } from "../../../src/plan/types.ts";
import type { AzureContext } from "../context.ts";
import { diagnosticsArgs } from "../diagnostics.ts";
import { uniqueSuffix } from "../ids.ts";
import { hubSubnetId, hubSubscription, zoneId } from "../known.ts";
import { declarePrivateEndpoint } from "../private-endpoint.ts";
import { inHub, placed } from "./ids.ts";
import type { LineKeys } from "./lines.ts";

/** Days for which Azure keeps what was deleted; 90 is the most. */
const recoverableDays = 90;

/** A vault's name is a host name: unique in the whole cloud. */
export function vaultName(context: AzureContext): string {
  const { names, plan, tenancy } = context;
  return names.vault(uniqueSuffix(tenancy.tenant, hubSubscription(context), plan.fleet, "vault"));
}

/**
 * Roles, and no access policies, say who reads; nobody from the public network does. With purge protection a deleted
 * vault keeps its name for 90 days: to make it again in that time, the stack's `recoverVault` is set to true.
 */
export function vaultArgs(context: AzureContext) {
  return {
    ...placed(context),
    vaultName: vaultName(context),
    properties: {
      tenantId: context.tenancy.tenant,
      sku: { family: "A" as const, name: "standard" as const },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: recoverableDays,
      enablePurgeProtection: true,
      publicNetworkAccess: "Disabled",
      networkAcls: { bypass: "None" as const, defaultAction: "Deny" as const },
      ...(context.config.getBoolean("recoverVault") === true ? { createMode: "recover" as const } : {}),
    },
  };
}

/** The line's key, for those who set up the router at its site. */
export function linkSecretArgs(context: AzureContext, link: LinkPlan) {
  const { names, tags } = context;
  return {
    resourceGroupName: names.hubGroup,
    vaultName: vaultName(context),
    secretName: names.linkSecret(link),
    tags: { ...tags, line: link.id },
    properties: { contentType: "IKEv2 pre-shared key" },
  };
}

export interface VaultInput {
  readonly links: readonly LinkPlan[];
  readonly keys: LineKeys;
  readonly group: pulumi.Resource;
  readonly subnets: pulumi.Resource;
  readonly zone: readonly pulumi.Resource[];
  readonly logs: pulumi.Resource;
}

/** The vault of the lines' keys, which answers at a private endpoint alone. */
export class HubVault extends pulumi.ComponentResource {
  constructor(context: AzureContext, input: VaultInput, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:HubVault", "vault", {}, opts);
    const { names } = context;
    const args = vaultArgs(context);
    const id = inHub(context, "Microsoft.KeyVault/vaults", args.vaultName);
    const vault = new Vault("vault-lines", args, {
      parent: this,
      dependsOn: [input.group],
      // It is only said at the creation, and Azure never tells it again.
      ignoreChanges: ["properties.createMode"],
    });
    new DiagnosticSetting("vault-logs", diagnosticsArgs(context, id, { figures: true }), {
      parent: this,
      dependsOn: [vault, input.logs],
    });
    declarePrivateEndpoint(
      "vault-endpoint",
      {
        ...placed(context),
        privateEndpointName: names.privateEndpoint(args.vaultName),
        subnet: hubSubnetId(context, names.endpointsSubnet),
        target: id,
        zone: zoneId(context, "vaults"),
        part: "vault",
      },
      this,
      [vault, input.subnets, ...input.zone],
    );
    for (const link of input.links) {
      const secret = linkSecretArgs(context, link);
      const properties = { ...secret.properties, value: input.keys(link) };
      new Secret(
        `vault-${joined(link.id)}`,
        { ...secret, properties },
        {
          parent: this,
          dependsOn: [vault],
          // Azure writes a secret by its own hand, but has it deleted at the vault itself (custom_keyvault.go of
          // pulumi-azure-native, 2025), which no public network reaches, and where we have no role. So it stays with the
          // vault, and goes with it.
          retainOnDelete: true,
        },
      );
    }
    this.registerOutputs({ vaultId: vault.id });
  }
}
