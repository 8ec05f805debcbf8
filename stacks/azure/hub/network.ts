import { NatGateway } from "@pulumi/azure-native/network/natGateway.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../../../src/plan/types.ts";
import { watchNames } from "../../../src/plan/watch-names.ts";
import { adopted, type AzureContext } from "../context.ts";
import { hubNetworkId, networkPlace, virtualHubOf } from "../known.ts";
import { denyAll, inOrder, type SecurityRule } from "../security-rules.ts";
import { inHub, placed } from "./ids.ts";

/** Azure wants the VPN gateway's subnet called so. */
export const gatewaySubnet = "GatewaySubnet";

type Around = Pick<Plan, "network" | "gateways">;

/**
 * The hub's private endpoints hear our own networks: hosts and PCs in the offices, people who come through the gateway,
 * and the watch. They call nobody, and nothing comes from the Internet.
 */
export function hubEndpointsRules({ network, gateways }: Around, watch: string): SecurityRule[] {
  return [
    ...inOrder([
      {
        name: "from-desks",
        description: "Hosts in the cloud, and PCs at the sites",
        direction: "Inbound",
        protocol: "Tcp",
        from: [network.desks],
      },
      {
        name: "from-people",
        description: "Clients of people who come through the gateway",
        direction: "Inbound",
        protocol: "Tcp",
        from: gateways.flatMap(({ instances }) => instances.map(({ clients }) => clients)),
      },
      {
        name: "from-watch",
        description: "The watch's machine",
        direction: "Inbound",
        protocol: "Tcp",
        from: [watch],
      },
    ]),
    denyAll("Inbound"),
    denyAll("Outbound"),
  ];
}

/** The watch looks out and is looked at by nobody: only its own subnet, where its private endpoints are, comes in. */
export function hubWatchRules(watch: string): SecurityRule[] {
  return [
    ...inOrder([
      {
        name: "from-watch",
        description: "The watch's machine and its private endpoints",
        direction: "Inbound",
        protocol: "Tcp",
        from: [watch],
        to: [watch],
      },
    ]),
    denyAll("Inbound"),
  ];
}

/** A static public address in all three zones, so that none of them takes it away. */
export function publicAddressArgs(context: AzureContext, publicIpAddressName: string) {
  return {
    ...placed(context),
    publicIpAddressName,
    publicIPAllocationMethod: "Static" as const,
    publicIPAddressVersion: "IPv4" as const,
    sku: { name: "Standard" as const, tier: "Regional" as const },
    zones: ["1", "2", "3"],
  };
}

/**
 * The hub's network. Its subnets are resources of their own and never the network's, which would take away what others
 * add. With a Virtual WAN, the gateways stand in its hubs and there is no gateway subnet.
 */
export function hubNetworkArgs(context: AzureContext) {
  const { cloud, names, plan } = context;
  const { subnets } = cloud.hub;
  const watchSubnet = watchNames(plan.fleet).subnet;
  const natGatewayName = names.natGateway("hub");
  const natAddressName = names.natAddress(natGatewayName, 0);
  const groupOf = (of: "endpoints" | "watch") => ({
    networkSecurityGroup: { id: inHub(context, "Microsoft.Network/networkSecurityGroups", names.hubSecurityGroup(of)) },
  });
  const subnet = (subnetName: string, addressPrefix: string) => ({
    ...networkPlace(hubNetworkId(context)),
    subnetName,
    addressPrefix,
  });
  // No way out to the Internet but the one that is written here. Subnets of Azure's own services, that is those of the
  // gateway and the resolver, know no such setting (Microsoft Learn: default outbound access).
  const closed = { defaultOutboundAccess: false };
  return {
    network: {
      ...placed(context),
      virtualNetworkName: names.hubNetwork,
      addressSpace: { addressPrefixes: [cloud.hub.range] },
      // People's clients learn it from here, too.
      dhcpOptions: { dnsServers: [cloud.hub.resolver] },
    },
    securityGroups: {
      endpoints: {
        ...placed(context),
        networkSecurityGroupName: names.hubSecurityGroup("endpoints"),
        securityRules: hubEndpointsRules(plan, subnets.watch),
      },
      watch: {
        ...placed(context),
        networkSecurityGroupName: names.hubSecurityGroup("watch"),
        securityRules: hubWatchRules(subnets.watch),
      },
    },
    natAddress: publicAddressArgs(context, natAddressName),
    natGateway: {
      ...placed(context),
      natGatewayName,
      sku: { name: "Standard" as const },
      idleTimeoutInMinutes: 4,
      publicIpAddresses: [{ id: inHub(context, "Microsoft.Network/publicIPAddresses", natAddressName) }],
    },
    subnets: {
      ...(virtualHubOf(plan.gateways) === undefined ? { gateway: subnet(gatewaySubnet, subnets.gateway) } : {}),
      resolver: {
        ...subnet(names.resolverSubnet, subnets.resolver),
        delegations: [{ name: "resolver", serviceName: "Microsoft.Network/dnsResolvers" }],
      },
      endpoints: {
        ...subnet(names.endpointsSubnet, subnets.endpoints),
        ...closed,
        ...groupOf("endpoints"),
        // Without it, the security group does not hold for private endpoints.
        privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled" as const,
      },
      watch: {
        ...subnet(watchSubnet, subnets.watch),
        ...closed,
        ...groupOf("watch"),
        natGateway: { id: inHub(context, "Microsoft.Network/natGateways", natGatewayName) },
        // The watch has private endpoints here.
        privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled" as const,
      },
    },
  };
}

function adoptedWarning({ cloud }: AzureContext, id: string): string {
  return (
    `${id} is left as it is: people's clients take their DNS servers from it, and find the ` +
    `desks by name only where it has ${cloud.hub.resolver}`
  );
}

/**
 * The hub's network. Subnets follow one another: Azure answers 409 (AnotherOperationInProgress) to two writes into one
 * network at once.
 */
export class HubNetwork extends pulumi.ComponentResource {
  readonly network: VirtualNetwork;
  /** The last of the subnets: what stands in any of them, or writes to the network, waits for it. */
  readonly subnets: Subnet;

  constructor(context: AzureContext, group: pulumi.Resource, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:HubNetwork", "network", {}, opts);
    const args = hubNetworkArgs(context);
    const child = { parent: this, dependsOn: [group] };
    const rules = Object.entries(args.securityGroups).map(
      ([of, securityGroup]) => new NetworkSecurityGroup(`network-${of}-rules`, securityGroup, child),
    );
    const address = new PublicIPAddress("network-nat-address", args.natAddress, child);
    const nat = new NatGateway("network-nat", args.natGateway, { parent: this, dependsOn: [address] });
    const known = adopted(context, "hub-network");
    this.network =
      known === undefined
        ? new VirtualNetwork("hub-network", args.network, child)
        : VirtualNetwork.get("hub-network", known, child);
    if (known !== undefined) void pulumi.log.warn(adoptedWarning(context, known), this);
    let last: Subnet | undefined;
    for (const [name, subnet] of Object.entries(args.subnets)) {
      const dependsOn = last === undefined ? [this.network, nat, ...rules] : [last];
      last = new Subnet(`network-${name}`, subnet, { parent: this, dependsOn });
    }
    if (last === undefined) throw new Error("the hub's network has no subnet");
    this.subnets = last;
    this.registerOutputs({ networkId: this.network.id });
  }
}
