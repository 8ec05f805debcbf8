import { defineCommand } from "citty";
import { FleetFileError } from "../src/fleet/errors.ts";
import type { Fleet } from "../src/fleet/schema.ts";
import { CommandError, fleetArgs, jsonArg, print, printJson } from "./cli.ts";
import { loadFleetOrFail } from "./fleet.ts";

export default defineCommand({
  meta: { name: "check", description: "validates a fleet file and its lists: every error with its place" },
  args: { fleet: fleetArgs.fleet, ...jsonArg },
  run({ args }) {
    try {
      const fleet = loadFleetOrFail(args.fleet);
      if (args.json) printJson({ errors: [] });
      else print(summary(fleet));
    } catch (error) {
      const cause = error instanceof CommandError ? error.cause : undefined;
      if (!args.json || !(cause instanceof FleetFileError)) throw error;
      const errors = cause.errors.map(({ file, line, column, path, message, hint }) =>
        Object.assign({ file, line, column, path, message }, hint === undefined ? {} : { hint }),
      );
      printJson({ errors });
      throw new CommandError("", 1, { cause: error });
    }
  },
});

/** `fleet OK: piemonte: 4 bodies, 7 pools, 5 sites, 9 links; desks: today 4,000, surge 7,000` */
function summary(fleet: Fleet): string {
  const pools = fleet.bodies.flatMap((body) => body.pools);
  const sites = fleet.bodies.flatMap((body) => body.sites);
  const links = sites.flatMap((site) => site.links);
  const parts = [
    counted(fleet.bodies.length, "body", "bodies"),
    counted(pools.length, "pool", "pools"),
    counted(sites.length, "site", "sites"),
    counted(links.length, "link", "links"),
  ];
  const stages = fleet.stages.map((stage) => `${stage.name} ${stage.desks.toLocaleString("en")}`);
  return `fleet OK: ${fleet.name}: ${parts.join(", ")}; desks: ${stages.join(", ")}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
