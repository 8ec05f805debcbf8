import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import type { InventoryPart } from "../../src/inventory.ts";
import { hostsOf } from "../../src/plan/names.ts";
import { bodyEntry, deskEntries, hostEntry, linkEntries, poolEntry, siteEntries } from "../inventory-parts.ts";
import type { AzureContext } from "./context.ts";
import { HubJoin } from "./body/hub-join.ts";
import { BodyNetwork } from "./body/network.ts";
import { CloudPool } from "./body/pool.ts";
import { Profiles } from "./body/profiles.ts";
import { BodyWorkspace } from "./body/workspace.ts";
import { bodyOf, type CloudBody, cloudPools, hostPoolId } from "./known.ts";

/** The slice `azure-<body>`: a body's network, joined to the hub, and all of its desks but the hosts. */
export function bodySlice(context: AzureContext): pulumi.Input<Partial<InventoryPart>> {
  const body = bodyOf(context);
  const { cloud, names, tags } = context;
  const provider = context.provider(body.subscription);
  const resourceGroupName = names.bodyGroup(body);
  const group = new ResourceGroup("group", { resourceGroupName, location: cloud.region, tags }, { provider });
  new UserAssignedIdentity(
    "hosts-identity",
    { resourceGroupName, location: cloud.region, resourceName: names.hostIdentity(body), tags },
    { provider, dependsOn: [group] },
  );
  const here = context.inSubscription(body.subscription);
  const place = { context, body, group };
  const network = new BodyNetwork(place, here);
  new HubJoin(context, body, network.network, context.inSubscription(cloud.hub.subscription));
  const pools = cloudPools(body);
  const made = pools.map((pool) => new CloudPool(place, pool, network.endpoints, here));
  const applicationGroups = made.map(({ applicationGroup }) => applicationGroup);
  new BodyWorkspace(place, { applicationGroups, endpoints: network.endpoints }, here);
  for (const pool of pools) {
    if (pool.kind === "pooled") new Profiles(place, pool, network.endpoints, here);
  }
  return inventoryOf(context, body);
}

/** Hosts in the cloud are told by their own slices; PCs that stay in the office belong to no other one. */
function inventoryOf(context: AzureContext, body: CloudBody): Partial<InventoryPart> {
  const physical = body.pools.filter(({ kind }) => kind === "physical");
  return {
    bodies: [bodyEntry(body)],
    sites: siteEntries(body),
    links: linkEntries(body),
    pools: body.pools.map(poolEntry),
    hosts: physical.flatMap((pool) => Array.from(hostsOf(pool), (host) => hostEntry(pool, host, []))),
    desks: body.pools.flatMap(deskEntries),
    azure: {
      subscriptions: [context.subscription(body.subscription)],
      gateways: [],
      pools: cloudPools(body).map((pool) => ({ id: pool.id, resourceId: hostPoolId(context, body, pool) })),
      connections: [],
    },
  };
}
