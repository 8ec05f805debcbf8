import { parseAddress, parsePrefix } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { key } from "../ids.ts";
import type { Stored } from "../state.ts";
import { list, one, text, texts } from "../values.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

/** Site-to-site tunnels by SKU (about-gateway-skus, 06/2026). */
const tunnels: Readonly<Record<string, number>> = {
  Basic: 10,
  VpnGw1AZ: 30,
  VpnGw2AZ: 30,
  VpnGw3AZ: 30,
  VpnGw4AZ: 100,
  VpnGw5AZ: 100,
};
/** Prefixes of one local network gateway (VPN gateway limits). */
const prefixLimit = 1000;
/** What an IPsec policy must hold; IpsecPolicy of arm-network demands all of them. */
const policy = [
  "saLifeTimeSeconds",
  "saDataSizeKilobytes",
  "ipsecEncryption",
  "ipsecIntegrity",
  "ikeEncryption",
  "ikeIntegrity",
  "dhGroup",
  "pfsGroup",
];

export const connections: readonly ResourceType[] = [
  {
    token: "azure-native:network:LocalNetworkGateway",
    arm: "Microsoft.Network/localNetworkGateways",
    path: inGroup("Microsoft.Network/localNetworkGateways/{localNetworkGatewayName}"),
    longRunning: true,
    name: names.network,
    check: checkLocal,
    checkDelete: ({ id }, state) => {
      const user = state.referrers(id)[0];
      if (user === undefined) return;
      throw new ArmError(
        400,
        "LocalNetworkGatewayCannotBeDeletedWithConnections",
        `Local network gateway ${id} is used by the connection ${user.from}; delete it first.`,
      );
    },
  },
  {
    token: "azure-native:network:VirtualNetworkGatewayConnection",
    arm: "Microsoft.Network/connections",
    path: inGroup("Microsoft.Network/connections/{virtualNetworkGatewayConnectionName}"),
    longRunning: true,
    name: names.network,
    writeOnly: ["sharedKey", "authorizationKey"],
    needed: ["virtualNetworkGateway1.id"],
    allowed: {
      connectionType: ["IPsec", "Vnet2Vnet", "ExpressRoute", "VPNClient"],
      connectionProtocol: ["IKEv1", "IKEv2"],
      connectionMode: ["Default", "ResponderOnly", "InitiatorOnly"],
    },
    fixed: [
      { path: "connectionType", code: "ConnectionTypeCannotBeChanged" },
      { path: "connectionProtocol", code: "ConnectionProtocolCannotBeChanged" },
    ],
    check: checkConnection,
    assigned: () => ({ connectionStatus: "Unknown", ingressBytesTransferred: 0, egressBytesTransferred: 0 }),
  },
];

function checkLocal({ id, inputs }: Write): void {
  const [address, name] = [text(inputs, "gatewayIpAddress"), text(inputs, "fqdn")];
  if ((address === "") === (name === "")) {
    throw new ArmError(
      400,
      "LocalNetworkGatewayAddressInvalid",
      `Local network gateway ${id} needs either gatewayIpAddress or fqdn.`,
    );
  }
  if (address !== "" && parseAddress(address) === undefined) {
    throw new ArmError(
      400,
      "InvalidIPAddressFormat",
      `IP address ${address} of local network gateway ${id} is not valid.`,
    );
  }
  const prefixes = texts(inputs, "localNetworkAddressSpace.addressPrefixes");
  const bad = prefixes.find((prefix) => parsePrefix(prefix) === undefined);
  if (bad !== undefined) {
    throw new ArmError(
      400,
      "InvalidCIDRNotation",
      `The address prefix ${bad} in resource ${id} has an invalid CIDR notation.`,
    );
  }
  if (prefixes.length > prefixLimit) {
    throw new ArmError(
      400,
      "LocalNetworkGatewayPrefixCountLimitReached",
      `Local network gateway ${id} has ${prefixes.length} address prefixes; at most ${prefixLimit} are allowed.`,
    );
  }
  if (prefixes.length === 0 && one(inputs, "bgpSettings") === undefined) {
    throw new ArmError(
      400,
      "LocalNetworkGatewayHasNoAddressSpace",
      `Local network gateway ${id} has neither address prefixes nor BGP settings.`,
    );
  }
  const asn = one(inputs, "bgpSettings.asn");
  // Reserved by Azure and by IANA (vpn-gateway-vpn-faq, "BGP and routing").
  if ([8074, 8075, 12076, 65515, 65517, 65518, 65519, 65520, 23456].includes(Number(asn))) {
    throw new ArmError(400, "ReservedAsn", `ASN ${Number(asn)} of local network gateway ${id} is reserved.`);
  }
}

