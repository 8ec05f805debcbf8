import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { at, shown, textAt, unknown } from "../values.ts";

/** Where profiles, keys and passwords lie. */

export const storagePrivate: ResourceRule = {
  name: "storage-private",
  description:
    "A storage account has no public network access and no public blobs; one without profiles and keys may name addresses.",
  level: "mandatory",
  severity: "high",
  why: "people's profiles lie there, and hosts reach them over a private endpoint",
  source: "Microsoft cloud security benchmark, NS-2; Azure Virtual Desktop: FSLogix on Azure Files (2026)",
  types: ["storage:StorageAccount"],
  *check({ props }: Resource): Iterable<Finding> {
    if (!namesItsCallers(props))
      yield* mustBeOff(props, "publicNetworkAccess", "Disabled", ["Disabled", "SecuredByPerimeter"]);
    const blobs = props["allowBlobPublicAccess"];
    if (blobs !== false && blobs !== unknown) {
      yield { property: "allowBlobPublicAccess", found: shown(blobs), allowed: "false" };
    }
  },
};

/** Open to named addresses and to nobody else, without a key that could be stolen, and no place for profiles. */
function namesItsCallers(props: Resource["props"]): boolean {
  return (
    textAt(props, "networkRuleSet.defaultAction") === "Deny" &&
    props["allowSharedKeyAccess"] === false &&
    textAt(props, "kind") === "StorageV2"
  );
}

export const storageTransport: ResourceRule = {
  name: "storage-transport",
  description: "A storage account speaks HTTPS only, TLS 1.2 or newer.",
  level: "mandatory",
  severity: "medium",
  why: "older versions are broken",
  source: "RFC 8996; Microsoft cloud security benchmark, DP-3",
  types: ["storage:StorageAccount"],
  *check({ props }: Resource): Iterable<Finding> {
    const version = props["minimumTlsVersion"];
    if (version !== unknown && !["TLS1_2", "TLS1_3"].includes(textAt(props, "minimumTlsVersion") ?? "")) {
      yield { property: "minimumTlsVersion", found: shown(version), allowed: '"TLS1_2" or "TLS1_3"' };
    }
    if (props["enableHttpsTrafficOnly"] === false) {
      yield { property: "enableHttpsTrafficOnly", found: "false", allowed: "true" };
    }
  },
};

export const vaultPrivate: ResourceRule = {
  name: "vault-private",
  description: "A key vault has no public network access.",
  level: "mandatory",
  severity: "high",
  why: "the tunnels' keys lie there, and what needs them reaches it over a private endpoint",
  source: "Microsoft cloud security benchmark, NS-2 and DP-8",
  types: ["keyvault:Vault"],
  *check({ props }: Resource): Iterable<Finding> {
    yield* mustBeOff(props, "properties.publicNetworkAccess", "disabled", ["disabled"]);
  },
};

export const vaultKept: ResourceRule = {
  name: "vault-kept",
  description: "A key vault's content cannot be purged, and roles say who may read it.",
  level: "advisory",
  severity: "medium",
  why: "a purged key takes its tunnels with it, and access policies give away the whole vault",
  source: "Microsoft cloud security benchmark, DP-8 and BR-2",
  types: ["keyvault:Vault"],
  *check({ props }: Resource): Iterable<Finding> {
    for (const property of ["properties.enablePurgeProtection", "properties.enableRbacAuthorization"]) {
      const found = at(props, property);
      if (found !== true && found !== unknown) yield { property, found: shown(found), allowed: "true" };
    }
  },
};

function* mustBeOff(
  props: Resource["props"],
  property: string,
  off: string,
  allowed: readonly string[],
): Iterable<Finding> {
  const found = at(props, property);
  if (found === unknown || allowed.some((each) => each.toLowerCase() === textAt(props, property)?.toLowerCase()))
    return;
  yield { property, found: shown(found), allowed: JSON.stringify(off) };
}
