import type { Finding, Resource, ResourceRule } from "../rule.ts";
import { textAt } from "../values.ts";

const rules: Readonly<Record<string, readonly [allowed: string, why: string]>> = {
  "network:VirtualNetworkGateway": [
    "VpnGw1AZ to VpnGw5AZ",
    "Basic has no zones, no BGP and no OpenVPN, and leaving it means a new gateway and new profiles for everybody",
  ],
  "network:PublicIPAddress": ["Standard", "Basic addresses have no zones, are open by default, and have been retired"],
  "network:LoadBalancer": [
    "Standard",
    "Basic load balancers have no zones, are open by default, and have been retired",
  ],
};

export const noBasicSku: ResourceRule = {
  name: "no-basic-sku",
  description: "No gateway, public address or load balancer is of the SKU Basic.",
  level: "mandatory",
  severity: "high",
  why: "Basic has no zones",
  source: "Azure VPN Gateway: about gateway SKUs (June 2026); Azure updates: Basic retired on 30 September 2025",
  types: Object.keys(rules),
  *check({ type, props }: Resource): Iterable<Finding> {
    const [allowed, why] = rules[type] ?? ["Standard", undefined];
    for (const property of ["sku.name", "sku.tier"]) {
      if (textAt(props, property)?.toLowerCase() !== "basic") continue;
      yield { property, found: '"Basic"', allowed, ...(why === undefined ? {} : { why }) };
      return;
    }
    // An address whose SKU is not said was a Basic one, as long as there were any.
    if (type === "network:PublicIPAddress" && props["sku"] === undefined) {
      yield { property: "sku.name", found: "not set", allowed, ...(why === undefined ? {} : { why }) };
    }
  },
};
