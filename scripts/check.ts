import { existsSync } from "node:fs";
import { defineCommand } from "citty";
import { FleetFileError } from "../src/fleet/errors.ts";
import type { Fleet } from "../src/fleet/schema.ts";
import { tenancyPath } from "../src/fleet/tenancy/load.ts";
import { tenancyTemplate } from "../src/fleet/tenancy/template.ts";
import { CommandError, fleetArgs, jsonArg, note, print, printJson } from "./cli.ts";
import { loadFleetOrFail, loadTenancyOrFail } from "./fleet.ts";

export default defineCommand({
  meta: {
    name: "check",
    description:
      "validates a fleet file, its lists, and its tenancy file where there is one: every error with its place",
  },
  args: {
    fleet: fleetArgs.fleet,
    "tenancy-template": {
      type: "boolean",
      default: false,
      description: "print a tenancy file to fill in, with every key that this fleet needs",
    },
    ...jsonArg,
  },
  run({ args }) {
    try {
      const fleet = loadFleetOrFail(args.fleet);
      const tenancy = tenancyPath(args.fleet);
      if (args["tenancy-template"]) {
        print(tenancyTemplate(inCloud(fleet, args.fleet), tenancy));
        return;
      }
      const known = existsSync(tenancy) ? [loadTenancyOrFail(args.fleet, fleet)] : [];
      if (args.json) printJson({ errors: [] });
      else print([summary(fleet), ...known.map(() => `tenancy OK: ${tenancy}`)].join("\n"));
      if (!args.json && known.length === 0 && fleet.azure !== undefined) {
        note(`no ${tenancy}, which the target azure needs: --tenancy-template prints one to fill in`);
      }
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

function inCloud(fleet: Fleet, path: string): Fleet {
  if (fleet.azure !== undefined) return fleet;
  throw new CommandError(`${path} has no azure: section, so it needs no tenancy file`);
}

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
