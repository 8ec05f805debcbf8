import { defineCommand } from "citty";
import { plan as planFleet } from "../src/plan/plan.ts";
import { defaultToken } from "./azure/access.ts";
import { tellWatch, watchPlaces } from "./azure/tell.ts";
import { fleetArgs, note } from "./cli.ts";
import { engineContext } from "./engine.ts";
import { loadFleetOrFail, loadTenancyOrFail } from "./fleet.ts";
import { currentInventory } from "./inventory.ts";

export default defineCommand({
  meta: {
    name: "publish",
    description: "tell the watch of the target azure what is there: the inventory, and Grafana's dashboards",
  },
  args: fleetArgs,
  async run({ args }) {
    const fleet = loadFleetOrFail(args.fleet);
    const tenancy = loadTenancyOrFail(args.fleet, fleet);
    const context = engineContext(args.fleet, args.stage);
    const places = await watchPlaces(context, planFleet(fleet, args.stage), tenancy);
    note(await tellWatch(await currentInventory("azure"), places, defaultToken()));
  },
});
