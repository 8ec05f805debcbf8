import { limits } from "../../../src/plan/limits.ts";
import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { at, below, entriesAt, type Placed, textAt, textsAt } from "../values.ts";

const types = ["network:Subnet", "network:VirtualNetwork"] as const;
const gatewaySubnet = "GatewaySubnet";

export const gatewaySubnetSize: ResourceRule = {
  name: "gateway-subnet-size",
  description: `A gateway's subnet is called ${gatewaySubnet} and is a /${limits.gatewaySubnetLength.value} or larger.`,
  level: "mandatory",
  severity: "high",
  why: "Azure looks for that very name, and a smaller one has no room for a second instance or a larger SKU",
  source: limits.gatewaySubnetLength.source,
  types,
  *check(resource: Resource): Iterable<Finding> {
    for (const { path, value } of gatewaySubnets(resource)) {
      const name = nameOf(value, resource);
      if (name !== gatewaySubnet) {
        const property = path === "" ? "subnetName" : below(path, "name");
        yield { property, found: JSON.stringify(name), allowed: JSON.stringify(gatewaySubnet) };
      }
      for (const range of textsAt(value, "addressPrefix", "addressPrefixes")) {
        const length = Number(range.split("/")[1]);
        if (range.includes(":") || length <= limits.gatewaySubnetLength.value) continue;
        const property = below(path, "addressPrefix");
        yield { property, found: JSON.stringify(range), allowed: `/${limits.gatewaySubnetLength.value} or larger` };
      }
    }
  },
};

export const gatewaySubnetBare: ResourceRule = {
  name: "gateway-subnet-bare",
  description: "A gateway's subnet has no security group and no delegation.",
  level: "mandatory",
  severity: "high",
  why: "Azure's management must reach the gateway, and one made there is refused or stops",
  source: "Azure VPN Gateway: about gateway settings, gateway subnet (September 2023)",
  types,
  *check(resource: Resource): Iterable<Finding> {
    for (const { path, value } of gatewaySubnets(resource)) {
      if (at(value, "networkSecurityGroup") !== undefined) {
        yield { property: below(path, "networkSecurityGroup"), found: "set", allowed: "none" };
      }
      if (entriesAt(value, "delegations").length > 0) {
        yield { property: below(path, "delegations"), found: "set", allowed: "none" };
      }
    }
  },
};

/** Subnets meant for a gateway, alone or in their network, however their name is written. */
function gatewaySubnets(resource: Resource): readonly Placed[] {
  const places =
    resource.type === "network:Subnet" ? [{ path: "", value: resource.props }] : entriesAt(resource.props, "subnets");
  return places.filter(({ value }) => /^gateway-?subnet$/i.test(nameOf(value, resource) ?? ""));
}

function nameOf(value: Placed["value"], resource: Resource): string | undefined {
  return (resource.type === "network:Subnet" ? textAt(value, "subnetName") : undefined) ?? textAt(value, "name");
}
