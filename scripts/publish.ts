import { defineCommand } from "citty";
import { plan as planFleet } from "../src/plan/plan.ts";
import { storeHost } from "../stacks/azure/watch/settings.ts";
import { defaultToken } from "./azure/access.ts";
import { publishInventory } from "./azure/publish.ts";
import { CommandError, fleetArgs, note } from "./cli.ts";
import { loadFleetOrFail, loadTenancyOrFail } from "./fleet.ts";
import { currentInventory } from "./inventory.ts";

export default defineCommand({
  meta: {
    name: "publish",
    description: "write the inventory of the target azure where the watch's machines fetch it",
  },
  args: fleetArgs,
  async run({ args }) {
    const fleet = loadFleetOrFail(args.fleet);
    const { cloud } = planFleet(fleet, args.stage);
    if (cloud === undefined) throw new CommandError(`${args.fleet} has no azure: section`);
    const tenancy = loadTenancyOrFail(args.fleet, fleet);
    const subscription = tenancy.subscriptions[cloud.hub.subscription] ?? "";
    const inventory = await currentInventory("azure");
    await publishInventory(inventory, {
      origin: `https://${storeHost(tenancy.tenant, subscription, fleet.name)}`,
      token: defaultToken(),
    });
    note(`inventory of ${inventory.hosts.length} hosts written; the machines of the watch fetch it within a minute`);
  },
});
