import { defineCommand } from "citty";
import { stateOf } from "../../src/rollout/rollouts.ts";
import { CommandError, jsonArg, note } from "../cli.ts";
import { look, nameArg, rolloutOf } from "./named.ts";
import { alone, carryOut } from "./run.ts";
import { inWorld, worldArgs } from "./world.ts";

export default defineCommand({
  meta: {
    name: "resume",
    description: "go on with a roll-out where it stopped; what was in flight is looked at first",
  },
  args: { ...nameArg, ...worldArgs, ...jsonArg },
  run: ({ args }) =>
    inWorld(args, (world) =>
      alone(world.folder, async () => {
        const told = await look(await rolloutOf(world.folder, args.name));
        const { plan, standing } = told;
        if (plan.provider !== world.means.provider.name) {
          throw new CommandError(
            `${told.name} is of provider ${plan.provider}, the fleet now has ${world.means.provider.name}`,
          );
        }
        const state = stateOf(standing);
        if (state === "complete") note(`${told.name} was complete; what failed in it is tried again`);
        await carryOut(world, told, plan, args.json);
      }),
    ),
});
