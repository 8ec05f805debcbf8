import { ArmError } from "../errors.ts";
import { armType, hash, key, lastName, parentId } from "../ids.ts";
import type { Stored } from "../state.ts";
import { at, list, text, texts } from "../values.ts";
import { prefixesOf, releaseAddresses, sameRegion, takeAddress } from "./addresses.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

const resolverToken = "azure-native:dnsresolver:DnsResolver";

export const dns: readonly ResourceType[] = [
  {
    token: "azure-native:privatedns:PrivateZone",
    arm: "Microsoft.Network/privateDnsZones",
    path: inGroup("Microsoft.Network/privateDnsZones/{privateZoneName}"),
    longRunning: true,
    name: names.privateZone,
    allowed: { location: ["global"] },
    // Limits of a private zone (azure-subscription-service-limits, "Azure DNS").
    assigned: ({ id }) => ({
      internalId: hash(key(id)).slice(0, 32),
      maxNumberOfRecordSets: 25000,
      maxNumberOfVirtualNetworkLinks: 1000,
      maxNumberOfVirtualNetworkLinksWithRegistration: 100,
    }),
    live: ({ id }, state) => ({
      numberOfVirtualNetworkLinks: state.children(id).filter(isLink).length,
      numberOfRecordSets: 1,
    }),
    checkDelete: ({ id }, state) => {
      const link = state.children(id).find(isLink);
      if (link === undefined) return;
      throw new ArmError(
        409,
        "CannotDeleteResource",
        `Cannot delete resource while nested resources exist: ${link.id}. Please delete all nested resources before deleting this resource.`,
      );
    },
  },
  {
    token: "azure-native:privatedns:VirtualNetworkLink",
    arm: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    path: inGroup("Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}"),
    longRunning: true,
    name: names.network,
    allowed: { location: ["global"] },
    needed: ["virtualNetwork.id", "registrationEnabled"],
    assigned: () => ({ virtualNetworkLinkState: "Completed" }),
    check: checkLink,
  },
  {
    token: "azure-native:privatedns:PrivateRecordSet",
    arm: "Microsoft.Network/privateDnsZones/A",
    path: inGroup("Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}"),
    assigned: ({ id }) => ({ fqdn: `${lastName(id)}.${lastName(parentId(id) ?? "")}.`, isAutoRegistered: false }),
  },
  {
    token: resolverToken,
    arm: "Microsoft.Network/dnsResolvers",
    path: inGroup("Microsoft.Network/dnsResolvers/{dnsResolverName}"),
    longRunning: true,
    name: names.network,
    replaceOn: ["location"],
    needed: ["virtualNetwork.id"],
    fixed: [{ path: "virtualNetwork.id", code: "VirtualNetworkCannotBeChanged" }],
    assigned: () => ({ dnsResolverState: "Connected" }),
    check: ({ id, inputs, location, state }) => {
      const network = text(inputs, "virtualNetwork.id");
      const other = state
        .referrers(network)
        .find(({ from }) => key(from) !== key(id) && state.find(from)?.token === resolverToken);
      if (other !== undefined) {
        throw new ArmError(
          409,
          "VirtualNetworkAlreadyLinkedToResolver",
          `Virtual network ${network} already has the resolver ${other.from}.`,
        );
      }
      if (state.find(network)?.location === location) return;
      throw new ArmError(400, "InvalidResourceReference", `DNS resolver ${id} must stand in the region of ${network}.`);
    },
    checkDelete: ({ id }, state) => {
      const child = state.children(id)[0];
      if (child === undefined) return;
      throw new ArmError(
        409,
        "CannotDeleteResource",
        `Cannot delete resource while nested resources exist: ${child.id}. Please delete all nested resources before deleting this resource.`,
      );
    },
  },
  {
    token: "azure-native:dnsresolver:InboundEndpoint",
    arm: "Microsoft.Network/dnsResolvers/inboundEndpoints",
    path: inGroup("Microsoft.Network/dnsResolvers/{dnsResolverName}/inboundEndpoints/{inboundEndpointName}"),
    longRunning: true,
    name: names.network,
    needed: ["ipConfigurations.subnet.id"],
    filled: ["ipConfigurations.privateIpAddress"],
    check: checkEndpoint,
    assigned: ({ id, inputs, state }) => ({
      ipConfigurations: list(inputs, "ipConfigurations").map((configuration, index) => {
        const wanted = text(configuration, "privateIpAddress");
        return {
          privateIpAllocationMethod: "Dynamic",
          ...configuration,
          privateIpAddress: takeAddress(
            state,
            text(configuration, "subnet.id"),
            `${id}/ipConfigurations/${index}`,
            wanted === "" ? undefined : wanted,
          ),
        };
      }),
    }),
    afterDelete: ({ id }, state) => releaseAddresses(state, id),
  },
];

function isLink(resource: Stored): boolean {
  return key(armType(resource.id)).endsWith("/virtualnetworklinks");
}

/**
 * A network is linked to a zone once, and to one zone of a name, in whatever group and subscription others are (learn:
 * troubleshoot/azure/azure-kubernetes, "A virtual network cannot be linked to multiple zones with overlapping
 * namespaces", 2025).
 */
function checkLink({ id, inputs, state }: Write): void {
  const network = text(inputs, "virtualNetwork.id");
  const zoneOf = (link: string): string => lastName(parentId(link) ?? "").toLowerCase();
  const other = state
    .referrers(network)
    .map(({ from }) => state.find(from))
    .find((link) => link !== undefined && isLink(link) && key(link.id) !== key(id) && zoneOf(link.id) === zoneOf(id));
  if (other === undefined) return;
  throw new ArmError(
    400,
    "BadRequest",
    "A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried to link virtual network " +
      `with '${zoneOf(id)}' and '${zoneOf(other.id)}' zones.`,
  );
}

/** "The subnet must be dedicated, /28 or larger, delegated to Microsoft.Network/dnsResolvers" (dns-private-resolver-overview). */
function checkEndpoint({ id, inputs, location, state }: Write): void {
  for (const value of texts(inputs, "ipConfigurations.subnet.id")) {
    const subnet = state.find(value);
    sameRegion(state, value, id, location);
    const range = prefixesOf(subnet)[0];
    if (range !== undefined && range.length > 28) {
      throw new ArmError(400, "SubnetTooSmall", `Subnet ${value} of inbound endpoint ${id} must be a /28 or larger.`);
    }
    if (at(subnet?.inputs, "delegations.serviceName").includes("Microsoft.Network/dnsResolvers")) continue;
    throw new ArmError(
      400,
      "SubnetNotDelegated",
      `Subnet ${value} of inbound endpoint ${id} must be delegated to Microsoft.Network/dnsResolvers.`,
    );
  }
}
