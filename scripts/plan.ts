import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import type { Fleet } from "../src/fleet/schema.ts";
import { comparePlans } from "../src/plan/diff.ts";
import { preflightOf } from "../src/plan/preflight.ts";
import { parsePrices, PriceTableError } from "../src/plan/preflight/prices.ts";
import type { Price } from "../src/plan/preflight/types.ts";
import { diffText } from "../src/plan/text/diff.ts";
import { planJson } from "../src/plan/text/json.ts";
import { planText } from "../src/plan/text/plan.ts";
import { preflightText } from "../src/plan/text/preflight.ts";
import type { Plan } from "../src/plan/types.ts";
import { forecast } from "../src/probe/forecast.ts";
import { CommandError, fleetArgs, jsonArg, print, printJson } from "./cli.ts";
import { loadFleetOrFail, planOrFail } from "./fleet.ts";
import { watchText } from "./watched.ts";

export default defineCommand({
  meta: { name: "plan", description: "The capacity plan and its proof; exit code 1 where a limit does not hold." },
  args: {
    ...fleetArgs,
    diff: { type: "string", valueHint: "OLD", description: "a fleet file: say what the change means to people" },
    "old-stage": {
      type: "string",
      valueHint: "NAME",
      description: "the stage of OLD (default: --stage; where OLD is the same file, the stage before)",
    },
    prices: {
      type: "string",
      valueHint: "FILE",
      default: "fleets/azure-prices.csv",
      description: "prices in Azure, CSV: meter, unit, price, currency, source, date",
    },
    ...jsonArg,
  },
  run({ args }) {
    const fleet = loadFleetOrFail(args.fleet);
    const now = planOrFail(fleet, args.stage);
    if (args.diff === undefined) {
      if (args["old-stage"] !== undefined) throw new CommandError("--old-stage goes with --diff OLD", 2);
      const preflight = preflightOf(now, pricesOrFail(args.prices));
      if (args.json) printJson({ ...planJson(now), watch: forecast(now), preflight });
      else {
        const parts = [planText(now), watchText(now), ...(preflight === undefined ? [] : [preflightText(preflight)])];
        print(parts.join("\n\n"));
      }
    } else {
      const old = loadFleetOrFail(args.diff);
      const same = resolve(args.diff) === resolve(args.fleet);
      const before = planOrFail(
        old,
        args["old-stage"] ?? (same ? stageBefore(fleet, now.stage) : sameStage(old, args.stage)),
      );
      const changes = comparePlans(before, now);
      if (args.json) printJson({ from: ends(before), to: ends(now), changes });
      else print(diffText(before, now, changes));
    }
    const broken = now.proof.filter((row) => !row.holds);
    if (broken.length > 0) {
      throw new CommandError(
        broken.map((row) => `does not hold: ${row.what}: ${row.demand} of ${row.limit} ${row.unit}`).join("\n"),
      );
    }
  },
});

function pricesOrFail(file: string): readonly Price[] {
  try {
    return parsePrices(readFileSync(file, "utf8"), file);
  } catch (error) {
    if (error instanceof PriceTableError) throw new CommandError(error.message, 1, { cause: error });
    const absent = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = absent ? "there is no such file" : error instanceof Error ? error.message : String(error);
    throw new CommandError(`cannot read the prices "${file}": ${reason}`, 1, { cause: error });
  }
}

function stageBefore(fleet: Fleet, stage: string): string {
  const before = fleet.stages[fleet.stages.findIndex((each) => each.name === stage) - 1];
  if (before !== undefined) return before.name;
  throw new CommandError(`${stage} is the first stage; name the one to compare it with: --old-stage NAME`, 2);
}

/** The stage of that name where the old file has it, else its last one. */
function sameStage(old: Fleet, stage: string | undefined): string | undefined {
  return old.stages.find((each) => each.name === stage)?.name;
}

function ends({ fleet, stage, desks }: Plan): Pick<Plan, "fleet" | "stage" | "desks"> {
  return { fleet, stage, desks };
}
