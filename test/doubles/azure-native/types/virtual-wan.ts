import { overlaps, parsePrefix } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { key, parentId } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { at, list, one, text, texts } from "../values.ts";
import { prefixesOf } from "./addresses.ts";
import { checkSharedKeys } from "./connections.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

const wan = { longRunning: true, name: names.network } as const;

/** Only one gateway of each kind stands in a virtual hub. */
function oneInHub({ id, inputs, type, state }: Write): void {
  const hub = text(inputs, "virtualHub.id");
  const other = state.referrers(hub).find(({ from, path }) => {
    return path === "virtualHub.id" && key(from) !== key(id) && state.find(from)?.token === type.token;
  });
  if (other === undefined) return;
  throw new ArmError(
    400,
    "VirtualHubAlreadyHasGateway",
    `Virtual hub ${hub} already has a gateway of this kind (${other.from}).`,
  );
}

function refuseInUse(code: string, what: string): (resource: Stored, state: State) => void {
  return ({ id }, state) => {
    const user = state.referrers(id).find(({ from }) => !key(from).startsWith(`${key(id)}/`));
    const child = state.children(id)[0];
    if (user === undefined && child === undefined) return;
    throw new ArmError(
      400,
      code,
      `${what} ${id} cannot be deleted because it is in use by ${user?.from ?? child?.id ?? ""}.`,
    );
  };
}

