import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { Provider } from "@pulumi/azure-native/provider.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import { ComponentResource, type ResourceOptions, rootStackResource } from "@pulumi/pulumi";
import { dropOldAliases } from "../../../stacks/azure/aliases.ts";

/**
 * A group and a network, and what each is called by: FORM "old" as they were made first, without an alias; "renamed" with
 * aliases of our own, and the network in a component.
 */
const form = process.env["FORM"] ?? "old";
dropOldAliases();
const provider = new Provider("main", {
  subscriptionId: "11111111-1111-4111-8111-111111111111",
  tenantId: "22222222-2222-4222-8222-222222222222",
});
const location = "italynorth";
const options = (aliases: NonNullable<ResourceOptions["aliases"]>): ResourceOptions =>
  form === "renamed" ? { aliases } : {};
const oldGroup = "urn:pulumi:test::deskbridge::azure-native:resources:ResourceGroup::group";
const group = new ResourceGroup(
  form === "old" ? "group" : "office",
  { resourceGroupName: "rg-double", location },
  { provider, ...options([oldGroup]) },
);
// It was the stack's own, and has become a component's.
const parent = form === "old" ? {} : { parent: new ComponentResource("deskbridge:azure:Renamed", "hub") };
new VirtualNetwork(
  form === "old" ? "network" : "hub-network",
  {
    resourceGroupName: group.name,
    location,
    virtualNetworkName: "vnet",
    addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
  },
  { provider, ...parent, ...options([{ name: "network", parent: rootStackResource }]) },
);
