import { inGroup, type ResourceType } from "./type.ts";

export const dns: readonly ResourceType[] = [
  {
    token: "azure-native:privatedns:PrivateZone",
    arm: "Microsoft.Network/privateDnsZones",
    path: inGroup("Microsoft.Network/privateDnsZones/{privateZoneName}"),
    longRunning: true,
  },
  {
    token: "azure-native:privatedns:VirtualNetworkLink",
    arm: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    path: inGroup("Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}"),
    longRunning: true,
  },
  {
    token: "azure-native:privatedns:PrivateRecordSet",
    arm: "Microsoft.Network/privateDnsZones/{recordType}",
    path: inGroup("Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}"),
  },
  {
    token: "azure-native:dnsresolver:DnsResolver",
    arm: "Microsoft.Network/dnsResolvers",
    path: inGroup("Microsoft.Network/dnsResolvers/{dnsResolverName}"),
    longRunning: true,
  },
  {
    token: "azure-native:dnsresolver:InboundEndpoint",
    arm: "Microsoft.Network/dnsResolvers/inboundEndpoints",
    path: inGroup("Microsoft.Network/dnsResolvers/{dnsResolverName}/inboundEndpoints/{inboundEndpointName}"),
    longRunning: true,
  },
];
