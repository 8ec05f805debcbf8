import type { Resource } from "../check.ts";
import { id, placed, tenant } from "./ids.ts";

const group = "hub-gateway";
const instance = (name: string) => ({
  name,
  privateIPAllocationMethod: "Dynamic",
  publicIPAddress: { id: id(group, `Microsoft.Network/publicIPAddresses/${name}`) },
  subnet: { id: id("hub-network", "Microsoft.Network/virtualNetworks/hub/subnets/GatewaySubnet") },
});
const ipsec = {
  saLifeTimeSeconds: 27_000,
  saDataSizeKilobytes: 102_400_000,
  ipsecEncryption: "GCMAES256",
  ipsecIntegrity: "GCMAES256",
  ikeEncryption: "AES256",
  ikeIntegrity: "SHA384",
  dhGroup: "DHGroup24",
  pfsGroup: "PFS24",
};
const entra = {
  aadTenant: `https://login.microsoftonline.com/${tenant}/`,
  aadAudience: "44444444-4444-4444-4444-444444444444",
  aadIssuer: `https://sts.windows.net/${tenant}/`,
};
const hubRoute = id(group, "Microsoft.Network/virtualHubs/hub/hubRouteTables/defaultRouteTable");

/** The way in: an active-active VPN gateway with a line to a site, and the same as a Virtual WAN. */
export const gateway: readonly Resource[] = [
  {
    type: "azure-native:network:VirtualNetworkGateway",
    inputs: {
      ...placed(group),
      virtualNetworkGatewayName: "hub",
      gatewayType: "Vpn",
      vpnType: "RouteBased",
      vpnGatewayGeneration: "Generation2",
      sku: { name: "VpnGw5AZ", tier: "VpnGw5AZ" },
      activeActive: true,
      enableBgp: true,
      bgpSettings: {
        asn: 65_010,
        bgpPeeringAddresses: [{ ipconfigurationId: `${group}/a`, customBgpIpAddresses: ["169.254.21.1"] }],
      },
      ipConfigurations: [instance("hub-a"), instance("hub-b")],
      customRoutes: { addressPrefixes: ["10.0.0.0/8"] },
      vpnClientConfiguration: {
        vpnClientAddressPool: { addressPrefixes: ["172.16.0.0/17", "172.16.128.0/17"] },
        vpnClientProtocols: ["OpenVPN"],
        vpnAuthenticationTypes: ["AAD"],
        ...entra,
      },
      identity: {
        type: "UserAssigned",
        userAssignedIdentities: [id(group, "Microsoft.ManagedIdentity/userAssignedIdentities/gateway")],
      },
    },
  },
  {
    type: "azure-native:network:LocalNetworkGateway",
    inputs: {
      ...placed(group),
      localNetworkGatewayName: "regione-sede-fibra",
      gatewayIpAddress: "198.51.100.7",
      localNetworkAddressSpace: { addressPrefixes: ["169.254.21.2/32"] },
      bgpSettings: { asn: 65_101, bgpPeeringAddress: "169.254.21.2", peerWeight: 0 },
    },
  },
  {
    type: "azure-native:network:VirtualNetworkGatewayConnection",
    inputs: {
      ...placed(group),
      virtualNetworkGatewayConnectionName: "regione-sede-fibra",
      connectionType: "IPsec",
      connectionProtocol: "IKEv2",
      connectionMode: "Default",
      enableBgp: true,
      dpdTimeoutSeconds: 30,
      routingWeight: 10,
      sharedKey: "kept in Key Vault",
      ipsecPolicies: [ipsec],
      usePolicyBasedTrafficSelectors: false,
      gatewayCustomBgpIpAddresses: [{ ipConfigurationId: `${group}/a`, customBgpIpAddress: "169.254.21.1" }],
      virtualNetworkGateway1: { id: id(group, "Microsoft.Network/virtualNetworkGateways/hub") },
      localNetworkGateway2: { id: id(group, "Microsoft.Network/localNetworkGateways/regione-sede-fibra") },
    },
  },
  {
    type: "azure-native:network:VirtualWan",
    inputs: {
      ...placed(group),
      virtualWANName: "fleet",
      type: "Standard",
      allowBranchToBranchTraffic: true,
      disableVpnEncryption: false,
    },
  },
  {
    type: "azure-native:network:VirtualHub",
    inputs: {
      ...placed(group),
      virtualHubName: "hub",
      addressPrefix: "10.1.0.0/23",
      sku: "Standard",
      hubRoutingPreference: "ASPath",
      virtualWan: { id: id(group, "Microsoft.Network/virtualWans/fleet") },
      virtualRouterAutoScaleConfiguration: { minCapacity: 8 },
    },
  },
  {
    type: "azure-native:network:VpnServerConfiguration",
    inputs: {
      ...placed(group),
      vpnServerConfigurationName: "people",
      properties: {
        vpnProtocols: ["OpenVPN"],
        vpnAuthenticationTypes: ["AAD"],
        aadAuthenticationParameters: entra,
        vpnClientIpsecPolicies: [ipsec],
      },
    },
  },
  {
    type: "azure-native:network:P2sVpnGateway",
    inputs: {
      ...placed(group),
      gatewayName: "people",
      vpnGatewayScaleUnit: 20,
      isRoutingPreferenceInternet: false,
      customDnsServers: ["10.0.1.4"],
      virtualHub: { id: id(group, "Microsoft.Network/virtualHubs/hub") },
      vpnServerConfiguration: { id: id(group, "Microsoft.Network/vpnServerConfigurations/people") },
      p2SConnectionConfigurations: [
        {
          name: "people",
          vpnClientAddressPool: { addressPrefixes: ["172.16.0.0/16"] },
          enableInternetSecurity: false,
          routingConfiguration: {
            associatedRouteTable: { id: hubRoute },
            propagatedRouteTables: { labels: ["default"], ids: [{ id: hubRoute }] },
          },
        },
      ],
    },
  },
  {
    type: "azure-native:network:VpnGateway",
    inputs: {
      ...placed(group),
      gatewayName: "sites",
      vpnGatewayScaleUnit: 10,
      enableBgpRouteTranslationForNat: false,
      bgpSettings: { asn: 65_515, peerWeight: 0 },
      virtualHub: { id: id(group, "Microsoft.Network/virtualHubs/hub") },
    },
  },
  {
    type: "azure-native:network:VpnSite",
    inputs: {
      ...placed(group),
      vpnSiteName: "regione-sede",
      virtualWan: { id: id(group, "Microsoft.Network/virtualWans/fleet") },
      addressSpace: { addressPrefixes: ["10.64.0.0/16"] },
      deviceProperties: { deviceVendor: "strongSwan", deviceModel: "6", linkSpeedInMbps: 1000 },
      vpnSiteLinks: [
        {
          name: "fibra",
          ipAddress: "198.51.100.7",
          linkProperties: { linkProviderName: "carrier one", linkSpeedInMbps: 1000 },
          bgpProperties: { asn: 65_101, bgpPeeringAddress: "169.254.21.2" },
        },
      ],
    },
  },
  {
    type: "azure-native:network:VpnConnection",
    inputs: {
      resourceGroupName: group,
      gatewayName: "sites",
      connectionName: "regione-sede",
      remoteVpnSite: { id: id(group, "Microsoft.Network/vpnSites/regione-sede") },
      enableInternetSecurity: false,
      vpnLinkConnections: [
        {
          name: "fibra",
          vpnSiteLink: { id: id(group, "Microsoft.Network/vpnSites/regione-sede/vpnSiteLinks/fibra") },
          connectionBandwidth: 1000,
          enableBgp: true,
          sharedKey: "kept in Key Vault",
          vpnConnectionProtocolType: "IKEv2",
          vpnLinkConnectionMode: "Default",
          ipsecPolicies: [ipsec],
        },
      ],
    },
  },
  {
    type: "azure-native:network:HubVirtualNetworkConnection",
    inputs: {
      resourceGroupName: group,
      virtualHubName: "hub",
      connectionName: "regione",
      remoteVirtualNetwork: { id: id("regione", "Microsoft.Network/virtualNetworks/regione") },
      enableInternetSecurity: false,
      routingConfiguration: {
        vnetRoutes: {
          staticRoutes: [{ name: "desks", addressPrefixes: ["10.2.0.0/16"], nextHopIpAddress: "10.0.2.4" }],
          staticRoutesConfig: { vnetLocalRouteOverrideCriteria: "Contains" },
        },
      },
    },
  },
];
