import { defineCommand } from "citty";
import { losersOf, returnedOf } from "../../src/rollout/losers.ts";
import { stateOf, type Told } from "../../src/rollout/rollouts.ts";
import { wrongOf } from "../../src/rollout/text.ts";
import { CommandError, jsonArg, note } from "../cli.ts";
import { askOrFail } from "./asking.ts";
import { look, nameArg, rolloutOf } from "./named.ts";
import { alone, carryOut } from "./run.ts";
import { lookable } from "./stops.ts";
import { inWorld, type World, worldArgs } from "./world.ts";

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
        if (plan.fleet !== world.plan.fleet) {
          throw new CommandError(`${told.name} is of the fleet ${plan.fleet}, not of ${world.plan.fleet}`);
        }
        await refuseReturned(world, told);
        const state = stateOf(standing);
        if (state === "complete" && wrongOf(told).length === 0) {
          throw new CommandError(
            `${told.name} is complete, and nothing failed in it: rollout apply looks for what is new`,
          );
        }
        if (state === "complete") note(`${told.name} was complete; what failed in it is tried again`);
        await carryOut(world, told, plan, args.json);
      }),
    ),
});

/** Who was idle when it was agreed to may need the seat by now. Throws CommandError. */
async function refuseReturned(world: World, { name, plan, standing }: Told): Promise<void> {
  const losers = losersOf(plan, standing);
  if (losers.size === 0) return;
  const { wanted, actual } = await lookable((signal) => askOrFail(world, signal, "everybody"));
  const returned = returnedOf(losers, wanted, actual);
  if (returned.length === 0) return;
  throw new CommandError(
    `${name} would free the seat of ${returned.join(", ")}, not idle any more: rollout apply --anew plans anew`,
  );
}
