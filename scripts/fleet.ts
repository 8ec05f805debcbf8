import { styleText } from "node:util";
import { FleetFileError } from "../src/fleet/errors.ts";
import { loadFleet } from "../src/fleet/load.ts";
import { type Paint, type Part, renderErrors } from "../src/fleet/render.ts";
import type { Fleet } from "../src/fleet/schema.ts";
import type { Tenancy } from "../src/fleet/tenancy.ts";
import { loadTenancy } from "../src/fleet/tenancy/load.ts";
import { PlanError, UnknownStageError } from "../src/plan/error.ts";
import { plan } from "../src/plan/plan.ts";
import type { Plan } from "../src/plan/types.ts";
import { CommandError } from "./cli.ts";

const styles = {
  place: "cyan",
  error: ["bold", "red"],
  caret: "red",
  gutter: "dim",
  hint: "green",
} as const satisfies Record<Part, Parameters<typeof styleText>[0]>;

/** Colours go to a terminal only, and not where NO_COLOR asks for none. */
const paint: Paint = (part, text) => styleText(styles[part], text, { stream: process.stderr });

/** The fleet, or a CommandError that shows every error of the file with its place. */
export function loadFleetOrFail(path: string): Fleet {
  return orFail(() => loadFleet(path));
}

/** The tenancy file beside a fleet file, or a CommandError that shows every error of it with its place. */
export function loadTenancyOrFail(fleetPath: string, fleet: Fleet): Tenancy {
  return orFail(() => loadTenancy(fleetPath, fleet));
}

/** The plan of a stage, or a CommandError that says why there is none; naming a stage that is none is wrong use. */
export function planOrFail(fleet: Fleet, stage: string | undefined): Plan {
  try {
    return plan(fleet, stage);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    throw new CommandError(error.message, error instanceof UnknownStageError ? 2 : 1, { cause: error });
  }
}

/** What `load` gives; errors in a file as a CommandError that shows each with its place. */
export function orFail<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (error instanceof FleetFileError) throw new CommandError(renderErrors(error.errors, paint), 1, { cause: error });
    throw error;
  }
}
