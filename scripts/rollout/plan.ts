import { defineCommand } from "citty";
import { planJson, planText } from "../../src/rollout/text.ts";
import { jsonArg, print, printJson } from "../cli.ts";
import { choiceArgs, planned } from "./planned.ts";
import { inWorld, worldArgs } from "./world.ts";

export default defineCommand({
  meta: {
    name: "plan",
    description: "who gets a seat, whose is freed, what is missing at which desk; changes nothing",
  },
  args: { ...choiceArgs, ...worldArgs, ...jsonArg },
  run: ({ args }) =>
    inWorld(args, async (world) => {
      const { delta, changes, seats, plan } = await planned(world, args);
      const { name } = world.means.provider;
      if (args.json) printJson(planJson(delta, changes, name, seats));
      else print(planText(delta, changes, name, seats, plan.waves));
    }),
});
