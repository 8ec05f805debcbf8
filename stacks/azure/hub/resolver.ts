import { DnsResolver } from "@pulumi/azure-native/dnsresolver/dnsResolver.js";
import { InboundEndpoint } from "@pulumi/azure-native/dnsresolver/inboundEndpoint.js";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import * as pulumi from "@pulumi/pulumi";
import type { AzureContext } from "../context.ts";
import { hubNetworkId, hubSubnetId, privateZones } from "../known.ts";
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

export function zoneArgs(context: AzureContext, zone: keyof typeof privateZones) {
  const { names, tags } = context;
  const common = {
    resourceGroupName: names.hubGroup,
    privateZoneName: privateZones[zone],
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

/** Names of what is private: the zones, and the resolver that tells them to desks, people and sites. */
export class HubResolver extends pulumi.ComponentResource {
  /** Zones by what they resolve, linked to the hub. */
  readonly zones: Readonly<Record<keyof typeof privateZones, pulumi.Resource>>;

  constructor(
    context: AzureContext,
    after: { readonly group: pulumi.Resource; readonly subnets: pulumi.Resource },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("deskbridge:azure:HubResolver", "resolver", {}, opts);
    const args = resolverArgs(context);
    const resolver = new DnsResolver("resolver-hub", args.resolver, { parent: this, dependsOn: [after.subnets] });
    new InboundEndpoint("resolver-in", args.endpoint, { parent: this, dependsOn: [resolver] });
    const linkedZone = (name: keyof typeof privateZones): pulumi.Resource => {
      const { zone, link } = zoneArgs(context, name);
      const made = new PrivateZone(`resolver-${name}`, zone, { parent: this, dependsOn: [after.group] });
      return new VirtualNetworkLink(`resolver-${name}-link`, link, { parent: this, dependsOn: [made, after.subnets] });
    };
    this.zones = {
      desktops: linkedZone("desktops"),
      desktopsGlobal: linkedZone("desktopsGlobal"),
      files: linkedZone("files"),
      vaults: linkedZone("vaults"),
    };
    this.registerOutputs({});
  }
}
