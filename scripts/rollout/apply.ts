import { type ArgsDef, defineCommand } from "citty";
import { newRollout } from "../../src/rollout/rollouts.ts";
import { savePlan } from "../../src/rollout/saved-plan.ts";
import { planJson, planText } from "../../src/rollout/text.ts";
import { agreed, jsonArg, note, print, printJson } from "../cli.ts";
import { choiceArgs, planned } from "./planned.ts";
import { alone, anewArg, carryOut, leaves } from "./run.ts";
import { inWorld, worldArgs } from "./world.ts";

const applyArgs = {
  yes: { type: "boolean", default: false, description: "do not ask" },
  "dry-run": { type: "boolean", default: false, description: "show the plan, and do nothing" },
} as const satisfies ArgsDef;

export default defineCommand({
  meta: {
    name: "apply",
    description: "give the seats and set the desks up, in waves; Ctrl-C once brings it to a halt, twice lets go",
  },
  args: { ...applyArgs, ...anewArg, ...choiceArgs, ...worldArgs, ...jsonArg },
  run: ({ args }) =>
    inWorld(args, async (world) => {
      const { folder } = world;
      await alone(folder, async () => {
        const leavesOne = !args["dry-run"] && (await leaves(folder, args.anew));
        const { delta, changes, seats, plan } = await planned(world, args);
        const { name } = world.means.provider;
        const text = planText(delta, changes, name, seats, plan.waves);
        // An empty one stands in the place of the one that is left: else every later apply would be refused.
        if (args["dry-run"] || (plan.subjects.length === 0 && !leavesOne)) {
          if (args.json) printJson(planJson(delta, changes, name, seats));
          else print(text);
          if (args["dry-run"]) note("nothing was changed (--dry-run)");
          return;
        }
        note(text);
        if (!args.yes && plan.subjects.length > 0) await agreed("Do this?");
        const rollout = await newRollout(folder, plan.made.slice(0, 10));
        await carryOut(world, rollout, await savePlan(rollout.planFile, plan), args.json);
      });
    }),
});
