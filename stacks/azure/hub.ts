import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../src/inventory.ts";
import type { BodyPlan, GatewayPlan } from "../../src/plan/types.ts";
import { serviceEntry, standingPart } from "../inventory-parts.ts";
import type { AzureContext } from "./context.ts";
import { gatewayId, HubGateway } from "./hub/gateway.ts";
import { GlobalFeed } from "./hub/global-feed.ts";
import { placed } from "./hub/ids.ts";
import { lineKeys, linesOf } from "./hub/lines.ts";
import { HubLogs } from "./hub/logs.ts";
import { HubNetwork } from "./hub/network.ts";
import { peopleProtocol } from "./hub/people.ts";
import { HubResolver } from "./hub/resolver.ts";
import { HubVault } from "./hub/vault.ts";
import { HubVirtualWan, peopleGatewayId, sitesGatewayId } from "./hub/virtual-wan.ts";
import { virtualHubOf } from "./known.ts";
import { declarePower } from "./power.ts";

/** The slice `azure-hub`: the hub's network, names, logs and vault, and the gateway where people and sites come in. */
export function hubSlice(context: AzureContext): pulumi.Input<Partial<InventoryPart>> {
  const { cloud, plan } = context;
  const here = context.inSubscription(cloud.hub.subscription);
  const group = new ResourceGroup("group", placed(context), { provider: context.provider(cloud.hub.subscription) });
  const { subnets } = new HubNetwork(context, group, here);
  declarePower(context);
  const logs = new HubLogs(context, group, here).workspace;
  const { zones } = new HubResolver(context, { group, subnets }, here);
  const keys = lineKeys(context);
  const links = linesOf(plan).map(({ link }) => link);
  new HubVault(context, { links, keys, group, subnets, zone: zones.vaults, logs }, here);
  if (plan.access.way === "gateway") new GlobalFeed(context, { group, subnets, zone: zones.desktopsGlobal }, here);
  if (virtualHubOf(plan.gateways) !== undefined) {
    new HubVirtualWan(context, { keys, group, subnets, logs }, here);
    return { ...inventoryOf(context), instances: [] };
  }
  const made = plan.gateways.map((gateway) => {
    const { address } = new HubGateway(context, gateway, { keys, group, subnets, logs }, here);
    return address.apply((known) => instancesOf(context, gateway, known));
  });
  return { ...inventoryOf(context), instances: pulumi.all(made).apply((lists) => lists.flat()) as never };
}

/**
 * Instances as people find them: all of a gateway's at the one address that shares people out. Of a Virtual WAN none
 * are known, since Azure tells their addresses in people's profiles alone.
 */
export function instancesOf(
  context: Pick<AzureContext, "plan">,
  gateway: GatewayPlan,
  address: string,
): InventoryPart["instances"] {
  const { port, transport, asked } = peopleProtocol(context);
  return gateway.instances.map(({ id, clients, sessionsLimit }) => ({
    id,
    gateway: gateway.id,
    address,
    port,
    protocol: transport,
    ...asked,
    clients,
    sessionsLimit,
  }));
}

/** Bodies without desks in the cloud have no slice of their own, so theirs is told here. */
function inventoryOf(context: AzureContext): Partial<InventoryPart> {
  const { cloud, names, plan } = context;
  const wan = virtualHubOf(plan.gateways) !== undefined;
  const bodies = plan.bodies.filter((body) => !hasSlice(context, body)).map(standingPart);
  return {
    bodies: bodies.flatMap((part) => part.bodies),
    sites: bodies.flatMap((part) => part.sites),
    links: bodies.flatMap((part) => part.links),
    pools: bodies.flatMap((part) => part.pools),
    hosts: bodies.flatMap((part) => part.hosts),
    desks: bodies.flatMap((part) => part.desks),
    services: plan.services.map(serviceEntry),
    azure: {
      subscriptions: [context.subscription(cloud.hub.subscription)],
      gateways: plan.gateways.flatMap(({ id }) =>
        (wan ? [peopleGatewayId(context, id), sitesGatewayId(context, id)] : [gatewayId(context, id)]).map(
          (resourceId) => ({ id, resourceId, region: cloud.region }),
        ),
      ),
      pools: [],
      connections: linesOf(plan).map(({ link }) => ({ link: link.id, name: names.connection(link) })),
    },
  };
}

function hasSlice({ plan }: AzureContext, body: BodyPlan): boolean {
  return plan.slices.some(({ target, kind, body: of }) => target === "azure" && kind === "body" && of === body.id);
}
