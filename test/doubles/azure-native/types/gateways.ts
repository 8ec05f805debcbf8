import { formatAddress, overlaps, parsePrefix } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { key, lastName } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { at, list, one, type Properties, text, type Value, texts } from "../values.ts";
import { isStatic, networkOf, prefixesOf, refuseSharedAddress, sameRegion } from "./addresses.ts";
import { connections } from "./connections.ts";
import { names } from "./names.ts";
import { gatewaysOf } from "./peering.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

/** VPN gateway SKUs that can still be made, by rank (about-gateway-skus, 06/2026). */
const ranks = ["VpnGw1AZ", "VpnGw2AZ", "VpnGw3AZ", "VpnGw4AZ", "VpnGw5AZ"];
const nonZonal = ["VpnGw1", "VpnGw2", "VpnGw3", "VpnGw4", "VpnGw5"];
/** about-gateway-skus and the VPN gateway FAQ: 20 root certificates, 300 revoked client certificates. */
const rootLimit = 20;
const revokedLimit = 300;

export const gateways: readonly ResourceType[] = [
  {
    token: "azure-native:network:VirtualNetworkGateway",
    arm: "Microsoft.Network/virtualNetworkGateways",
    path: inGroup("Microsoft.Network/virtualNetworkGateways/{virtualNetworkGatewayName}"),
    longRunning: true,
    // "Creating a gateway can often take 45 minutes or more" (vpn-gateway documentation).
    seconds: 2700,
    name: names.network,
    needed: ["ipConfigurations", "ipConfigurations.subnet.id", "sku.name", "gatewayType"],
    allowed: { gatewayType: ["Vpn", "ExpressRoute", "LocalGateway"], vpnType: ["RouteBased", "PolicyBased"] },
    fixed: [
      { path: "gatewayType", code: "VirtualNetworkGatewayTypeCannotBeChanged" },
      { path: "vpnType", code: "VirtualNetworkGatewayVpnTypeCannotBeChanged" },
      { path: "vpnGatewayGeneration", code: "VirtualNetworkGatewayGenerationCannotBeChanged" },
    ],
    filled: ["bgpSettings.bgpPeeringAddresses", "bgpSettings.bgpPeeringAddress", "ipConfigurations.id"],
    check: checkGateway,
    assigned: gatewayOutputs,
    checkDelete: refuseUsedGateway,
  },
  ...connections,
];

function checkGateway(write: Write): void {
  const { id, inputs, location, state } = write;
  const subnets = [...new Set(texts(inputs, "ipConfigurations.subnet.id").map((subnet) => key(subnet)))];
  for (const subnet of subnets) {
    sameRegion(state, subnet, id, location);
    checkGatewaySubnet(id, subnet, state);
    const other = gatewaysOf(networkOf(state, subnet) ?? ({ id: subnet } as Stored), state).find(
      (found) => key(found) !== key(id),
    );
    if (other !== undefined) {
      throw new ArmError(
        400,
        "VirtualNetworkGatewayCountLimitReached",
        `Virtual network of ${subnet} already has a VPN gateway (${other}); it can have only one.`,
      );
    }
  }
  checkSku(write);
  checkConfigurations(write);
  checkClients(write);
}

function checkGatewaySubnet(id: string, subnet: string, state: State): void {
  if (lastName(subnet) !== "gatewaysubnet") {
    throw new ArmError(
      400,
      "GatewaySubnetNameInvalid",
      `Gateway ${id} must stand in a subnet named GatewaySubnet, not in ${subnet}.`,
    );
  }
  const range = prefixesOf(state.find(subnet))[0];
  if (range !== undefined && range.length > 27) {
    throw new ArmError(
      400,
      "GatewaySubnetTooSmall",
      `Subnet ${subnet} is a /${range.length}; a VPN gateway of this kind needs a /27 or larger.`,
    );
  }
}

