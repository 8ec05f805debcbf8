import { ArmError } from "../errors.ts";
import { groupId, guid, key, lastName, parentId, subscriptionOf } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { one, text, texts } from "../values.ts";
import { names } from "./names.ts";
import { endpointsOf } from "./private-endpoints.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

const arm = "microsoft.keyvault/vaults";
const secretToken = "azure-native:keyvault:Secret";

export const vaults: readonly ResourceType[] = [
  {
    token: "azure-native:keyvault:Vault",
    arm: "Microsoft.KeyVault/vaults",
    path: inGroup("Microsoft.KeyVault/vaults/{vaultName}"),
    longRunning: true,
    name: names.vault,
    needed: ["properties.sku.name", "properties.tenantId"],
    allowed: {
      "properties.sku.name": ["standard", "premium"],
      "properties.sku.family": ["A"],
      "properties.createMode": ["default", "recover"],
    },
    fixed: [{ path: "properties.softDeleteRetentionInDays", code: "BadRequest" }],
    writeOnly: ["properties.createMode"],
    outputsOnly: ["properties.privateEndpointConnections"],
    filled: ["properties.vaultUri", "properties.provisioningState"],
    check: checkVault,
    assigned: ({ id }) => ({
      properties: {
        enableSoftDelete: true,
        vaultUri: `https://${lastName(id)}.vault.azure.net/`,
        provisioningState: "Succeeded",
      },
      systemData: {},
    }),
    live: ({ id }, state) => {
      const found = endpointsOf(id, state);
      return found.length === 0 ? {} : { properties: { privateEndpointConnections: found } };
    },
    after: ({ id, state }) => {
      state.run("INSERT OR REPLACE INTO claims VALUES ('vault', ?, ?)", key(lastName(id)), key(id));
      const deleted = "FROM soft_deleted WHERE arm = ? AND name = ?";
      const contents = state.row(`SELECT contents ${deleted}`, arm, key(lastName(id)))?.["contents"];
      for (const secret of JSON.parse(String(contents ?? "[]")) as readonly Stored[]) state.save(secret, []);
      state.run(`DELETE ${deleted}`, arm, key(lastName(id)));
    },
    // A vault that is deleted keeps its name until it is purged, which purge protection forbids, and its secrets, which
    // are there again when it is recovered (key-vault/general/soft-delete-overview).
    afterDelete: (vault, state, children) =>
      state.run(
        "INSERT OR REPLACE INTO soft_deleted VALUES (?, ?, ?, ?, ?, ?)",
        arm,
        key(lastName(vault.id)),
        vault.id,
        vault.location,
        one(vault.inputs, "properties.enablePurgeProtection") === true ? 1 : 0,
        JSON.stringify(children.filter(({ token }) => token === secretToken)),
      ),
  },
  {
    token: secretToken,
    arm: "Microsoft.KeyVault/vaults/secrets",
    path: inGroup("Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}"),
    name: names.secret,
    writeOnly: ["properties.value"],
    filled: ["properties.secretUri", "properties.secretUriWithVersion"],
    assigned: ({ id, inputs, before }) => {
      const uri = `https://${lastName(parentId(id) ?? "")}.vault.azure.net/secrets/${lastName(id)}`;
      const version = guid(id, text(inputs, "properties.value"), String(before?.generation ?? 0)).replaceAll("-", "");
      return {
        properties: { secretUri: uri, secretUriWithVersion: `${uri}/${version}`, attributes: { enabled: true } },
      };
    },
    checkDelete: refuseOutsiders,
  },
];

/** Key Vault Secrets Officer and Key Vault Administrator (Azure built-in roles). */
const deleters = ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "00482a5a-887f-4fb3-b363-3b7fe8e74483"];

/**
 * Resource Manager writes a secret whatever the vault's firewall and roles say, and has no DELETE of it
 * (DisallowedResourceOperation): azure-native sends that to the vault itself (customresources/custom_keyvault.go of
 * pulumi-azure-native, read at 006a62a, 2025). The double's caller comes from the public network, and has every role that
 * anybody has.
 */
function refuseOutsiders({ id }: Stored, state: State): void {
  const vault = state.find(parentId(id) ?? "");
  const closed =
    /^disabled$/i.test(text(vault?.inputs, "properties.publicNetworkAccess")) ||
    /^deny$/i.test(text(vault?.inputs, "properties.networkAcls.defaultAction"));
  if (closed) {
    throw new ArmError(
      403,
      "Forbidden",
      "Public network access is disabled and request is not from a trusted service nor via an approved private link. " +
        `Vault: ${lastName(vault?.id ?? "")} InnerError=ForbiddenByConnection`,
    );
  }
  const scopes = [vault?.id ?? "", groupId(id) ?? "", `/subscriptions/${subscriptionOf(id)}`];
  const roles = scopes.flatMap((scope) => state.children(scope)).map(({ inputs }) => text(inputs, "roleDefinitionId"));
  const policies = texts(vault?.inputs, "properties.accessPolicies.permissions.secrets");
  const may =
    one(vault?.inputs, "properties.enableRbacAuthorization") === true
      ? roles.some((role) => deleters.includes(lastName(role)))
      : policies.some((permission) => /^(delete|all)$/i.test(permission));
  if (may) return;
  throw new ArmError(403, "Forbidden", `The caller may not delete secrets of ${lastName(vault?.id ?? "")}.`);
}

function checkVault({ id, inputs, before, location, state }: Write): void {
  const name = key(lastName(id));
  const owner = state.row("SELECT owner FROM claims WHERE kind = 'vault' AND name = ?", name);
  if (owner !== undefined && owner["owner"] !== key(id)) {
    throw new ArmError(
      409,
      "VaultAlreadyExists",
      `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
    );
  }
  const deleted = state.row("SELECT id, location FROM soft_deleted WHERE arm = ? AND name = ?", arm, name);
  const recovers = text(inputs, "properties.createMode") === "recover";
  if (before === undefined && deleted !== undefined && !(recovers && deleted["location"] === location)) {
    throw new ArmError(
      409,
      "ConflictError",
      "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.",
    );
  }
  if (before === undefined && deleted === undefined && recovers) {
    throw new ArmError(404, "VaultNotFound", `There is no deleted vault '${name}' to recover.`);
  }
  if (one(inputs, "properties.enableSoftDelete") === false) {
    throw new ArmError(
      400,
      "BadRequest",
      "The property \"enableSoftDelete\" can be set to false only for creating new vault. Enabling the 'soft delete' functionality is an irreversible action.",
    );
  }
  const protection = one(inputs, "properties.enablePurgeProtection");
  if (
    protection === false ||
    (protection !== true && one(before?.inputs, "properties.enablePurgeProtection") === true)
  ) {
    throw new ArmError(
      400,
      "BadRequest",
      'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
    );
  }
  const days = one(inputs, "properties.softDeleteRetentionInDays");
  if (days !== undefined && (Number(days) < 7 || Number(days) > 90)) {
    throw new ArmError(
      400,
      "BadRequest",
      `The property "softDeleteRetentionInDays" of ${id} must be between 7 and 90.`,
    );
  }
}
