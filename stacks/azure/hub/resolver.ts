import { DnsResolver } from "@pulumi/azure-native/dnsresolver/dnsResolver.js";
import { InboundEndpoint } from "@pulumi/azure-native/dnsresolver/inboundEndpoint.js";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import * as pulumi from "@pulumi/pulumi";
import { zoneKeys } from "../../../src/fleet/tenancy/adoption.ts";
import { adopted, type AzureContext } from "../context.ts";
import { hubNetworkId, hubSubnetId, type ZoneName, zonePlace } from "../known.ts";
import { placed } from "./ids.ts";

/** The resolver answers at an address of its own choosing for all who are not in a network that a zone is linked to. */
export function resolverArgs(context: AzureContext) {
  const { cloud, names } = context;
  return {
    resolver: {
      ...placed(context),
      dnsResolverName: names.resolver,
      virtualNetwork: { id: hubNetworkId(context) },
    },
    endpoint: {
      ...placed(context),
      dnsResolverName: names.resolver,
      inboundEndpointName: names.resolverEndpoint,
      ipConfigurations: [
        {
          privateIpAddress: cloud.hub.resolver,
          privateIpAllocationMethod: "Static" as const,
          subnet: { id: hubSubnetId(context, names.resolverSubnet) },
        },
      ],
    },
  };
}

export function zoneArgs(context: AzureContext, zone: ZoneName) {
  const { names, tags } = context;
  const { group, name } = zonePlace(context, zone);
  const common = {
    resourceGroupName: group,
    privateZoneName: name,
    // Zones belong to no region.
    location: "global",
    tags,
  };
  return {
    zone: common,
    link: {
      ...common,
      virtualNetworkLinkName: names.hubNetwork,
      virtualNetwork: { id: hubNetworkId(context) },
      registrationEnabled: false,
    },
  };
}

/**
 * The zones that something of ours has its names in. An empty one would hide those that are answered in public: where the
 * cloud's broker serves desks, or where the global feed is adopted, whose endpoint's names stand in its owner's zone.
 */
function zonesWithNames(context: AzureContext): ReadonlySet<ZoneName> {
  const isPrivate = context.plan.access.way === "gateway";
  const hasGlobal =
    adopted(context, "global-feed") === undefined || adopted(context, zoneKeys.desktopsGlobal) !== undefined;
  return new Set([
    ...(isPrivate ? (["desktops"] as const) : []),
    ...(isPrivate && hasGlobal ? (["desktopsGlobal"] as const) : []),
    "files",
    "vaults",
  ]);
}

function adoptedWarning(context: AzureContext, zone: string): string {
  return `${zone} is left as it is: names in it are found where it is linked to ${hubNetworkId(context)}`;
}

/**
 * Names of what is private: the zones, and the resolver that tells them to desks, people and sites. A zone that is
 * adopted is its owner's: it is read, and linked to the hub's network only where that network is ours.
 */
export class HubResolver extends pulumi.ComponentResource {
  /** What must be there before a private endpoint's names are told, by zone. */
  readonly zones: Readonly<Record<ZoneName, readonly pulumi.Resource[]>>;

  constructor(
    context: AzureContext,
    after: { readonly group: pulumi.Resource; readonly subnets: pulumi.Resource },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:HubResolver", "resolver", {}, opts);
    const args = resolverArgs(context);
    const resolver = new DnsResolver("resolver-hub", args.resolver, { parent: this, dependsOn: [after.subnets] });
    new InboundEndpoint("resolver-in", args.endpoint, { parent: this, dependsOn: [resolver] });
    const linkedZone = (name: ZoneName): readonly pulumi.Resource[] => {
      const { zone, link } = zoneArgs(context, name);
      const known = adopted(context, zoneKeys[name]);
      const provider = context.providerAt(zonePlace(context, name).subscription);
      const child = { parent: this, provider };
      const made =
        known === undefined
          ? new PrivateZone(`resolver-${name}`, zone, { ...child, dependsOn: [after.group] })
          : PrivateZone.get(`resolver-${name}`, known, child);
      if (known !== undefined && adopted(context, "hub-network") !== undefined) {
        // Azure links a network to one zone of a name, and an office's hub is linked to its own.
        void pulumi.log.warn(adoptedWarning(context, known), this);
        return [made];
      }
      return [new VirtualNetworkLink(`resolver-${name}-link`, link, { ...child, dependsOn: [made, after.subnets] })];
    };
    const named = zonesWithNames(context);
    const zoneOf = (name: ZoneName) => (named.has(name) ? linkedZone(name) : []);
    this.zones = {
      desktops: zoneOf("desktops"),
      desktopsGlobal: zoneOf("desktopsGlobal"),
      files: zoneOf("files"),
      vaults: zoneOf("vaults"),
    };
    this.registerOutputs({});
  }
}
