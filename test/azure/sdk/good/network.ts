import type { Resource } from "../check.ts";
import { id, location, placed, tags } from "./ids.ts";

const group = "hub-network";
const hub = id(group, "Microsoft.Network/virtualNetworks/hub");
const desks = `${hub}/subnets/desks`;

/** A hub network and what a spoke hangs on it. */
export const network: readonly Resource[] = [
  { type: "azure-native:resources:ResourceGroup", inputs: { resourceGroupName: group, location, tags } },
  {
    type: "azure-native:network:VirtualNetwork",
    inputs: {
      ...placed(group),
      virtualNetworkName: "hub",
      addressSpace: { addressPrefixes: ["10.0.0.0/22"] },
      dhcpOptions: { dnsServers: ["10.0.1.4"] },
      encryption: { enabled: true, enforcement: "AllowUnencrypted" },
      enableDdosProtection: false,
      enableVmProtection: false,
      flowTimeoutInMinutes: 30,
    },
  },
  {
    type: "azure-native:network:Subnet",
    inputs: {
      resourceGroupName: group,
      virtualNetworkName: "hub",
      subnetName: "desks",
      addressPrefixes: ["10.0.2.0/24"],
      natGateway: { id: id(group, "Microsoft.Network/natGateways/hub") },
      networkSecurityGroup: { id: id(group, "Microsoft.Network/networkSecurityGroups/desks") },
      defaultOutboundAccess: false,
      privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled",
      privateLinkServiceNetworkPolicies: "Enabled",
      serviceEndpoints: [{ service: "Microsoft.Storage", locations: [location] }],
      delegations: [{ name: "resolver", serviceName: "Microsoft.Network/dnsResolvers" }],
    },
  },
  {
    type: "azure-native:network:NetworkSecurityGroup",
    inputs: {
      ...placed(group),
      networkSecurityGroupName: "desks",
      flushConnection: true,
      securityRules: [
        {
          name: "rdp-from-people",
          description: "People who came in through the gateway",
          priority: 100,
          direction: "Inbound",
          access: "Allow",
          protocol: "Tcp",
          sourceAddressPrefix: "172.16.0.0/16",
          sourcePortRange: "*",
          destinationAddressPrefix: "10.0.2.0/24",
          destinationPortRanges: ["3389", "3390"],
        },
      ],
    },
  },
  {
    type: "azure-native:network:PublicIPAddress",
    inputs: {
      ...placed(group),
      publicIpAddressName: "hub-a",
      sku: { name: "Standard", tier: "Regional" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
      idleTimeoutInMinutes: 4,
      zones: ["1", "2", "3"],
      ddosSettings: { protectionMode: "VirtualNetworkInherited" },
      dnsSettings: { domainNameLabel: "deskbridge-hub-a" },
    },
  },
  {
    type: "azure-native:network:NatGateway",
    inputs: {
      ...placed(group),
      natGatewayName: "hub",
      sku: { name: "Standard" },
      idleTimeoutInMinutes: 4,
      zones: ["1"],
      publicIpAddresses: [{ id: id(group, "Microsoft.Network/publicIPAddresses/nat") }],
    },
  },
  {
    type: "azure-native:network:VirtualNetworkPeering",
    inputs: {
      resourceGroupName: group,
      virtualNetworkName: "hub",
      virtualNetworkPeeringName: "regione",
      remoteVirtualNetwork: { id: id("regione", "Microsoft.Network/virtualNetworks/regione") },
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: true,
      allowGatewayTransit: true,
      useRemoteGateways: false,
      peerCompleteVnets: true,
      syncRemoteAddressSpace: "true",
    },
  },
  {
    type: "azure-native:network:NetworkInterface",
    inputs: {
      ...placed("regione-hosts"),
      networkInterfaceName: "re-p1-00001",
      enableAcceleratedNetworking: true,
      enableIPForwarding: false,
      ipConfigurations: [
        {
          name: "desk",
          primary: true,
          privateIPAddress: "10.0.2.10",
          privateIPAddressVersion: "IPv4",
          privateIPAllocationMethod: "Static",
          subnet: { id: desks },
        },
      ],
      networkSecurityGroup: { id: id(group, "Microsoft.Network/networkSecurityGroups/desks") },
    },
  },
  {
    type: "azure-native:network:PrivateEndpoint",
    inputs: {
      ...placed(group),
      privateEndpointName: "profiles",
      customNetworkInterfaceName: "profiles-nic",
      subnet: { id: desks },
      privateLinkServiceConnections: [
        {
          name: "profiles",
          privateLinkServiceId: id("regione", "Microsoft.Storage/storageAccounts/profiles"),
          groupIds: ["file"],
          requestMessage: "FSLogix profiles",
        },
      ],
      ipConfigurations: [{ name: "file", groupId: "file", memberName: "file", privateIPAddress: "10.0.2.4" }],
    },
  },
  {
    type: "azure-native:network:PrivateDnsZoneGroup",
    inputs: {
      resourceGroupName: group,
      privateEndpointName: "profiles",
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [
        {
          name: "file",
          privateDnsZoneId: id(group, "Microsoft.Network/privateDnsZones/privatelink.file.core.windows.net"),
        },
      ],
    },
  },
  {
    type: "azure-native:privatedns:PrivateZone",
    inputs: { resourceGroupName: group, privateZoneName: "privatelink.wvd.microsoft.com", location: "global", tags },
  },
  {
    type: "azure-native:privatedns:VirtualNetworkLink",
    inputs: {
      resourceGroupName: group,
      privateZoneName: "privatelink.wvd.microsoft.com",
      virtualNetworkLinkName: "hub",
      location: "global",
      registrationEnabled: false,
      resolutionPolicy: "NxDomainRedirect",
      virtualNetwork: { id: hub },
      tags,
    },
  },
  {
    type: "azure-native:dnsresolver:DnsResolver",
    inputs: { ...placed(group), dnsResolverName: "hub", virtualNetwork: { id: hub } },
  },
  {
    type: "azure-native:dnsresolver:InboundEndpoint",
    inputs: {
      ...placed(group),
      dnsResolverName: "hub",
      inboundEndpointName: "people",
      ipConfigurations: [
        {
          privateIpAddress: "10.0.1.4",
          privateIpAllocationMethod: "Static",
          subnet: { id: `${hub}/subnets/resolver` },
        },
      ],
    },
  },
];
