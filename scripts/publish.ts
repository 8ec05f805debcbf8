import { defineCommand } from "citty";
import { plan as planFleet } from "../src/plan/plan.ts";
import { defaultToken } from "./azure/access.ts";
import { publishInventory, storeOrigin } from "./azure/publish.ts";
import { fleetArgs, note } from "./cli.ts";
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
    const origin = storeOrigin(planFleet(fleet, args.stage), loadTenancyOrFail(args.fleet, fleet));
    const inventory = await currentInventory("azure");
    await publishInventory(inventory, { origin, token: defaultToken() });
    note(`inventory of ${inventory.hosts.length} hosts written; the machines of the watch fetch it within a minute`);
  },
});