export const virtualWan: readonly ResourceType[] = [
  {
    ...wan,
    token: "azure-native:network:VirtualWan",
    arm: "Microsoft.Network/virtualWans",
    path: inGroup("Microsoft.Network/virtualWans/{virtualWANName}"),
    allowed: { type: ["Basic", "Standard"] },
    checkDelete: refuseInUse("InUseVirtualWanCannotBeDeleted", "Virtual WAN"),
  },
  {
    ...wan,
    token: "azure-native:network:VirtualHub",
    arm: "Microsoft.Network/virtualHubs",
    path: inGroup("Microsoft.Network/virtualHubs/{virtualHubName}"),
    needed: ["addressPrefix", "virtualWan.id"],
    fixed: [{ path: "addressPrefix", code: "VirtualHubAddressPrefixCannotBeChanged" }],
    check: ({ id, inputs }) => {
      const range = parsePrefix(text(inputs, "addressPrefix"));
      // "The minimum address space is /24" (virtual-wan-faq).
      if (range !== undefined && range.length <= 24) return;
      throw new ArmError(
        400,
        "VirtualHubAddressPrefixInvalid",
        `The address prefix of virtual hub ${id} must be a /24 or larger.`,
      );
    },
    assigned: () => ({ routingState: "Provisioned", virtualRouterAsn: 65515 }),
    checkDelete: refuseInUse("InUseVirtualHubCannotBeDeleted", "Virtual hub"),
  },
  {
    ...wan,
    token: "azure-native:network:HubVirtualNetworkConnection",
    arm: "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections",
    path: inGroup("Microsoft.Network/virtualHubs/{virtualHubName}/hubVirtualNetworkConnections/{connectionName}"),
    needed: ["remoteVirtualNetwork.id"],
    check: ({ id, inputs, state }) => {
      const remote = state.find(text(inputs, "remoteVirtualNetwork.id"));
      const hub = state.find(parentId(id) ?? "");
      if (remote === undefined || hub === undefined) return;
      const other = state.referrers(remote.id).find(({ from, path }) => {
        return (
          path === "remoteVirtualNetwork.id" &&
          key(from) !== key(id) &&
          key(from).includes("/hubvirtualnetworkconnections/")
        );
      });
      if (other !== undefined) {
        throw new ArmError(
          400,
          "VirtualNetworkAlreadyConnectedToHub",
          `Virtual network ${remote.id} is already connected by ${other.from}.`,
        );
      }
      if (!prefixesOf(hub).some((left) => prefixesOf(remote).some((right) => overlaps(left, right)))) return;
      throw new ArmError(
        400,
        "VnetAddressSpacesOverlap",
        `The address space of ${remote.id} overlaps that of virtual hub ${hub.id}.`,
      );
    },
  },
  {
    ...wan,
    token: "azure-native:network:VpnServerConfiguration",
    arm: "Microsoft.Network/vpnServerConfigurations",
    path: inGroup("Microsoft.Network/vpnServerConfigurations/{vpnServerConfigurationName}"),
    writeOnly: ["properties.radiusServerSecret"],
    check: ({ id, inputs }) => {
      const [roots, revoked] = [
        at(inputs, "properties.vpnClientRootCertificates").length,
        at(inputs, "properties.vpnClientRevokedCertificates").length,
      ];
      if (roots <= 20 && revoked <= 300) return;
      throw new ArmError(
        400,
        "VpnServerConfigurationCertificateCountLimitReached",
        `Configuration ${id} has ${roots} root and ${revoked} revoked certificates.`,
      );
    },
    assigned: () => ({ properties: { provisioningState: "Succeeded" } }),
    checkDelete: refuseInUse("InUseVpnServerConfigurationCannotBeDeleted", "VPN server configuration"),
  },
  {
    ...wan,
    token: "azure-native:network:P2sVpnGateway",
    arm: "Microsoft.Network/p2svpnGateways",
    path: inGroup("Microsoft.Network/p2svpnGateways/{gatewayName}"),
    needed: ["virtualHub.id", "vpnServerConfiguration.id", "p2SConnectionConfigurations"],
    check: (write) => {
      oneInHub(write);
      const units = Number(one(write.inputs, "vpnGatewayScaleUnit") ?? 1);
      // 1 to 200 (virtual-wan: gateway settings).
      if (units >= 1 && units <= 200) return;
      throw new ArmError(
        400,
        "VpnGatewayScaleUnitInvalid",
        `${units} scale units of ${write.id} are not between 1 and 200.`,
      );
    },
  },
  {
    ...wan,
    token: "azure-native:network:VpnGateway",
    arm: "Microsoft.Network/vpnGateways",
    path: inGroup("Microsoft.Network/vpnGateways/{gatewayName}"),
    needed: ["virtualHub.id"],
    check: oneInHub,
    assigned: () => ({ bgpSettings: { asn: 65515, peerWeight: 0 } }),
    checkDelete: refuseInUse("InUseVpnGatewayCannotBeDeleted", "VPN gateway"),
  },
  {
    ...wan,
    token: "azure-native:network:VpnConnection",
    arm: "Microsoft.Network/vpnGateways/vpnConnections",
    path: inGroup("Microsoft.Network/vpnGateways/{gatewayName}/vpnConnections/{connectionName}"),
    writeOnly: ["sharedKey", "vpnLinkConnections.sharedKey"],
    needed: ["remoteVpnSite.id"],
    check: ({ id, inputs }) => checkSharedKeys(id, texts(inputs, "vpnLinkConnections.sharedKey")),
    assigned: () => ({ connectionStatus: "Unknown", ingressBytesTransferred: 0, egressBytesTransferred: 0 }),
  },
  {
    ...wan,
    token: "azure-native:network:VpnSite",
    arm: "Microsoft.Network/vpnSites",
    path: inGroup("Microsoft.Network/vpnSites/{vpnSiteName}"),
    writeOnly: ["siteKey"],
    needed: ["virtualWan.id"],
    check: ({ id, inputs }) => {
      // "Up to 4 links" a site (virtual-wan-faq).
      if (list(inputs, "vpnSiteLinks").length <= 4) return;
      throw new ArmError(400, "VpnSiteLinkCountLimitReached", `Site ${id} has more than 4 links.`);
    },
    checkDelete: refuseInUse("InUseVpnSiteCannotBeDeleted", "VPN site"),
  },
];
