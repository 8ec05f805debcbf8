import { later, secret } from "../analyzer.ts";
import { type Cases, declared, idOf, many } from "./case.ts";

type Props = Readonly<Record<string, unknown>>;
const gateway = (props: Props, rest: Parameters<typeof declared>[3] = {}, name = "hub") =>
  declared("network:VirtualNetworkGateway", name, props, rest);
const address = (props: Props, name = "ip") =>
  declared("network:PublicIPAddress", name, { publicIpAddressName: name, sku: { name: "Standard" }, ...props });
const sku = (name: string): Props => ({ sku: { name, tier: name } });
const twoAddresses = { ipConfigurations: [{ publicIPAddress: { id: "a" } }, { publicIPAddress: { id: "b" } }] };
const client = (props: Props): Props => ({ vpnClientConfiguration: props });
const certificates = (count: number) => many(count, (index) => ({ name: `c${index}`, thumbprint: `${index}` }));
const prefixes = (count: number) => many(count, (index) => `10.${index >> 8}.${index & 255}.0/24`);
const connection = (props: Props, name = "line", rest: Parameters<typeof declared>[3] = {}) =>
  declared("network:VirtualNetworkGatewayConnection", name, { connectionType: "IPsec", ...props }, rest);
const otherKey =
  "is a key with other characters, or too long. Allowed: 1 to 128 printable ASCII characters without space, hyphen (-) and tilde (~)";
const policy = {
  ikeEncryption: "GCMAES256",
  ikeIntegrity: "SHA384",
  dhGroup: "ECP384",
  ipsecEncryption: "GCMAES256",
  ipsecIntegrity: "GCMAES256",
  pfsGroup: "ECP384",
};
const subnet = (props: Props) => declared("network:Subnet", "s", { subnetName: "GatewaySubnet", ...props });
const hours = (create: number, update: number, remove: number) => ({ create, update, delete: remove });
const tunnels = (count: number) =>
  many(count, (index) =>
    connection({ virtualNetworkGateway1: { id: later } }, `line-${index}`, {
      dependencies: { virtualNetworkGateway1: ["hub"] },
    }),
  );

