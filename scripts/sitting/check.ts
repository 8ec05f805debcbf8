import { defineCommand } from "citty";
import { LockError } from "../../src/lock.ts";
import { preflight } from "../../src/sitting/checks.ts";
import { reportJson, reportText } from "../../src/sitting/report.ts";
import { sittingsOf } from "../../src/sitting/sitting.ts";
import { keepStanding } from "../../src/sitting/standing.ts";
import { jsonArg, note, print, printJson } from "../cli.ts";
import { nowOf } from "../link/line.ts";
import { inWorld, worldArgs } from "../rollout/world.ts";
import { factsFor } from "./facts.ts";
import { refuseOver, sittingArg, sittingNamed, targetFile } from "./named.ts";

export default defineCommand({
  meta: {
    name: "check",
    description:
      "whether all is ready: seats, deputy, room, overlaps, grants, desks, lines; 1 where a sitting is at risk",
  },
  args: { sitting: { ...sittingArg, required: false }, ...worldArgs, ...jsonArg },
  run: ({ args }) =>
    inWorld(args, async (world) => {
      const { fleet, people } = world;
      const now = nowOf(args.at, fleet.timezone);
      const all = sittingsOf(fleet, people);
      const asked = args.sitting === undefined ? all : [sittingNamed(fleet, people, args.sitting)];
      if (args.sitting !== undefined) for (const sitting of asked) refuseOver(sitting, now);
      const coming = asked.filter(({ end }) => end > now);
      const facts = await factsFor(world, coming, now, args);
      const found = coming.map((sitting) => preflight(sitting, facts, all));
      // What is only imagined is not for the watch.
      if (args.at === undefined) await keep(world, args.target, found, now);
      if (args.json) printJson(reportJson(found, now));
      else print(reportText(found, now));
      process.exitCode = found.some(({ state }) => state === "risk") ? 1 : 0;
    }),
});

async function keep(
  { fleet }: Parameters<Parameters<typeof inWorld>[1]>[0],
  target: "lab" | "azure",
  found: Parameters<typeof keepStanding>[3],
  now: number,
): Promise<void> {
  const ids = fleet.videoconference?.sittings.map(({ id }) => id) ?? [];
  try {
    await keepStanding(await targetFile(target, "sittings.json"), fleet.name, ids, found, now);
  } catch (error) {
    if (!(error instanceof LockError)) throw error;
    note(`the watch is not told: ${error.message}`);
  }
}
