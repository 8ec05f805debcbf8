import type { Finding, Resource, ResourceRule, StackFinding, StackRule } from "../rule.ts";
import { at, reach, shown, textAt, textsAt, unknown } from "../values.ts";

/** How a gateway survives the loss of a zone, or of one of its own instances. */

export const gatewayZoneRedundant: ResourceRule = {
  name: "gateway-zone-redundant",
  description: "A network gateway is of a zone-redundant SKU (its name ends in AZ).",
  level: "mandatory",
  severity: "critical",
  why: "a gateway without zones falls with one data centre, and VpnGw1 to VpnGw5 cannot be created since January 2025",
  source: "Azure VPN Gateway: about gateway SKUs (June 2026)",
  types: ["network:VirtualNetworkGateway"],
  *check({ props }: Resource): Iterable<Finding> {
    const sku = textAt(props, "sku.name");
    // Basic has a rule of its own; a local gateway (of an edge site) has no zones.
    if (sku === undefined || /^basic$/i.test(sku) || /^localgateway$/i.test(gatewayType(props))) return;
    if (/AZ$/i.test(sku) || /^ErGwScale$/i.test(sku)) return;
    const allowed = /^VpnGw/i.test(sku) ? shown(`${sku}AZ`) : "VpnGw1AZ to VpnGw5AZ, ErGw1AZ to ErGw3AZ, ErGwScale";
    yield { property: "sku.name", found: shown(sku), allowed };
  },
};

export const gatewayActiveActive: ResourceRule = {
  name: "gateway-active-active",
  description: "A VPN gateway runs active-active, with a public address for each instance.",
  level: "mandatory",
  severity: "high",
  why: "when an active gateway fails over to its standby, everybody who came in through it is dropped",
  source: "Azure VPN Gateway: highly available connectivity (2026)",
  types: ["network:VirtualNetworkGateway"],
  *check({ props }: Resource): Iterable<Finding> {
    if (!/^vpn$/i.test(gatewayType(props)) || /^basic$/i.test(textAt(props, "sku.name") ?? "")) return;
    const active = props["activeActive"];
    if (active === unknown) return;
    if (active !== true) yield { property: "activeActive", found: shown(active), allowed: "true" };
    const addresses = reach(props, "ipConfigurations[].publicIPAddress").length;
    // One for each instance, and where people come in a third, which Azure asks for by an error of this name.
    const people = at(props, "vpnClientConfiguration") !== undefined;
    const right = people ? addresses === 3 : addresses >= 2;
    if (active !== true || right || props["ipConfigurations"] === unknown) return;
    const allowed = people ? "three (ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations)" : "two or more";
    yield { property: "the number of public addresses", found: `${addresses}`, allowed };
  },
};

export const gatewayAddressZones: StackRule = {
  name: "gateway-address-zones",
  description: "The public addresses of a gateway stand in two zones or more.",
  level: "mandatory",
  severity: "high",
  why: "a gateway whose address names one zone is put into that zone whole, whatever its SKU",
  source: "Azure VPN Gateway: zone-redundant virtual network gateways (2026)",
  *checkStack(resources: readonly Resource[]): Iterable<StackFinding> {
    const used = addressesOfGateways(resources);
    for (const address of resources) {
      if (address.type !== "network:PublicIPAddress" || !used(address)) continue;
      const zones = address.props["zones"];
      if (zones === unknown || new Set(textsAt(address.props, "zones")).size >= 2) continue;
      yield { of: address, property: "zones", found: shown(zones), allowed: '["1","2","3"]' };
    }
  },
};

/** Tells a gateway's addresses by what the gateway's property hangs on, and by the id where it was given as text. */
function addressesOfGateways(resources: readonly Resource[]): (address: Resource) => boolean {
  const gateways = resources.filter(({ type }) => type === "network:VirtualNetworkGateway");
  const urns = new Set(gateways.flatMap(({ dependencies }) => dependencies["ipConfigurations"] ?? []));
  const ids = gateways.flatMap(({ props }) =>
    reach(props, "ipConfigurations[].publicIPAddress.id").flatMap(({ value }) =>
      typeof value === "string" ? [value.toLowerCase()] : [],
    ),
  );
  return ({ urn, props }) => {
    if (urns.has(urn)) return true;
    const group = textAt(props, "resourceGroupName");
    const name = textAt(props, "publicIpAddressName") ?? textAt(props, "name");
    if (name === undefined) return false;
    const inGroup = group === undefined ? "" : `/resourcegroups/${group.toLowerCase()}/`;
    return ids.some((id) => id.includes(inGroup) && id.endsWith(`/publicipaddresses/${name.toLowerCase()}`));
  };
}

function gatewayType(props: Resource["props"]): string {
  return textAt(props, "gatewayType") ?? "Vpn";
}
