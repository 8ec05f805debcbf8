import type * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../src/inventory.ts";
import type { InstancePlan } from "../../src/plan/types.ts";
import { account, operatorFolder } from "./account.ts";
import { gatewayBirdDaemon, hubBirdDaemon } from "./config/bird.ts";
import { hasLivekit, livekitDaemon, livekitEntry } from "./config/livekit.ts";
import { accessFirewall, openVpnDaemon } from "./config/openvpn.ts";
import { serviceEntries, servicesDaemon } from "./config/services.ts";
import { gatewayIkeDaemon } from "./config/strongswan.ts";
import { declare, type LabResource } from "./resources.ts";
import {
  bare,
  instanceNamespace,
  instancePublic,
  instances,
  instanceTransit,
  links,
  livekitAddress,
  openVpnPort,
  serviceRange,
  type Topology,
  tunnelRange,
} from "./topology.ts";

/** The slice `lab-hub`: the public side, the hub's router, the gateways, authority, operator's key, stand-ins of services. */
export function hubSlice(map: Topology): Partial<InventoryPart> {
  const { plan } = map;
  const authority = declare("Authority", "authority", { folder: "authority" });
  declare("Operator", "operator", { folder: operatorFolder });
  const hasServices = plan.services.length > 0;
  const meets = hasLivekit(map);
  const internet = declare("Namespace", "internet", { name: map.internet, addresses: [], local: [], unreachable: [] });
  const hub = declare("Namespace", "hub", {
    name: map.hub,
    addresses: [`${map.hubRouter}/32`, ...(meets ? [`${livekitAddress(map)}/32`] : [])],
    local: hasServices ? [serviceRange(map)] : [],
    unreachable: [plan.network.desks, plan.network.clients, plan.network.transit],
  });
  const cables = instances(plan).map((instance) => instanceResources(map, instance, { authority, internet, hub }));
  declare("Daemon", "bird-hub", hubBirdDaemon(map), cables);
  if (hasServices) declare("Daemon", "services", servicesDaemon(map), [authority, hub]);
  if (meets) declare("Daemon", "livekit", livekitDaemon(map), [hub]);
  return {
    instances: instances(plan).map((instance) => ({
      id: instance.id,
      gateway: instance.gateway,
      address: bare(instancePublic(map, instance).far),
      port: openVpnPort,
      protocol: "udp" as const,
      clients: instance.clients,
      sessionsLimit: instance.sessionsLimit,
      management: `daemons/openvpn-${instance.id}/management`,
      certificate: `daemons/openvpn-${instance.id}/own.crt`,
      bird: `daemons/bird-${instance.id}/control`,
      vici: `daemons/ike-${instance.id}/vici`,
      counters: ["ip", "-n", instanceNamespace(map, instance), "-j", "-s", "link", "show", "dev", "hub"],
    })),
    services: serviceEntries(map),
    operator: { user: account.name, key: `${operatorFolder}/id_ed25519`, enter: ["ip", "netns", "exec", map.ops] },
    ...(meets ? { videoconference: livekitEntry(map) } : {}),
    vantages: [
      { id: "public" as const, enter: ["ip", "netns", "exec", map.internet] },
      { id: "hub" as const, enter: ["ip", "netns", "exec", map.hub] },
    ],
  };
}

interface Around {
  readonly authority: LabResource;
  readonly internet: LabResource;
  readonly hub: LabResource;
}

/** One gateway instance; gives the cable to the hub. */
function instanceResources(
  map: Topology,
  instance: InstancePlan,
  { authority, internet, hub }: Around,
): pulumi.Resource {
  const { plan } = map;
  const name = instanceNamespace(map, instance);
  const own = links(plan).filter(({ link }) => link.instance === instance.id);
  const space = declare("Namespace", instance.id, {
    name,
    addresses: own.map(({ link }) => `${link.tunnel.gatewayOuter}/32`),
    local: [],
    unreachable: [tunnelRange(plan)],
  });
  const outside = instancePublic(map, instance);
  const publicCable = declare(
    "Link",
    `${instance.id}-public`,
    {
      a: { namespace: map.internet, interface: `gw${instance.ordinal}`, address: outside.near },
      b: {
        namespace: name,
        interface: "public",
        address: outside.far,
        routes: [{ to: plan.network.carriers, via: bare(outside.near) }],
      },
    },
    [internet, space],
  );
  const inside = instanceTransit(map, instance);
  const toHub = [plan.network.desks, plan.network.clients, plan.network.transit];
  const hubCable = declare(
    "Link",
    `${instance.id}-hub`,
    {
      a: {
        namespace: map.hub,
        interface: `gw${instance.ordinal}`,
        address: inside.near,
        routes: [{ to: instance.clients, via: bare(inside.far) }],
      },
      b: {
        namespace: name,
        interface: "hub",
        address: inside.far,
        routes: toHub.map((to) => ({ to, via: bare(inside.near) })),
      },
    },
    [hub, space],
  );
  const firewall = declare("Firewall", `${instance.id}-access`, accessFirewall(map, instance), [space]);
  declare("Daemon", `openvpn-${instance.id}`, openVpnDaemon(map, instance), [
    authority,
    publicCable,
    hubCable,
    firewall,
  ]);
  declare("Daemon", `ike-${instance.id}`, gatewayIkeDaemon(map, instance), [authority, publicCable, firewall]);
  declare("Daemon", `bird-${instance.id}`, gatewayBirdDaemon(map, instance), [hubCable]);
  return hubCable;
}
