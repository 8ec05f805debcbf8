import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { resolve } from "node:path";
import { loadFleet } from "../../../src/fleet/load.ts";
import { plan as planFleet } from "../../../src/plan/plan.ts";
import { watchNames } from "../../../src/plan/watch-names.ts";
import { azureContext } from "../../../stacks/azure/context.ts";
import { watchSlice } from "../../../stacks/azure/watch.ts";
import { tenancyFor } from "../tenancy.ts";

/*
 * The watch slice as the stack `azure-watch`, and as `azure-hub` only what it needs of the hub: the network with the
 * watch's subnet.
 */
pulumi.runtime.registerStackTransformation(({ props, opts }) => ({ props, opts: { ...opts, aliases: [] } }));
const fleet = loadFleet(resolve(import.meta.dirname, "../../../fleets/piemonte.yaml"));
const plan = planFleet(fleet);
const slice = plan.slices.find(({ stack }) => stack === pulumi.getStack());
const { cloud } = plan;
if (slice === undefined || cloud === undefined) throw new Error(`the plan has no stack ${pulumi.getStack()}`);
const context = azureContext(plan, tenancyFor(fleet), slice);
if (slice.kind === "watch") watchSlice(context, fleet);
else {
  const options = { provider: context.provider(cloud.hub.subscription) };
  const { names } = context;
  const location = cloud.region;
  const group = new ResourceGroup("group", { resourceGroupName: names.hubGroup, location }, options);
  const network = new VirtualNetwork(
    "network",
    {
      resourceGroupName: group.name,
      location,
      virtualNetworkName: names.hubNetwork,
      addressSpace: { addressPrefixes: [cloud.hub.range] },
    },
    options,
  );
  new Subnet(
    "subnet",
    {
      resourceGroupName: group.name,
      virtualNetworkName: network.name,
      subnetName: watchNames(plan.fleet).subnet,
      addressPrefix: cloud.hub.subnets.watch,
    },
    options,
  );
}