export const gateways: Readonly<Record<string, Cases>> = {
  "gateway-zone-redundant": {
    good: {
      "a zone-redundant VPN gateway": [gateway(sku("VpnGw4AZ"))],
      "an ExpressRoute one": [gateway({ gatewayType: "ExpressRoute", ...sku("ErGw2AZ") })],
      "one whose SKU is not known yet": [gateway({ sku: { name: later } })],
      "Basic, which has a rule of its own": [gateway(sku("Basic"))],
    },
    bad: {
      VpnGw2: [[gateway(sku("VpnGw2"))], 'hub: sku.name is "VpnGw2". Allowed: "VpnGw2AZ"'],
      "an old ExpressRoute SKU": [
        [gateway({ gatewayType: "ExpressRoute", ...sku("HighPerformance") })],
        'hub: sku.name is "HighPerformance". Allowed: VpnGw1AZ to VpnGw5AZ, ErGw1AZ to ErGw3AZ, ErGwScale',
      ],
    },
  },
  "gateway-active-active": {
    good: {
      "two instances, two addresses": [gateway({ ...sku("VpnGw2AZ"), activeActive: true, ...twoAddresses })],
      "three addresses, where people come in": [
        gateway({
          activeActive: true,
          ipConfigurations: ["a", "b", "c"].map((id) => ({ publicIPAddress: { id } })),
          ...client({ vpnClientProtocols: ["OpenVPN"] }),
        }),
      ],
      "ExpressRoute, which has its own way": [gateway({ gatewayType: "ExpressRoute", ...sku("ErGw2AZ") })],
    },
    bad: {
      "not said": [[gateway(twoAddresses)], "hub: activeActive is not set. Allowed: true"],
      "switched off": [
        [gateway({ ...twoAddresses, activeActive: false })],
        "hub: activeActive is false. Allowed: true",
      ],
      "two, where people come in": [
        [gateway({ activeActive: true, ...twoAddresses, ...client({ vpnClientProtocols: ["OpenVPN"] }) })],
        "hub: the number of public addresses is 2. " +
          "Allowed: three (ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations)",
      ],
      "one address": [
        [gateway({ activeActive: true, ipConfigurations: [{ publicIPAddress: { id: "a" } }] })],
        "hub: the number of public addresses is 1. Allowed: two or more",
      ],
    },
  },
  "gateway-address-zones": {
    good: {
      "three zones": [
        address({ zones: ["1", "2", "3"] }),
        gateway(
          { ipConfigurations: [{ publicIPAddress: { id: later } }] },
          { dependencies: { ipConfigurations: ["ip"] } },
        ),
      ],
      "an address that no gateway has": [address({}), gateway(twoAddresses)],
    },
    bad: {
      "one zone, told by what the gateway hangs on": [
        [
          address({ zones: ["1"] }),
          gateway(
            { ipConfigurations: [{ publicIPAddress: { id: later } }] },
            { dependencies: { ipConfigurations: ["ip"] } },
          ),
        ],
        'ip: zones is ["1"]. Allowed: ["1","2","3"]',
      ],
      "none, told by its id": [
        [
          address({}),
          gateway({
            ipConfigurations: [{ publicIPAddress: { id: idOf("Microsoft.Network/publicIPAddresses", "ip") } }],
          }),
        ],
        'ip: zones is not set. Allowed: ["1","2","3"]',
      ],
    },
  },
  "no-basic-sku": {
    good: {
      Standard: [address({}), declared("network:LoadBalancer", "lb", sku("Standard"))],
      "a gateway of another SKU": [gateway(sku("VpnGw1AZ"))],
    },
    bad: {
      "a gateway": [[gateway(sku("Basic"))], 'hub: sku.name is "Basic". Allowed: VpnGw1AZ to VpnGw5AZ'],
      "an address": [[address({ sku: { name: "Basic" } })], 'ip: sku.name is "Basic". Allowed: Standard'],
      "an address that does not say": [
        [declared("network:PublicIPAddress", "ip", {})],
        "ip: sku.name is not set. Allowed: Standard",
      ],
      "a balancer": [
        [declared("network:LoadBalancer", "lb", { sku: { name: "basic" } })],
        'lb: sku.name is "Basic". Allowed: Standard',
      ],
    },
  },
  "gateway-revocation-ceiling": {
    good: {
      "300 revoked, 20 roots": [
        gateway(
          client({ vpnClientRevokedCertificates: certificates(300), vpnClientRootCertificates: certificates(20) }),
        ),
      ],
      "a list that is not known yet": [gateway(client({ vpnClientRevokedCertificates: later }))],
    },
    bad: {
      "one too many of each": [
        [
          gateway(
            client({ vpnClientRevokedCertificates: certificates(301), vpnClientRootCertificates: certificates(21) }),
          ),
        ],
        "hub: vpnClientConfiguration.vpnClientRevokedCertificates is a list of 301. Allowed: at most 300",
        "hub: vpnClientConfiguration.vpnClientRootCertificates is a list of 21. Allowed: at most 20",
      ],
    },
  },
  "gateway-no-sstp": {
    good: { "OpenVPN and IKEv2": [gateway(client({ vpnClientProtocols: ["OpenVPN", "IkeV2"] }))] },
    bad: {
      "SSTP beside it": [
        [gateway(client({ vpnClientProtocols: ["OpenVPN", "SSTP"] }))],
        "hub: vpnClientConfiguration.vpnClientProtocols is a list with SSTP. Allowed: OpenVPN, IkeV2",
      ],
    },
  },
  "gateway-pushed-routes": {
    good: { "1,000": [gateway({ customRoutes: { addressPrefixes: prefixes(1_000) } })] },
    bad: {
      "1,001": [
        [gateway({ customRoutes: { addressPrefixes: prefixes(1_001) } })],
        "hub: customRoutes.addressPrefixes is a list of 1001. Allowed: at most 1000",
      ],
    },
  },
  "gateway-tunnels": {
    good: {
      "as many as the SKU carries": [gateway(sku("VpnGw3AZ")), ...tunnels(30)],
      "those of two gateways": [
        gateway({ ...sku("VpnGw3AZ"), virtualNetworkGatewayName: "a" }, {}, "a"),
        gateway({ ...sku("VpnGw3AZ"), virtualNetworkGatewayName: "b" }, {}, "b"),
        ...many(40, (index) => {
          const id = idOf("Microsoft.Network/virtualNetworkGateways", index % 2 === 0 ? "a" : "b");
          return connection({ virtualNetworkGateway1: { id } }, `line-${index}`);
        }),
      ],
    },
    bad: {
      "one more": [
        [gateway(sku("VpnGw3AZ")), ...tunnels(31)],
        "hub: the number of its connections is 31. Allowed: at most 30",
      ],
      "by id, on the largest SKU": [
        [
          gateway({ ...sku("VpnGw5AZ"), virtualNetworkGatewayName: "vgw" }),
          ...many(101, (index) => {
            const id = idOf("Microsoft.Network/virtualNetworkGateways", "vgw");
            return connection({ virtualNetworkGateway1: { id } }, `line-${index}`);
          }),
        ],
        "hub: the number of its connections is 101. Allowed: at most 100",
      ],
    },
  },
  "gateway-one-per-network": {
    good: {
      "one each": [
        gateway({ ipConfigurations: [{ subnet: { id: "/net-a/GatewaySubnet" } }] }, {}, "a"),
        gateway({ ipConfigurations: [{ subnet: { id: "/net-b/GatewaySubnet" } }] }, {}, "b"),
      ],
      "VPN and ExpressRoute side by side": [
        gateway({ ipConfigurations: [{ subnet: { id: "/net/GatewaySubnet" } }] }, {}, "a"),
        gateway({ gatewayType: "ExpressRoute", ipConfigurations: [{ subnet: { id: "/net/GatewaySubnet" } }] }, {}, "b"),
      ],
    },
    bad: {
      "two in one": [
        [
          gateway({ ipConfigurations: [{ subnet: { id: "/net/GatewaySubnet" } }] }, {}, "a"),
          gateway({ ipConfigurations: [{ subnet: { id: "/NET/gatewaysubnet" } }] }, {}, "b"),
        ],
        "b: ipConfigurations is the subnet that a has. Allowed: a network without a gateway",
      ],
      "two in a subnet that is not made yet": [
        [
          subnet({}),
          gateway(
            { ipConfigurations: [{ subnet: { id: later } }] },
            { dependencies: { ipConfigurations: ["s"] } },
            "a",
          ),
          gateway(
            { ipConfigurations: [{ subnet: { id: later } }] },
            { dependencies: { ipConfigurations: ["s"] } },
            "b",
          ),
        ],
        "b: ipConfigurations is the subnet that a has. Allowed: a network without a gateway",
      ],
    },
  },
  "local-gateway-prefixes": {
    good: {
      "1,000": [
        declared("network:LocalNetworkGateway", "site", {
          localNetworkAddressSpace: { addressPrefixes: prefixes(1_000) },
        }),
      ],
    },
    bad: {
      "1,001": [
        [
          declared("network:LocalNetworkGateway", "site", {
            localNetworkAddressSpace: { addressPrefixes: prefixes(1_001) },
          }),
        ],
        "site: localNetworkAddressSpace.addressPrefixes is a list of 1001. Allowed: at most 1000",
      ],
    },
  },
  "connection-selectors": {
    good: { "100": [connection({ trafficSelectorPolicies: many(100, () => ({})) })] },
    bad: {
      "101": [
        [connection({ trafficSelectorPolicies: many(101, () => ({})) })],
        "line: trafficSelectorPolicies is a list of 101. Allowed: at most 100",
      ],
    },
  },
  "connection-key": {
    good: {
      "letters, digits and signs": [connection({ sharedKey: secret("aZ09!+,./_|}") })],
      "128 characters": [connection({ sharedKey: secret("k".repeat(128)) })],
      "one that is not known yet": [connection({ sharedKey: later })],
    },
    bad: {
      ...Object.fromEntries(
        Object.entries({ space: "a b", hyphen: "a-b", tilde: "a~b", accent: "à", length: "k".repeat(129) }).map(
          ([what, key]) => [what, [[connection({ sharedKey: secret(key) })], `line: sharedKey ${otherKey}`]] as const,
        ),
      ),
      "in a Virtual WAN's link": [
        [declared("network:VpnConnection", "site", { vpnLinkConnections: [{ sharedKey: secret("a-b") }] })],
        `site: vpnLinkConnections[0].sharedKey ${otherKey}`,
      ],
    },
  },
  "connection-encryption": {
    good: {
      "IKEv2 with GCM": [connection({ connectionProtocol: "IKEv2", ipsecPolicies: [policy] })],
      "Azure's own proposals": [connection({ connectionProtocol: "IKEv2" })],
    },
    bad: {
      IKEv1: [[connection({ connectionProtocol: "IKEv1" })], 'line: connectionProtocol is "IKEv1". Allowed: "IKEv2"'],
      "DES3, MD5 and a small group": [
        [
          connection({
            ipsecPolicies: [{ ...policy, ipsecEncryption: "DES3", ikeIntegrity: "MD5", dhGroup: "DHGroup2" }],
          }),
        ],
        'line: ipsecPolicies[0].ikeIntegrity is "MD5". Allowed: anything but MD5',
        'line: ipsecPolicies[0].dhGroup is "DHGroup2". Allowed: anything but None, DHGroup1, DHGroup2',
        'line: ipsecPolicies[0].ipsecEncryption is "DES3". Allowed: anything but None, DES, DES3',
      ],
      "in a Virtual WAN's link": [
        [
          declared("network:VpnConnection", "site", {
            vpnLinkConnections: [{ ipsecPolicies: [{ ...policy, pfsGroup: "PFS1" }] }],
          }),
        ],
        'site: vpnLinkConnections[0].ipsecPolicies[0].pfsGroup is "PFS1". Allowed: anything but PFS1, PFS2',
      ],
    },
  },
  "gateway-protected": {
    good: { protected: [gateway({}, { protect: true })] },
    bad: {
      "a gateway": [[gateway({})], "hub: protect (resource option) is false. Allowed: true"],
      "Virtual WAN's": [
        [declared("network:P2sVpnGateway", "people", {})],
        "people: protect (resource option) is false. Allowed: true",
      ],
    },
  },
  "gateway-timeouts": {
    good: { "two hours": [gateway({}, { timeouts: hours(2, 2, 2) })] },
    bad: {
      "one of them short, one not said": [
        [gateway({}, { timeouts: { create: 0.5, update: 3 } })],
        "hub: customTimeouts.create (resource option) is 30 minutes. Allowed: 120 minutes or more",
        "hub: customTimeouts.delete (resource option) is not set. Allowed: 120 minutes or more",
      ],
    },
  },
  "gateway-subnet-size": {
    good: {
      "a /27": [subnet({ addressPrefix: "10.0.0.0/27" })],
      "another subnet, however small": [
        declared("network:Subnet", "s", { subnetName: "x", addressPrefix: "10.0.0.0/29" }),
      ],
    },
    bad: {
      "a /28": [
        [subnet({ addressPrefix: "10.0.0.0/28" })],
        's: addressPrefix is "10.0.0.0/28". Allowed: /27 or larger',
      ],
      "a /29 inside its network, and its name in lower case": [
        [
          declared("network:VirtualNetwork", "net", {
            subnets: [
              { name: "desks", addressPrefix: "10.0.1.0/24" },
              { name: "gatewaysubnet", addressPrefixes: ["10.0.0.0/29"] },
            ],
          }),
        ],
        'net: subnets[1].name is "gatewaysubnet". Allowed: "GatewaySubnet"',
        'net: subnets[1].addressPrefix is "10.0.0.0/29". Allowed: /27 or larger',
      ],
    },
  },
  "gateway-subnet-bare": {
    good: {
      bare: [subnet({})],
      "a group on another subnet": [
        declared("network:Subnet", "s", { subnetName: "desks", networkSecurityGroup: { id: "x" } }),
      ],
    },
    bad: {
      "a group, not known yet, and a delegation": [
        [subnet({ networkSecurityGroup: { id: later }, delegations: [{ name: "d" }] })],
        "s: networkSecurityGroup is set. Allowed: none",
        "s: delegations is set. Allowed: none",
      ],
    },
  },
};
