import { placeOfId, privateZones, type ResourcePlace, zoneKeys } from "../../src/fleet/tenancy/adoption.ts";
import { virtualWan } from "../../src/plan/limits.ts";
import type { BodyPlan, GatewayPlan, PoolPlan } from "../../src/plan/types.ts";
import { adopted, type AzureContext } from "./context.ts";
import { groupId, resourceId, uniqueSuffix } from "./ids.ts";

/** Ids of what other slices make, told from names. A subscription is given as its id. */

/** The hub of the Virtual WAN that networks hang on: the first, as all of a WAN's hubs know each other. */
export function virtualHubOf(gateways: readonly GatewayPlan[]): string | undefined {
  return gateways.find(({ sku }) => sku === virtualWan.name)?.id;
}

export function hubSubscription(context: AzureContext): string {
  return context.subscription(context.cloud.hub.subscription);
}

/** The hub's network: ours, or the one that is adopted. */
export function hubNetworkId(context: AzureContext): string {
  const { hubGroup, hubNetwork } = context.names;
  return (
    adopted(context, "hub-network") ??
    resourceId(hubSubscription(context), hubGroup, "Microsoft.Network/virtualNetworks", hubNetwork)
  );
}

export function hubSubnetId(context: AzureContext, subnet: string): string {
  return `${hubNetworkId(context)}/subnets/${subnet}`;
}

/** Where a network is, as what is made in it says so. Throws an Error for what is no network's id. */
export function networkPlace(id: string): { readonly resourceGroupName: string; readonly virtualNetworkName: string } {
  const place = placeOfId(id);
  if (place === undefined) throw new Error(`${id} is not the id of a virtual network`);
  return { resourceGroupName: place.group, virtualNetworkName: place.name };
}

export type ZoneName = keyof typeof privateZones;

/** A private zone: ours, or the one that is adopted. */
export function zoneId(context: AzureContext, zone: ZoneName): string {
  const { hubGroup } = context.names;
  return (
    adopted(context, zoneKeys[zone]) ??
    resourceId(hubSubscription(context), hubGroup, "Microsoft.Network/privateDnsZones", privateZones[zone])
  );
}

/** Where a private zone is. Throws an Error for what is no zone's id. */
export function zonePlace(context: AzureContext, zone: ZoneName): ResourcePlace {
  const id = zoneId(context, zone);
  const place = placeOfId(id);
  if (place === undefined) throw new Error(`${id} is not the id of a private DNS zone`);
  return place;
}

export function logsId(context: AzureContext): string {
  const { hubGroup, logs } = context.names;
  return resourceId(hubSubscription(context), hubGroup, "Microsoft.OperationalInsights/workspaces", logs);
}

export function hostsRuleId(context: AzureContext): string {
  const { hubGroup, hostsRule } = context.names;
  return resourceId(hubSubscription(context), hubGroup, "Microsoft.Insights/dataCollectionRules", hostsRule);
}

/** A body with desks in the cloud: it has a subscription and a network for its endpoints there. */
export interface CloudBody extends BodyPlan {
  readonly subscription: string;
  readonly endpoints: string;
}

/** The slice's body. Throws an Error where the plan has none for it. */
export function bodyOf({ plan, slice }: AzureContext): CloudBody {
  const body = plan.bodies.find((each) => each.id === slice.body);
  const { subscription, endpoints } = body ?? {};
  if (body === undefined || subscription === undefined || endpoints === undefined) {
    throw new Error(`stack "${slice.stack}" is of no body of the plan that has desks in the cloud`);
  }
  return { ...body, subscription, endpoints };
}

export function cloudPools(body: BodyPlan): readonly PoolPlan[] {
  return body.pools.filter(({ kind }) => kind !== "physical");
}

/** Id of something in a body's resource group. */
export function inBody(
  context: AzureContext,
  body: CloudBody,
  type: `Microsoft.${string}/${string}`,
  name: string,
  ...children: readonly string[]
): string {
  return resourceId(context.subscription(body.subscription), context.names.bodyGroup(body), type, name, ...children);
}

/** A body's network: ours, or the one that is adopted. */
export function bodyNetworkId(context: AzureContext, body: CloudBody): string {
  return (
    adopted(context, `network-${body.id}`) ??
    inBody(context, body, "Microsoft.Network/virtualNetworks", context.names.bodyNetwork(body))
  );
}

export function bodySubnetId(context: AzureContext, body: CloudBody, subnet: string): string {
  return `${bodyNetworkId(context, body)}/subnets/${subnet}`;
}

export function hostPoolId(context: AzureContext, body: CloudBody, pool: PoolPlan): string {
  return inBody(context, body, "Microsoft.DesktopVirtualization/hostPools", context.names.hostPool(pool));
}

export function hostIdentityId(context: AzureContext, body: CloudBody): string {
  const { names } = context;
  return inBody(context, body, "Microsoft.ManagedIdentity/userAssignedIdentities", names.hostIdentity(body));
}

/** Name of the storage account of a pool's profiles: unique in the whole cloud, since it is a host name. */
export function profilesAccount(context: AzureContext, body: CloudBody, pool: PoolPlan): string {
  const subscription = context.subscription(body.subscription);
  return context.names.profilesAccount(pool, uniqueSuffix(context.tenancy.tenant, subscription, pool.id));
}

export function hostsGroupId(context: AzureContext, body: CloudBody, pool: PoolPlan, network: number): string {
  return groupId(context.subscription(body.subscription), context.names.hostsGroup(pool, network));
}