function checkSku({ id, inputs, before }: Write): void {
  const sku = text(inputs, "sku.name");
  if (nonZonal.includes(sku)) {
    throw new ArmError(
      400,
      "NonAzSkusNotAllowedForVPNGateway",
      `VpnGw1-5 non-AZ SKUs are no longer allowed for new VPN gateways (${id} asks for ${sku}).`,
    );
  }
  if (!ranks.includes(sku) && sku !== "Basic" && text(inputs, "gatewayType") === "Vpn") {
    throw new ArmError(400, "InvalidGatewaySkuSpecified", `${sku} is no SKU of a VPN gateway.`);
  }
  const generation = text(inputs, "vpnGatewayGeneration");
  const rank = ranks.indexOf(sku);
  if ((generation === "Generation1" && rank > 2) || (generation === "Generation2" && rank === 0)) {
    throw new ArmError(400, "VpnGatewayGenerationSkuMismatch", `SKU ${sku} does not exist in ${generation}.`);
  }
  const old = text(before?.inputs, "sku.name");
  if (old === "" || old === sku || ranks.indexOf(old) < rank) return;
  throw new ArmError(
    400,
    "VirtualNetworkGatewaySkuResizeNotSupported",
    `Gateway ${id} cannot be resized from ${old} to ${sku}: delete it and create it again.`,
  );
}

function checkConfigurations({ id, inputs, before, state }: Write): void {
  const configurations = list(inputs, "ipConfigurations");
  const active = one(inputs, "activeActive") === true;
  const clients = one(inputs, "vpnClientConfiguration") !== undefined;
  if (active && clients && configurations.length !== 3) {
    throw new ArmError(
      400,
      "ActiveActiveP2SGatewayMustHaveExactlyThreeIpConfigurations",
      `Active-active gateway ${id} with a point-to-site configuration has ${configurations.length} IP configurations; it must have exactly three.`,
    );
  }
  if (active && !clients && configurations.length !== 2) {
    throw new ArmError(
      400,
      "ActiveActiveGatewayMustHaveExactlyTwoIpConfigurations",
      `Active-active gateway ${id} has ${configurations.length} IP configurations; it must have exactly two.`,
    );
  }
  if (!active && configurations.length !== 1) {
    throw new ArmError(
      400,
      "ActiveStandbyGatewayMustHaveOneIpConfiguration",
      `Gateway ${id} has ${configurations.length} IP configurations; without activeActive it must have one.`,
    );
  }
  const publics = texts(inputs, "ipConfigurations.publicIPAddress.id");
  if (new Set(publics.map(key)).size < configurations.length) {
    throw new ArmError(
      400,
      "GatewayPublicIpAddressMissing",
      `Each IP configuration of gateway ${id} needs a public IP address of its own.`,
    );
  }
  for (const address of publics) checkPublic(id, address, text(inputs, "sku.name"), state);
  const old = texts(before?.inputs, "ipConfigurations.publicIPAddress.id").map((address) => key(address));
  if (old.length === publics.length && old.some((address, index) => address !== key(publics[index] ?? ""))) {
    throw new ArmError(
      400,
      "VirtualNetworkGatewayPublicIpAddressCannotBeChanged",
      `The public IP addresses of gateway ${id} cannot be changed.`,
    );
  }
}

function checkPublic(id: string, address: string, sku: string, state: State): void {
  const stored = state.find(address);
  refuseSharedAddress(state, id, address);
  if (!isStatic(stored)) {
    throw new ArmError(
      400,
      "VpnGatewayPublicIpMustBeStatic",
      `Public IP address ${address} of gateway ${id} must be static.`,
    );
  }
  if (sku.endsWith("AZ") && at(stored?.inputs, "zones").length === 0) {
    throw new ArmError(
      400,
      "VmssVpnGatewayPublicIpsMustHaveZonesConfigured",
      "Standard Public IPs associated with VPN Gateways with AZ VPN skus must have zones configured.",
    );
  }
}

