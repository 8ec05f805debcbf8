import { ArmError } from "../errors.ts";
import { armType, groupId, key, lastName } from "../ids.ts";
import type { State } from "../state.ts";
import { list, type Properties, text, type Value, texts } from "../values.ts";
import { releaseAddresses, sameRegion, takeAddress } from "./addresses.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

/** Sub-resources by target, from Microsoft's "Private-link resource" table (private-endpoint-overview). */
const groupIds: Readonly<Record<string, readonly string[]>> = {
  "microsoft.storage/storageaccounts": ["blob", "table", "queue", "file", "web", "dfs"],
  "microsoft.keyvault/vaults": ["vault"],
  "microsoft.desktopvirtualization/hostpools": ["connection"],
  "microsoft.desktopvirtualization/workspaces": ["feed", "global"],
  "microsoft.monitor/accounts": ["prometheusMetrics"],
  "microsoft.dashboard/grafana": ["grafana"],
};

export const privateEndpoints: readonly ResourceType[] = [
  {
    token: "azure-native:network:PrivateEndpoint",
    arm: "Microsoft.Network/privateEndpoints",
    path: inGroup("Microsoft.Network/privateEndpoints/{privateEndpointName}"),
    longRunning: true,
    name: names.network,
    // azure-native provider/pkg/gen/replacement.go
    replaceOn: ["subnet"],
    needed: ["subnet.id"],
    check: ({ id, inputs, location, state }) => {
      sameRegion(state, text(inputs, "subnet.id"), id, location);
      checkOnlyGlobal(id, inputs, state);
      for (const connection of list(inputs, "privateLinkServiceConnections")) {
        const target = text(connection, "privateLinkServiceId");
        const allowed = groupIds[armType(target).toLowerCase()];
        const asked = texts(connection, "groupIds");
        if (allowed === undefined || asked.every((name) => allowed.includes(name))) continue;
        throw new ArmError(
          400,
          "BadRequest",
          `The group id(s) ${asked.join(", ")} of private endpoint ${id} are not supported by ${target}. Supported: ${allowed.join(", ")}.`,
        );
      }
    },
    assigned: endpointOutputs,
    afterDelete: ({ id }, state) => releaseAddresses(state, id),
  },
  {
    token: "azure-native:network:PrivateDnsZoneGroup",
    arm: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    path: inGroup(
      "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    ),
    longRunning: true,
    name: names.network,
    needed: ["privateDnsZoneConfigs"],
  },
];

/**
 * "You can only create one private endpoint in your entire Azure Virtual Desktop deployment" to `global`
 * (private-link-overview, 2026; the words of the refusal are ours).
 */
function checkOnlyGlobal(id: string, inputs: Properties, state: State): void {
  const asks = (of: Properties): boolean => texts(of, "privateLinkServiceConnections.groupIds").includes("global");
  if (!asks(inputs)) return;
  const other = state
    .all("Microsoft.Network/privateEndpoints")
    .find((each) => key(each.id) !== key(id) && asks(each.inputs));
  if (other === undefined) return;
  throw new ArmError(400, "BadRequest", `The tenant has a private endpoint to the sub-resource global: ${other.id}.`);
}

function endpointOutputs({ id, inputs, state }: Write): { readonly [key: string]: Value } {
  const name = text(inputs, "customNetworkInterfaceName") || `${lastName(id)}.nic`;
  const [wanted] = texts(inputs, "ipConfigurations.privateIPAddress");
  const address = takeAddress(state, text(inputs, "subnet.id"), `${id}/ipConfigurations/private`, wanted);
  const connections = list(inputs, "privateLinkServiceConnections").map((connection) => ({
    ...connection,
    id: `${id}/privateLinkServiceConnections/${text(connection, "name")}`,
    privateLinkServiceConnectionState: { status: "Approved", description: "Auto-Approved", actionsRequired: "None" },
    provisioningState: "Succeeded",
  }));
  return {
    networkInterfaces: [{ id: `${groupId(id) ?? ""}/providers/Microsoft.Network/networkInterfaces/${name}` }],
    customDnsConfigs: connections.map((connection) => ({
      fqdn: `${lastName(text(connection, "privateLinkServiceId"))}.${texts(connection, "groupIds").join("-")}`,
      ipAddresses: [address],
    })),
    ...(connections.length === 0 ? {} : { privateLinkServiceConnections: connections }),
    manualPrivateLinkServiceConnections: [],
    ipConfigurations: list(inputs, "ipConfigurations"),
  };
}

/** `privateEndpointConnections` of what private endpoints lead to. */
export function endpointsOf(id: string, state: State): readonly Value[] {
  const users = state.referrers(id).filter(({ path }) => path === "privateLinkServiceConnections.privateLinkServiceId");
  return users.map(({ from }) => ({
    id: `${id}/privateEndpointConnections/${lastName(from)}`,
    name: lastName(from),
    privateEndpoint: { id: state.find(from)?.id ?? from },
    privateLinkServiceConnectionState: { status: "Approved", description: "Auto-Approved", actionsRequired: "None" },
    type: `${armType(id)}/privateEndpointConnections`,
  }));
}
