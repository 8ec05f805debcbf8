import { gatewaySkus, gatewaySkuSource, limits } from "../../../src/plan/limits.ts";
import { isLineKey, lineKeySource, lineKeyWords } from "../../../src/plan/line-key.ts";
import type { Finding, Resource, ResourceRule, StackFinding, StackRule } from "../rule.ts";
import { reach, textAt } from "../values.ts";
import { atMost } from "./gateway-people.ts";

/** What a gateway can hold for sites (site-to-site), and how its tunnels are sealed. */

export const localGatewayPrefixes: ResourceRule = {
  name: "local-gateway-prefixes",
  description: "A local network gateway names no more prefixes than Azure takes.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses more; announce them over BGP",
  source: limits.prefixesPerLocalGateway.source,
  types: ["network:LocalNetworkGateway"],
  *check({ props }: Resource): Iterable<Finding> {
    yield* atMost(props, "localNetworkAddressSpace.addressPrefixes", limits.prefixesPerLocalGateway.value);
  },
};

export const connectionSelectors: ResourceRule = {
  name: "connection-selectors",
  description: "A connection names no more traffic selectors than Azure takes.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses more; a route-based connection with BGP needs none",
  source: limits.trafficSelectors.source,
  types: ["network:VirtualNetworkGatewayConnection"],
  *check({ props }: Resource): Iterable<Finding> {
    yield* atMost(props, "trafficSelectorPolicies", limits.trafficSelectors.value);
  },
};

export const connectionKey: ResourceRule = {
  name: "connection-key",
  description: "A tunnel's shared key has only characters that Azure takes.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses others, or the tunnel never comes up",
  source: lineKeySource,
  types: ["network:VirtualNetworkGatewayConnection", "network:VpnConnection"],
  *check({ props }: Resource): Iterable<Finding> {
    for (const { path, value } of ["sharedKey", "vpnLinkConnections[].sharedKey"].flatMap((at) => reach(props, at))) {
      if (typeof value !== "string" || isLineKey(value)) continue;
      yield { property: path, found: "a key with other characters, or too long", allowed: lineKeyWords };
    }
  },
};

/** What must not seal a tunnel, by the property of the policy. */
const weak: Readonly<Record<string, readonly string[]>> = {
  ikeEncryption: ["DES", "DES3"],
  ikeIntegrity: ["MD5"],
  dhGroup: ["None", "DHGroup1", "DHGroup2"],
  ipsecEncryption: ["None", "DES", "DES3"],
  ipsecIntegrity: ["MD5"],
  pfsGroup: ["PFS1", "PFS2"],
};

export const connectionEncryption: ResourceRule = {
  name: "connection-encryption",
  description: "A site's tunnel uses IKEv2 and no broken or slow cipher.",
  level: "mandatory",
  severity: "high",
  why: "DES, MD5 and the small groups are broken, and DES3 carries 130 Mb/s a tunnel at most",
  source: "RFC 8247, sections 2.1 to 2.4; Azure VPN Gateway: per-tunnel performance (January 2024)",
  types: ["network:VirtualNetworkGatewayConnection", "network:VpnConnection"],
  *check({ props }: Resource): Iterable<Finding> {
    for (const property of ["connectionProtocol", "vpnConnectionProtocolType"]) {
      if (/^ikev1$/i.test(textAt(props, property) ?? "")) yield { property, found: '"IKEv1"', allowed: '"IKEv2"' };
    }
    for (const [name, refused] of Object.entries(weak)) {
      const places = [`ipsecPolicies[].${name}`, `vpnLinkConnections[].ipsecPolicies[].${name}`];
      for (const { path, value } of places.flatMap((place) => reach(props, place))) {
        if (typeof value !== "string" || !refused.some((each) => each.toLowerCase() === value.toLowerCase())) continue;
        yield { property: path, found: JSON.stringify(value), allowed: `anything but ${refused.join(", ")}` };
      }
    }
  },
};

export const gatewayTunnels: StackRule = {
  name: "gateway-tunnels",
  description: "A gateway has no more site-to-site tunnels than its SKU carries.",
  level: "mandatory",
  severity: "high",
  why: "Azure refuses more; take a larger SKU, or Virtual WAN beyond 100",
  source: gatewaySkuSource,
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    const connections = resources.filter(({ type }) => type === "network:VirtualNetworkGatewayConnection");
    for (const gateway of resources.filter(({ type }) => type === "network:VirtualNetworkGateway")) {
      const limit = gatewaySkus.find(({ name }) => name === textAt(gateway.props, "sku.name"))?.tunnels;
      const count = connections.filter((connection) => endsAt(connection, gateway)).length;
      if (limit === undefined || count <= limit) continue;
      yield { of: gateway, property: "the number of its connections", found: `${count}`, allowed: `at most ${limit}` };
    }
  },
};

function endsAt(connection: Resource, gateway: Resource): boolean {
  if (connection.dependencies["virtualNetworkGateway1"]?.includes(gateway.urn) === true) return true;
  const id = textAt(connection.props, "virtualNetworkGateway1.id")?.toLowerCase();
  const name = textAt(gateway.props, "virtualNetworkGatewayName") ?? textAt(gateway.props, "name");
  return name !== undefined && id?.endsWith(`/virtualnetworkgateways/${name.toLowerCase()}`) === true;
}

export const gatewayOnePerNetwork: StackRule = {
  name: "gateway-one-per-network",
  description: "A network has one VPN gateway.",
  level: "mandatory",
  severity: "medium",
  why: "Azure refuses a second one: put it into a network of its own",
  source: "Azure: networking limits (2026)",
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    const first = new Map<string, Resource>();
    for (const gateway of resources.filter(({ type }) => type === "network:VirtualNetworkGateway")) {
      if (!/^vpn$/i.test(textAt(gateway.props, "gatewayType") ?? "Vpn")) continue;
      const others = subnetsOf(gateway).flatMap((subnet) => first.get(subnet) ?? []);
      for (const other of new Set(others)) {
        const found = `the subnet that ${other.name} has`;
        yield { of: gateway, property: "ipConfigurations", found, allowed: "a network without a gateway" };
      }
      for (const subnet of subnetsOf(gateway)) first.set(subnet, first.get(subnet) ?? gateway);
    }
  },
};

/** By id where it is known, and by URN where the subnet is made in the same stack. */
function subnetsOf({ props, dependencies }: Resource): readonly string[] {
  const ids = reach(props, "ipConfigurations[].subnet.id").flatMap(({ value }) =>
    typeof value === "string" ? [value.toLowerCase()] : [],
  );
  const made = (dependencies["ipConfigurations"] ?? []).filter((urn) => /:network(\/\w+)?:Subnet::/.test(urn));
  return [...new Set([...ids, ...made])];
}
