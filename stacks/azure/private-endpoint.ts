import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup.js";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint.js";
import type * as pulumi from "@pulumi/pulumi";

export interface PrivateEndpointInput {
  readonly resourceGroupName: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly privateEndpointName: string;
  /** Ids of the subnet, of the resource behind the endpoint, and of the zone that its names go to. */
  readonly subnet: string;
  readonly target: string;
  readonly zone: string;
  /** Which part of the target: `connection`, `feed`, `global`, `file`, `vault`. */
  readonly part: string;
}

export function privateEndpointArgs(input: PrivateEndpointInput) {
  const { resourceGroupName, location, tags, privateEndpointName, subnet, target, zone, part } = input;
  return {
    endpoint: {
      resourceGroupName,
      location,
      tags,
      privateEndpointName,
      customNetworkInterfaceName: `nic-${privateEndpointName}`,
      subnet: { id: subnet },
      privateLinkServiceConnections: [{ name: part, privateLinkServiceId: target, groupIds: [part] }],
    },
    zoneGroup: {
      resourceGroupName,
      privateEndpointName,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: part, privateDnsZoneId: zone }],
    },
  };
}

/** A private endpoint with its names: `<name>` and `<name>-names`. */
export function declarePrivateEndpoint(
  name: string,
  input: PrivateEndpointInput,
  parent: pulumi.Resource,
  dependsOn: readonly pulumi.Resource[],
): PrivateEndpoint {
  const { endpoint, zoneGroup } = privateEndpointArgs(input);
  const made = new PrivateEndpoint(name, endpoint, { parent, dependsOn: [...dependsOn] });
  new PrivateDnsZoneGroup(`${name}-names`, zoneGroup, { parent, dependsOn: [made] });
  return made;
}
