import { LoadBalancer, type LoadBalancerArgs } from "@pulumi/azure-native/network/loadBalancer.js";
import { NatGateway } from "@pulumi/azure-native/network/natGateway.js";
import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint.js";
import { PrivateLinkService } from "@pulumi/azure-native/network/privateLinkService.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import type { network } from "@pulumi/azure-native/types/input.js";
import * as pulumi from "@pulumi/pulumi";
import { type WatchPlaces, ports } from "./places.ts";
import { inWatch, type WatchGround, type WatchSettings } from "./settings.ts";

/** Zone of each machine: the loss of one takes only half of the watch. */
export const zones = { hub: "1", public: "2" } as const;

/**
 * The network of the vantage point `public`. It is joined to no other, goes out through a NAT gateway of its own, and
 * lets in nobody from the Internet. What its prober sees comes home the other way round: the hub's Prometheus asks the
 * exporter there, over a private link that the hub opens. So the machine outside can reach nothing in the hub.
 */
export class WatchOutside extends pulumi.ComponentResource {
  readonly subnet: pulumi.Output<string>;
  readonly pool: pulumi.Output<string>;
  readonly securityGroup: pulumi.Output<string>;

  constructor(ground: WatchGround, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:WatchOutside", "watch-outside", {}, opts);
    const { names, places, region, tags, home, subscription } = ground;
    const parent = { parent: this };
    const placed = { resourceGroupName: home, location: region, tags };

    const space = new VirtualNetwork(
      "outside-network",
      { ...placed, virtualNetworkName: names.outside, addressSpace: { addressPrefixes: [places.outside] } },
      parent,
    );
    const address = new PublicIPAddress(
      "outside-address",
      {
        ...placed,
        publicIpAddressName: names.outsideAddress,
        sku: { name: "Standard", tier: "Regional" },
        publicIPAllocationMethod: "Static",
        publicIPAddressVersion: "IPv4",
        zones: [zones.public],
      },
      parent,
    );
    const nat = new NatGateway(
      "outside-nat",
      {
        ...placed,
        natGatewayName: names.outsideNat,
        sku: { name: "Standard" },
        publicIpAddresses: [{ id: address.id }],
        zones: [zones.public],
      },
      parent,
    );
    const door = new NetworkSecurityGroup(
      "outside-security",
      { ...placed, networkSecurityGroupName: names.securityGroup("public"), securityRules: outsideRules(places) },
      parent,
    );
    const subnet = new Subnet(
      "outside-subnet",
      {
        resourceGroupName: home,
        virtualNetworkName: space.name,
        subnetName: names.outsideSubnet,
        addressPrefix: places.outside,
        defaultOutboundAccess: false,
        natGateway: { id: nat.id },
        networkSecurityGroup: { id: door.id },
        // The private link's source addresses lie in this subnet.
        privateLinkServiceNetworkPolicies: "Disabled",
        privateEndpointNetworkPolicies: "Enabled",
      },
      parent,
    );
    const balancer = new LoadBalancer(
      "outside-balancer",
      { ...placed, ...balancerArgs(ground), frontendIPConfigurations: [frontend(places, subnet.id)] },
      parent,
    );
    const balancerId = inWatch(ground, "Microsoft.Network/loadBalancers", names.balancer);
    // Told from the name, but only once it is there.
    const partOf = (...part: readonly string[]) => balancer.id.apply(() => [balancerId, ...part].join("/"));
    const link = new PrivateLinkService(
      "outside-link",
      {
        ...placed,
        serviceName: names.link,
        loadBalancerFrontendIpConfigurations: [{ id: partOf("frontendIPConfigurations", only) }],
        ipConfigurations: [
          {
            name: only,
            primary: true,
            privateIPAddress: places.linkSource,
            privateIPAllocationMethod: "Static",
            privateIPAddressVersion: "IPv4",
            subnet: { id: subnet.id },
          },
        ],
        visibility: { subscriptions: [subscription] },
        autoApproval: { subscriptions: [subscription] },
        enableProxyProtocol: false,
      },
      parent,
    );
    new PrivateEndpoint(
      "outside-endpoint",
      {
        ...placed,
        privateEndpointName: names.linkEndpoint,
        subnet: { id: ground.subnetId },
        privateLinkServiceConnections: [{ name: only, privateLinkServiceId: link.id }],
        // A service of one's own has no groups: an address with one is refused (MicrosoftDocs/azure-docs#112585).
        ipConfigurations: [{ name: only, privateIPAddress: places.linkEndpoint }],
      },
      parent,
    );
    this.subnet = subnet.id;
    this.securityGroup = door.id;
    this.pool = partOf("backendAddressPools", only);
    this.registerOutputs({ subnet: this.subnet });
  }
}