/**
 * "The key must contain only printable ASCII characters, except space, hyphen (-), or tilde (~)" (vpn-gateway-vpn-faq,
 * 2026); 128 of them at most (ConnectionResetSharedKey of the network API). It is not shown.
 */
export function checkSharedKeys(id: string, keys: readonly string[]): void {
  if (keys.every((each) => each.length <= 128 && /^[\x21-\x7d]*$/.test(each) && !each.includes("-"))) return;
  throw new ArmError(400, "ConnectionSharedKeyInvalid", `The shared key of connection ${id} is not valid.`);
}

function checkConnection({ id, inputs, state }: Write): void {
  const type = text(inputs, "connectionType");
  const gateway = state.find(text(inputs, "virtualNetworkGateway1.id"));
  const local = text(inputs, "localNetworkGateway2.id");
  if (type === "IPsec" && local === "") {
    throw new ArmError(400, "LocalNetworkGatewayMissing", `Connection ${id} of type IPsec needs localNetworkGateway2.`);
  }
  if (type !== "ExpressRoute" && text(inputs, "sharedKey") === "") {
    throw new ArmError(400, "ConnectionSharedKeyMissing", `Connection ${id} has no shared key.`);
  }
  checkSharedKeys(id, texts(inputs, "sharedKey"));
  for (const ipsec of list(inputs, "ipsecPolicies")) {
    const missing = policy.find((name) => one(ipsec, name) === undefined);
    if (missing !== undefined) {
      throw new ArmError(400, "InvalidRequestFormat", `An IPsec policy of connection ${id} has no ${missing}.`);
    }
  }
  if (gateway === undefined) return;
  const others = connectionsOf(gateway, state).filter((other) => key(other.id) !== key(id));
  const twin = others.find(
    (other) => key(text(other.inputs, "localNetworkGateway2.id")) === key(local) && local !== "",
  );
  if (twin !== undefined) {
    throw new ArmError(
      400,
      "ConnectionAlreadyExistsBetweenGateways",
      `Gateway ${gateway.id} and local network gateway ${local} are already connected by ${twin.id}.`,
    );
  }
  const sku = text(gateway.inputs, "sku.name");
  const limit = tunnels[sku];
  if (limit !== undefined && others.length >= limit) {
    throw new ArmError(
      400,
      "VirtualNetworkGatewayConnectionCountLimitReached",
      `Gateway ${gateway.id} (${sku}) has ${others.length} connections; at most ${limit} are allowed.`,
    );
  }
  if (one(inputs, "enableBgp") !== true) return;
  if (one(gateway.inputs, "enableBgp") !== true || one(state.find(local)?.inputs, "bgpSettings.asn") === undefined) {
    throw new ArmError(
      400,
      "BgpNotEnabledOnGateways",
      `Connection ${id} enables BGP; both its gateways must have BGP settings.`,
    );
  }
}

function connectionsOf(gateway: Stored, state: Write["state"]): readonly Stored[] {
  const users = state.referrers(gateway.id).filter(({ path }) => path === "virtualNetworkGateway1.id");
  return users.flatMap(({ from }) => state.find(from) ?? []);
}
