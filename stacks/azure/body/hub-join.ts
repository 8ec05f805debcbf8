import { HubVirtualNetworkConnection } from "@pulumi/azure-native/network/hubVirtualNetworkConnection.js";
import { VirtualNetworkPeering } from "@pulumi/azure-native/network/virtualNetworkPeering.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import * as pulumi from "@pulumi/pulumi";
import { privateZones, zoneKeys } from "../../../src/fleet/tenancy/adoption.ts";
import { adopted, type AzureContext } from "../context.ts";
import {
  bodyNetworkId,
  type CloudBody,
  cloudPools,
  hubNetworkId,
  networkPlace,
  virtualHubOf,
  type ZoneName,
} from "../known.ts";

/**
 * Zones whose names a body's hosts ask for, but for those that are adopted: those are their owner's, and hosts find what
 * is in them by the hub's resolver, which their network names as its DNS server.
 */
export function zonesOf({ plan, tenancy }: Pick<AzureContext, "plan" | "tenancy">, body: CloudBody) {
  const pooled = cloudPools(body).some(({ kind }) => kind === "pooled");
  const asked = [
    ...(plan.access.way === "gateway" ? (["desktops"] as const) : []),
    ...(pooled ? (["files"] as const) : []),
  ];
  return asked.filter((zone) => adopted({ tenancy }, zoneKeys[zone]) === undefined);
}

/**
 * Both sides of the peering. The hub lends its VPN gateway, the body's network uses it. The far side's ranges are
 * stated, so that a pool that is added is an update, and with it the sync that Azure asks for.
 */
export function peeringArgs(context: AzureContext, body: CloudBody) {
  const { cloud, names } = context;
  const common = { allowVirtualNetworkAccess: true, allowForwardedTraffic: true, syncRemoteAddressSpace: "true" };
  const [hub, spoke] = [names.hubNetwork, names.bodyNetwork(body)];
  // What ranges an adopted network has, only its owner knows.
  const remoteSpace = (network: string, addressPrefixes: readonly string[]) =>
    adopted(context, network) === undefined ? { remoteAddressSpace: { addressPrefixes: [...addressPrefixes] } } : {};
  return {
    fromHub: {
      ...common,
      ...networkPlace(hubNetworkId(context)),
      virtualNetworkPeeringName: names.peering(spoke),
      remoteVirtualNetwork: { id: bodyNetworkId(context, body) },
      ...remoteSpace(`network-${body.id}`, [...cloudPools(body).map(({ block }) => block), body.endpoints]),
      allowGatewayTransit: true,
      useRemoteGateways: false,
    },
    toHub: {
      ...common,
      ...networkPlace(bodyNetworkId(context, body)),
      virtualNetworkPeeringName: names.peering(hub),
      remoteVirtualNetwork: { id: hubNetworkId(context) },
      ...remoteSpace("hub-network", [cloud.hub.range]),
      allowGatewayTransit: false,
      useRemoteGateways: true,
    },
  };
}

/** A spoke of the Virtual WAN; its Internet stays with its own NAT gateway. */
export function connectionArgs(context: AzureContext, body: CloudBody, virtualHubName: string) {
  const { names } = context;
  return {
    resourceGroupName: names.hubGroup,
    virtualHubName,
    connectionName: names.peering(names.bodyNetwork(body)),
    remoteVirtualNetwork: { id: bodyNetworkId(context, body) },
    enableInternetSecurity: false,
  };
}

export function zoneLinkArgs(context: AzureContext, body: CloudBody, zone: ZoneName) {
  const { names, tags } = context;
  return {
    resourceGroupName: names.hubGroup,
    privateZoneName: privateZones[zone],
    virtualNetworkLinkName: names.bodyNetwork(body),
    // Zones belong to no region.
    location: "global",
    virtualNetwork: { id: bodyNetworkId(context, body) },
    registrationEnabled: false,
    tags,
  };
}

/**
 * What joins a body's network to the hub: peering both ways, or a connection to the Virtual WAN; and the hub's private
 * zones. All but one end of the peering lies in the hub's group and subscription, and so goes with the body.
 */
export class HubJoin extends pulumi.ComponentResource {
  constructor(context: AzureContext, body: CloudBody, network: pulumi.Resource, opts: pulumi.ComponentResourceOptions) {
    super("deskbridge:azure:HubJoin", "join", {}, opts);
    const child = { parent: this, dependsOn: [network] };
    const gateway = virtualHubOf(context.plan.gateways);
    if (gateway === undefined) {
      const { fromHub, toHub } = peeringArgs(context, body);
      // Initiated until the other end is there, Connected then: Azure's to say, though azure-native takes it as input.
      const ignoreChanges = ["peeringState", "peeringSyncLevel"];
      const lent = new VirtualNetworkPeering("join-from-hub", fromHub, { ...child, ignoreChanges });
      // The hub lends its gateway first: Azure refuses a network that uses one it is not lent.
      const provider = context.provider(body.subscription);
      new VirtualNetworkPeering("join-to-hub", toHub, {
        parent: this,
        provider,
        dependsOn: [network, lent],
        ignoreChanges,
      });
    } else {
      new HubVirtualNetworkConnection(
        "join-wan",
        connectionArgs(context, body, context.names.virtualHub(gateway)),
        child,
      );
    }
    for (const zone of zonesOf(context, body)) {
      new VirtualNetworkLink(`join-zone-${zone}`, zoneLinkArgs(context, body, zone), child);
    }
    this.registerOutputs({});
  }
}
