import { overlaps } from "../cidr.ts";
import { ArmError } from "../errors.ts";
import { key, parentId } from "../ids.ts";
import type { State, Stored } from "../state.ts";
import { at, one, text } from "../values.ts";
import { prefixesOf } from "./addresses.ts";
import { names } from "./names.ts";
import { inGroup, type ResourceType, type Write } from "./type.ts";

const token = "azure-native:network:VirtualNetworkPeering";

export const peering: readonly ResourceType[] = [
  {
    token,
    arm: "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
    path: inGroup(
      "Microsoft.Network/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/{virtualNetworkPeeringName}",
    ),
    longRunning: true,
    name: names.network,
    needed: ["remoteVirtualNetwork.id"],
    check: checkPeering,
    assigned: ({ inputs, state }) => ({
      remoteAddressSpace: {
        addressPrefixes: at(
          state.find(text(inputs, "remoteVirtualNetwork.id"))?.inputs,
          "addressSpace.addressPrefixes",
        ),
      },
      peeringSyncLevel: "FullyInSync",
    }),
    live: (resource, state) => ({
      peeringState:
        reverse(resource.id, text(resource.inputs, "remoteVirtualNetwork.id"), state) === undefined
          ? "Initiated"
          : "Connected",
    }),
  },
];

/** The peering of the remote network that leads back. */
function reverse(id: string, remote: string, state: State): Stored | undefined {
  return state
    .children(remote)
    .find(
      (other) =>
        other.token === token && key(text(other.inputs, "remoteVirtualNetwork.id")) === key(parentId(id) ?? ""),
    );
}

function checkPeering({ id, inputs, state }: Write): void {
  const own = state.find(parentId(id) ?? "");
  const remote = state.find(text(inputs, "remoteVirtualNetwork.id"));
  if (own === undefined || remote === undefined) return;
  if (key(own.id) === key(remote.id)) {
    throw new ArmError(
      400,
      "VnetCannotBePeeredWithItself",
      `Cannot create or update peering ${id}: virtual network ${own.id} cannot be peered with itself.`,
    );
  }
  const same = state
    .children(own.id)
    .find(
      (other) =>
        other.token === token &&
        key(other.id) !== key(id) &&
        key(text(other.inputs, "remoteVirtualNetwork.id")) === key(remote.id),
    );
  if (same !== undefined) {
    throw new ArmError(
      400,
      "RemotePeeringAlreadyExists",
      `Virtual network ${own.id} already has a peering (${same.id}) with ${remote.id}.`,
    );
  }
  if (prefixesOf(own).some((left) => prefixesOf(remote).some((right) => overlaps(left, right)))) {
    throw new ArmError(
      400,
      "VnetAddressSpacesOverlap",
      `Cannot create or update peering ${id}. Virtual networks ${own.id} and ${remote.id} cannot be peered because ` +
        `their address spaces overlap.`,
    );
  }
  if (one(inputs, "useRemoteGateways") === true) checkRemoteGateway(id, own, remote, state);
  if (one(inputs, "allowGatewayTransit") !== true) refuseEndOfTransit(id, remote, state);
}

function checkRemoteGateway(id: string, own: Stored, remote: Stored, state: State): void {
  if (gatewaysOf(remote, state).length === 0) {
    throw new ArmError(
      400,
      "RemoteVnetHasNoGateways",
      `Peering ${id} cannot have UseRemoteGateways flag set to true because remote virtual network ${remote.id} ` +
        `referenced by the peering does not have any gateways.`,
    );
  }
  const back = reverse(id, remote.id, state);
  if (back !== undefined && one(back.inputs, "allowGatewayTransit") !== true) {
    throw new ArmError(
      400,
      "GatewayTransitNotAllowedByRemotePeering",
      `Peering ${id} cannot have UseRemoteGateways flag set to true because peering ${back.id} of the remote virtual ` +
        `network has AllowGatewayTransit set to false.`,
    );
  }
  if (gatewaysOf(own, state).length > 0) {
    throw new ArmError(
      400,
      "VnetHasOwnGateway",
      `Peering ${id} cannot have UseRemoteGateways flag set to true because virtual network ${own.id} has a gateway ` +
        `of its own.`,
    );
  }
}

function refuseEndOfTransit(id: string, remote: Stored, state: State): void {
  const user = reverse(id, remote.id, state);
  if (user === undefined || one(user.inputs, "useRemoteGateways") !== true) return;
  throw new ArmError(
    400,
    "GatewayTransitInUse",
    `Peering ${id} cannot have AllowGatewayTransit set to false because peering ${user.id} has UseRemoteGateways set to true.`,
  );
}

/** VPN gateways whose IP configurations stand in the network. */
export function gatewaysOf(network: Stored, state: State): readonly string[] {
  const found = state
    .referrers(`${network.id}/subnets/GatewaySubnet`)
    .filter(({ path }) => path === "ipConfigurations.subnet.id");
  return [...new Set(found.map(({ from }) => from))].filter((from) => key(from).includes("/virtualnetworkgateways/"));
}
