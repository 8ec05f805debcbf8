import { NatGateway } from "@pulumi/azure-native/network/natGateway.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import * as pulumi from "@pulumi/pulumi";
import { natAddresses } from "../../../src/plan/nat.ts";
import { adopted, type AzureContext } from "../context.ts";
import { bodyNetworkId, type CloudBody, cloudPools, inBody, networkPlace } from "../known.ts";
import type { BodyPlace } from "./place.ts";
import { comers, endpointsRules, hostsRules, siteRanges } from "./rules.ts";

/** A body's network as Azure takes it; ids are told, so nothing waits for an output. */
export function bodyNetworkArgs(context: AzureContext, body: CloudBody) {
  const { cloud, plan, names, tags, tenancy } = context;
  const resourceGroupName = names.bodyGroup(body);
  const common = { resourceGroupName, location: cloud.region, tags };
  const blocks = cloudPools(body).map(({ block }) => block);
  const own = comers(plan, body);
  const natGatewayName = names.natGateway(body);
  const addresses = Array.from({ length: natAddresses(body) }, (_, nth) => names.natAddress(natGatewayName, nth));
  const endpointsSecurityGroup = names.endpointsSecurityGroup(body);
  return {
    hostsSecurityGroup: {
      ...common,
      networkSecurityGroupName: names.hostsSecurityGroup(body),
      securityRules: hostsRules({
        way: plan.access.way,
        comers: own,
        sites: siteRanges(body),
        endpoints: body.endpoints,
        hub: { resolver: cloud.hub.resolver, endpoints: cloud.hub.subnets.endpoints, watch: cloud.hub.subnets.watch },
        controllers: cloud.join === "domain" ? (tenancy.domain?.controllers ?? []) : [],
      }),
    },
    endpointsSecurityGroup: {
      ...common,
      networkSecurityGroupName: endpointsSecurityGroup,
      securityRules: endpointsRules(blocks, own),
    },
    /** In all three zones, so that none of them takes the way out with it. */
    natAddresses: addresses.map((publicIpAddressName) => ({
      ...common,
      publicIpAddressName,
      publicIPAllocationMethod: "Static" as const,
      publicIPAddressVersion: "IPv4" as const,
      sku: { name: "Standard" as const, tier: "Regional" as const },
      zones: ["1", "2", "3"],
    })),
    natGateway: {
      ...common,
      natGatewayName,
      sku: { name: "Standard" as const },
      // Azure's shortest: ports come back soonest.
      idleTimeoutInMinutes: 4,
      publicIpAddresses: addresses.map((name) => ({
        id: inBody(context, body, "Microsoft.Network/publicIPAddresses", name),
      })),
    },
    network: {
      ...common,
      virtualNetworkName: names.bodyNetwork(body),
      addressSpace: { addressPrefixes: [...blocks, body.endpoints] },
      dhcpOptions: { dnsServers: [cloud.hub.resolver] },
    },
    endpoints: {
      ...networkPlace(bodyNetworkId(context, body)),
      subnetName: names.endpointsSubnet,
      addressPrefix: body.endpoints,
      defaultOutboundAccess: false,
      // Without it, the security group does not hold for private endpoints.
      privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled" as const,
      networkSecurityGroup: {
        id: inBody(context, body, "Microsoft.Network/networkSecurityGroups", endpointsSecurityGroup),
      },
    },
  };
}

/** A body's network: security groups, the way out, and the subnet of its private endpoints; hosts bring their own. */
export class BodyNetwork extends pulumi.ComponentResource {
  readonly network: VirtualNetwork;
  readonly endpoints: Subnet;
  /** What a hosts slice's subnet hangs on, too. */
  readonly natGateway: NatGateway;

  constructor({ context, body, group }: BodyPlace, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:BodyNetwork", "network", {}, opts);
    const args = bodyNetworkArgs(context, body);
    const child = { parent: this, dependsOn: [group] };
    new NetworkSecurityGroup("network-hosts-rules", args.hostsSecurityGroup, child);
    const rules = new NetworkSecurityGroup("network-endpoints-rules", args.endpointsSecurityGroup, child);
    const addresses = args.natAddresses.map(
      (address, nth) => new PublicIPAddress(`network-nat-address-${nth + 1}`, address, child),
    );
    this.natGateway = new NatGateway("network-nat", args.natGateway, { parent: this, dependsOn: addresses });
    const name = `network-${body.id}`;
    const known = adopted(context, name);
    this.network =
      known === undefined ? new VirtualNetwork(name, args.network, child) : VirtualNetwork.get(name, known, child);
    this.endpoints = new Subnet("network-endpoints", args.endpoints, {
      parent: this,
      dependsOn: [this.network, rules],
    });
    this.registerOutputs({ networkId: this.network.id });
  }
}
