import { ArmError } from "../errors.ts";
import { guid, key, lastName, parentId } from "../ids.ts";
import { one, text } from "../values.ts";
import { names } from "./names.ts";
import { endpointsOf } from "./private-endpoints.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

const arm = "microsoft.keyvault/vaults";

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
      state.run("DELETE FROM soft_deleted WHERE arm = ? AND name = ?", arm, key(lastName(id)));
    },
    // A vault that is deleted keeps its name until it is purged, which purge protection forbids.
    afterDelete: (vault, state) =>
      state.run(
        "INSERT OR REPLACE INTO soft_deleted VALUES (?, ?, ?, ?, ?)",
        arm,
        key(lastName(vault.id)),
        vault.id,
        vault.location,
        one(vault.inputs, "properties.enablePurgeProtection") === true ? 1 : 0,
      ),
  },
  {
    token: "azure-native:keyvault:Secret",
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
  },
];

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