/** Name of what there is only one of. */
const only = "main";

function frontend(places: WatchPlaces, subnet: pulumi.Input<string>): network.FrontendIPConfigurationArgs {
  return {
    name: only,
    privateIPAddress: places.balancer,
    privateIPAllocationMethod: "Static",
    privateIPAddressVersion: "IPv4",
    subnet: { id: subnet },
    zones: ["1", "2", "3"],
  };
}

/** A private link service stands before a balancer; behind this one is one machine. */
export function balancerArgs(
  settings: Pick<WatchSettings, "names" | "subscription" | "group">,
): Omit<LoadBalancerArgs, "resourceGroupName"> {
  const { names } = settings;
  const part = (...path: readonly string[]) => ({
    id: inWatch(settings, "Microsoft.Network/loadBalancers", names.balancer, ...path),
  });
  return {
    loadBalancerName: names.balancer,
    sku: { name: "Standard", tier: "Regional" },
    backendAddressPools: [{ name: only }],
    probes: [
      {
        name: only,
        protocol: "Http",
        port: ports.exporter,
        requestPath: "/-/healthy",
        intervalInSeconds: 5,
        probeThreshold: 1,
      },
    ],
    loadBalancingRules: [
      {
        name: only,
        protocol: "Tcp",
        frontendPort: ports.exporter,
        backendPort: ports.exporter,
        frontendIPConfiguration: part("frontendIPConfigurations", only),
        backendAddressPool: part("backendAddressPools", only),
        probe: part("probes", only),
        enableTcpReset: true,
        idleTimeoutInMinutes: 4,
        disableOutboundSnat: true,
      },
    ],
  };
}

/** The hub's Prometheus, as the private link shows it, and the balancer's own probe; nobody else. */
export function outsideRules(places: WatchPlaces): network.SecurityRuleArgs[] {
  const exporter = {
    destinationAddressPrefix: `${places.outsideMachine}/32`,
    destinationPortRange: `${ports.exporter}`,
  };
  return [
    inbound("scrape", 100, "Allow", { sourceAddressPrefix: `${places.linkSource}/32`, ...exporter }),
    inbound("balancer", 110, "Allow", { sourceAddressPrefix: "AzureLoadBalancer", ...exporter }),
    // The private endpoint of the store.
    inbound("store", 120, "Allow", {
      sourceAddressPrefix: `${places.outsideMachine}/32`,
      destinationAddressPrefix: `${places.outsideStore}/32`,
      destinationPortRange: "443",
    }),
    nobody,
  ];
}

function inbound(
  name: string,
  priority: number,
  access: "Allow" | "Deny",
  what: Pick<network.SecurityRuleArgs, "sourceAddressPrefix" | "destinationAddressPrefix" | "destinationPortRange">,
): network.SecurityRuleArgs {
  const protocol = access === "Allow" ? "Tcp" : "*";
  return { name, priority, direction: "Inbound", access, protocol, sourcePortRange: "*", ...what };
}

/** Over the default rules, which let a virtual network's own machines in. */
export const nobody: network.SecurityRuleArgs = inbound("nobody-else", 4096, "Deny", {
  sourceAddressPrefix: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "*",
});