function checkClients({ id, inputs, state }: Write): void {
  const clients = one(inputs, "vpnClientConfiguration");
  if (clients === undefined) return;
  const pools = texts(clients, "vpnClientAddressPool.addressPrefixes").map((prefix) => parsePrefix(prefix));
  if (pools.length === 0 || pools.includes(undefined)) {
    throw new ArmError(
      400,
      "VpnClientAddressPoolNotSpecified",
      `Gateway ${id} has a point-to-site configuration without a valid address pool.`,
    );
  }
  const network = networkOf(state, text(inputs, "ipConfigurations.subnet.id"));
  if (pools.some((pool) => prefixesOf(network).some((space) => pool !== undefined && overlaps(pool, space)))) {
    throw new ArmError(
      400,
      "VpnClientAddressPoolOverlapsWithVirtualNetwork",
      `The point-to-site address pool of ${id} overlaps the address space of its virtual network.`,
    );
  }
  const [roots, revoked] = [
    at(clients, "vpnClientRootCertificates").length,
    at(clients, "vpnClientRevokedCertificates").length,
  ];
  if (roots > rootLimit) {
    throw new ArmError(
      400,
      "VpnClientRootCertificateCountLimitReached",
      `Gateway ${id} has ${roots} root certificates; at most ${rootLimit} are allowed.`,
    );
  }
  if (revoked > revokedLimit) {
    throw new ArmError(
      400,
      "VpnClientRevokedCertificateCountLimitReached",
      `Gateway ${id} has ${revoked} revoked client certificates; at most ${revokedLimit} are allowed.`,
    );
  }
  const ways = texts(clients, "vpnAuthenticationTypes");
  if (ways.includes("Certificate") && roots === 0) {
    throw new ArmError(
      400,
      "VpnClientRootCertificateMissing",
      `Gateway ${id} authenticates by certificate and has no root certificate.`,
    );
  }
  if (!ways.includes("AAD")) return;
  if (!at(clients, "vpnClientProtocols").includes("OpenVPN")) {
    throw new ArmError(
      400,
      "VpnClientAadAuthenticationNeedsOpenVpn",
      `Gateway ${id} authenticates by Entra ID, which needs the protocol OpenVPN.`,
    );
  }
  for (const needed of ["aadTenant", "aadAudience", "aadIssuer"]) {
    if (text(clients, needed) === "") {
      throw new ArmError(
        400,
        "VpnClientAadParametersMissing",
        `Gateway ${id} authenticates by Entra ID; ${needed} is missing.`,
      );
    }
  }
}

function gatewayOutputs({ id, inputs, state }: Write): Properties {
  const configurations = list(inputs, "ipConfigurations").map((configuration): Properties => ({
    privateIPAllocationMethod: "Dynamic",
    ...configuration,
    id: `${id}/ipConfigurations/${text(configuration, "name")}`,
    provisioningState: "Succeeded",
  }));
  const range = prefixesOf(state.find(text(inputs, "ipConfigurations.subnet.id")))[0];
  // The gateway's instances take addresses of the end of their subnet; which ones is Azure's choice.
  const peering = configurations.map((configuration, index): Value => ({
    ipconfigurationId: configuration["id"] ?? "",
    defaultBgpIpAddresses: [formatAddress((range?.last ?? 0) - 1 - index)],
    customBgpIpAddresses: at(
      list(inputs, "bgpSettings.bgpPeeringAddresses").find(
        (found) => found["ipconfigurationId"] === configuration["id"],
      ),
      "customBgpIpAddresses",
    ),
    tunnelIpAddresses: at(state.find(text(configuration, "publicIPAddress.id"))?.outputs, "ipAddress"),
  }));
  return {
    ipConfigurations: configurations,
    bgpSettings: {
      // 65515 is the gateway's own number where none is given (vpn-gateway-bgp-overview).
      asn: one(inputs, "bgpSettings.asn") ?? 65515,
      bgpPeeringAddress: peering.map((found) => text(found, "defaultBgpIpAddresses")).join(","),
      peerWeight: 0,
      bgpPeeringAddresses: peering,
    },
    enableBgp: one(inputs, "enableBgp") ?? false,
    activeActive: one(inputs, "activeActive") ?? false,
  };
}

function refuseUsedGateway({ id, inputs }: Stored, state: State): void {
  const connection = state.referrers(id).find(({ path }) => path.startsWith("virtualNetworkGateway"));
  if (connection !== undefined) {
    throw new ArmError(
      400,
      "VirtualNetworkGatewayCannotBeDeletedWithConnections",
      `Gateway ${id} has the connection ${connection.from}; delete it first.`,
    );
  }
  const network = networkOf(state, text(inputs, "ipConfigurations.subnet.id"));
  const spoke = state
    .referrers(network?.id ?? "")
    .find(
      ({ from, path }) =>
        path === "remoteVirtualNetwork.id" && one(state.find(from)?.inputs, "useRemoteGateways") === true,
    );
  if (network === undefined || spoke === undefined) return;
  throw new ArmError(
    400,
    "GatewayCannotBeDeletedWhileUsedByPeering",
    `Gateway ${id} is used by the peering ${spoke.from} (useRemoteGateways); it cannot be deleted.`,
  );
}
