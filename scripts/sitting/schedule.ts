import { defineCommand } from "citty";
import type { Meeting } from "../../src/rollout/clients/grant-file.ts";
import { deskStep } from "../../src/rollout/desk-steps.ts";
import { longestGrantMs } from "../../src/rollout/licences/livekit-grant.ts";
import type { RoomMade } from "../../src/rollout/licences/livekit.ts";
import { VendorError } from "../../src/rollout/licences/vendor-error.ts";
import { StepError } from "../../src/rollout/step.ts";
import { makeKey } from "../../src/sitting/keys.ts";
import { openUntil, roomSize, type Sitting, whenText } from "../../src/sitting/sitting.ts";
import { CommandError, jsonArg, print, printJson } from "../cli.ts";
import { stoppable } from "../rollout/stops.ts";
import type { Meetings } from "../rollout/vendor.ts";
import { inWorld, placeArgs, type World } from "../rollout/world.ts";
import { asCommandError, refuseOver, sittingArg, sittingNamed, targetFile } from "./named.ts";

export default defineCommand({
  meta: {
    name: "schedule",
    description: "make the meeting, and lay everybody's grant for it at their desk; a second time it changes nothing",
  },
  args: { sitting: sittingArg, ...placeArgs, ...jsonArg },
  run: ({ args }) =>
    inWorld(args, async (world) => {
      const sitting = sittingNamed(world.fleet, world.people, args.sitting);
      const now = Date.now();
      refuseOver(sitting, now);
      const { meetings } = world.vendor;
      if (meetings === undefined) {
        const { name } = world.means.provider;
        throw new CommandError(`${name}: its host makes the meeting there; give its address to sitting invite --url`);
      }
      const endToEndKey = sitting.isEndToEnd
        ? await asCommandError(async () => makeKey(await targetFile(args.target, "sitting-keys.json"), sitting, now))
        : undefined;
      const wish = { now, endToEndKey };
      const scheduled = await stoppable(({ drain }) => schedule(world, sitting, meetings, wish, drain));
      if (args.json) printJson({ sitting: sitting.id, ...scheduled });
      else print(textOf(sitting, scheduled));
      process.exitCode =
        scheduled.room === "other size" || scheduled.grants.some(({ outcome }) => outcome === "failed") ? 1 : 0;
    }),
});

interface Delivery {
  readonly person: string;
  readonly outcome: "laid" | "there" | "no desk" | "failed";
  readonly why?: string;
}

interface Scheduled {
  readonly room: RoomMade;
  readonly people: number;
  /** From when on grants can be laid, ISO 8601; null where that is now. */
  readonly grantsFrom: string | null;
  readonly grants: readonly Delivery[];
}

/** Throws CommandError. */
async function schedule(
  world: World,
  sitting: Sitting,
  meetings: Meetings,
  { now, endToEndKey }: { readonly now: number; readonly endToEndKey: string | undefined },
  signal: AbortSignal,
): Promise<Scheduled> {
  const { id, room, invited } = sitting;
  const until = new Date(openUntil(sitting));
  const people = roomSize(sitting);
  const made = await meetings.makeRoom({ room, people, until }, signal).catch((error: unknown) => {
    if (error instanceof VendorError) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  });
  const earliest = until.getTime() - longestGrantMs;
  if (earliest > now) return { room: made, people, grantsFrom: new Date(earliest).toISOString(), grants: [] };
  const meeting = { id, room, until, endToEndKey };
  const grants = await Promise.all(invited.map((person) => deliver(world, meetings, person, meeting, signal)));
  return { room: made, people, grantsFrom: null, grants };
}

async function deliver(
  { spots, means }: World,
  meetings: Meetings,
  { person, account, desk }: World["people"][number],
  meeting: Meeting,
  signal: AbortSignal,
): Promise<Delivery> {
  const spot = desk === undefined ? undefined : spots.get(desk);
  const target = spot && means.targetOf(spot.host);
  if (target === undefined) return { person, outcome: "no desk" };
  const step = deskStep(account, target, meetings.grantOf(account, meeting), means.hands);
  try {
    if (await step.check(signal)) return { person, outcome: "there" };
    await step.apply(signal);
    if (await step.check(signal)) return { person, outcome: "laid" };
    return { person, outcome: "failed", why: `${target.name}: it was laid there, and does not stand there` };
  } catch (error) {
    if (error instanceof StepError) return { person, outcome: "failed", why: error.message };
    throw error;
  }
}

const rooms: Readonly<Record<RoomMade, string>> = {
  made: "made",
  there: "there already",
  "other size": "there for other numbers, and people are in it: schedule again when it is empty",
};

function textOf(sitting: Sitting, { room, people, grantsFrom, grants }: Scheduled): string {
  const count = (outcome: Delivery["outcome"]): number => grants.filter((each) => each.outcome === outcome).length;
  const away = grants.filter(({ outcome }) => outcome === "no desk").map(({ person }) => person);
  const laid =
    grantsFrom === null
      ? `grants: ${count("laid")} laid, ${count("there")} there already, ${count("failed")} failed`
      : `grants: none is good for so long; schedule again from ${grantsFrom} on`;
  return [
    `${sitting.title} (${sitting.id}), ${whenText(sitting)}`,
    `  room ${sitting.room}, for ${people} people: ${rooms[room]}`,
    `  ${laid}`,
    ...(away.length === 0 ? [] : [`  no desk that is up, so no grant: ${away.join(", ")}`]),
    ...grants.flatMap(({ person, why }) => (why === undefined ? [] : [`  ✗ ${person}: ${why}`])),
  ].join("\n");
}
