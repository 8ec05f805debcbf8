import { type ArgsDef, defineCommand } from "citty";
import { isIdle } from "../../src/rollout/delta.ts";
import { withSteps } from "../../src/rollout/order.ts";
import { reclaimPlanOf } from "../../src/rollout/planning.ts";
import { newRollout } from "../../src/rollout/rollouts.ts";
import { savePlan } from "../../src/rollout/saved-plan.ts";
import { agreed, CommandError, jsonArg, note, print, printJson } from "../cli.ts";
import { askOrFail } from "./asking.ts";
import { choiceArgs, wishOf } from "./planned.ts";
import { alone, anewArg, carryOut, leaves } from "./run.ts";
import { lookable } from "./stops.ts";
import { inWorld, type World, worldArgs } from "./world.ts";

const { only: _, ...carefulArgs } = choiceArgs;

const reclaimArgs = {
  idle: { type: "boolean", default: false, description: "take all idle ones" },
  accounts: {
    type: "string",
    valueHint: "A,B",
    description: "take these, also such that the list does not name; never from protected people or in a meeting",
  },
  yes: { type: "boolean", default: false, description: "do not ask" },
} as const satisfies ArgsDef;

/** Somebody who has a seat and does not need it, as far as can be told. */
interface Candidate {
  readonly account: string;
  readonly person: string | null;
  readonly body: string | null;
  readonly lastUsed: string | null;
}

export default defineCommand({
  meta: {
    name: "reclaim",
    description:
      "seats that nobody used for long, and those of accounts that the list does not name; takes them when told to",
  },
  args: { ...reclaimArgs, ...anewArg, ...carefulArgs, ...worldArgs, ...jsonArg },
  run: ({ args }) =>
    inWorld(args, async (world) => {
      const { folder } = world;
      const { choice, asked } = wishOf(world, args);
      if (args.idle && args.accounts !== undefined) throw new CommandError("either --idle or --accounts, not both", 2);
      const { idle, strangers, takeable } = await lookable((signal) => candidates(world, signal));
      const chosen = args.accounts === undefined ? (args.idle ? idle : []) : named(args.accounts, takeable);
      if (chosen.length === 0) {
        if (args.json) printJson({ idle, strangers });
        else print(text(world, idle, strangers));
        return;
      }
      await alone(folder, async () => {
        await leaves(folder, args.anew);
        note(`Taken back:\n${chosen.map(line).join("\n")}`);
        if (!args.yes) await agreed("Do this?");
        const bare = reclaimPlanOf(
          chosen.map(({ account, body }) => ({ account, body: body ?? "nobody's" })),
          world.people,
          world.spots,
          choice.waves,
          asked,
        );
        const plan = withSteps(bare, world.means);
        const rollout = await newRollout(folder, plan.made.slice(0, 10));
        await carryOut(world, rollout, await savePlan(rollout.planFile, plan), args.json);
      });
    }),
});

async function candidates(
  world: World,
  signal: AbortSignal,
): Promise<{
  readonly idle: readonly Candidate[];
  readonly strangers: readonly Candidate[];
  /** Whoever may lose a seat when they are named. */
  readonly takeable: readonly Candidate[];
}> {
  const { people, untouchable } = world;
  const { wanted, actual, delta } = await askOrFail(world, signal, "everybody");
  const byAccount = new Map(people.map((person) => [person.account, person]));
  const strangers = new Set(delta.strangers);
  const candidate = (holder: (typeof actual.holders)[number]): Candidate => {
    const person = byAccount.get(holder.account);
    return {
      account: holder.account,
      person: person?.person ?? null,
      body: person?.body ?? null,
      lastUsed: holder.lastUsed ?? null,
    };
  };
  const isIdleHolder = (holder: (typeof actual.holders)[number]): boolean => {
    const person = byAccount.get(holder.account);
    return person !== undefined && isIdle(person, holder, wanted, actual.busy);
  };
  const mayLose = (holder: (typeof actual.holders)[number]): boolean => {
    const groups = byAccount.get(holder.account)?.groups ?? [];
    const isHeld = holder.isInherited === true || actual.busy.has(holder.account);
    return !isHeld && !groups.some((group) => untouchable.has(group));
  };
  return {
    idle: actual.holders.filter(isIdleHolder).map(candidate),
    strangers: [...strangers].map(candidate),
    takeable: actual.holders.filter(mayLose).map(candidate),
  };
}

function named(text: string, takeable: readonly Candidate[]): readonly Candidate[] {
  const accounts = [...new Set(text.split(",").map((word) => word.trim().toLowerCase()))];
  const found = accounts.map((account) => takeable.find((each) => each.account === account) ?? account);
  const refused = found.filter((each) => typeof each === "string");
  if (refused.length > 0) {
    throw new CommandError(
      `nothing was changed: ${refused.join(", ")}: no seat, or one that is not to be taken ` +
        "(protected, host of a coming sitting, in a meeting, or by a group's licence)",
    );
  }
  return found.filter((each) => typeof each !== "string");
}

function text(world: World, idle: readonly Candidate[], strangers: readonly Candidate[]): string {
  const since = world.idleBefore.slice(0, 10);
  return [
    idle.length === 0
      ? `No idle seats: everybody used theirs since ${since}, or the vendor does not say.`
      : `Not used since ${since} (--idle takes them back):`,
    ...idle.map(line),
    ...(strangers.length === 0 ? [] : ["Held by accounts that the list does not name (--accounts takes them back):"]),
    ...strangers.map(line),
  ].join("\n");
}

function line({ account, person, lastUsed }: Candidate): string {
  const who = person === null ? account : `${person} (${account})`;
  return `  ${who}: ${lastUsed === null ? "last use unknown" : `last used ${lastUsed.slice(0, 10)}`}`;
}
