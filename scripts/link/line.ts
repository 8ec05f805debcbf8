import type { ArgsDef } from "citty";
import { WatchError } from "../../src/link/http.ts";
import { parseTime, TimeError } from "../../src/link/period.ts";
import type { LinkPlan, Plan, SitePlan } from "../../src/plan/types.ts";
import { labSettings } from "../../stacks/lab/settings.ts";
import { CommandError, fleetArgs } from "../cli.ts";
import { loadFleetOrFail, planOrFail } from "../fleet.ts";

/** What the subcommands of `link` share: the fleet's lines, times, where the watch answers. */

export const lineArg = {
  type: "positional",
  required: true,
  valueHint: "LINK",
  description: "the line, such as regione/giunta/fibre",
} as const;

export const linkArgs = {
  ...fleetArgs,
  at: { type: "string", valueHint: "ISO", description: "what is taken for now, ISO 8601 (default: now)" },
} as const satisfies ArgsDef;

export const prometheusArg = {
  prometheus: { type: "string", valueHint: "URL", description: "where Prometheus answers (default: the lab's)" },
} as const satisfies ArgsDef;

export const alertmanagerArg = {
  alertmanager: { type: "string", valueHint: "URL", description: "where Alertmanager answers (default: the lab's)" },
} as const satisfies ArgsDef;

/** How long an answer of Prometheus or Alertmanager may take. */
export const answerMs = 30_000;

export function prometheusUrl(asked: string | undefined): string {
  return asked ?? `http://127.0.0.1:${labSettings(process.env).ports.prometheus}`;
}

export function alertmanagerUrl(asked: string | undefined): string {
  return asked ?? `http://127.0.0.1:${labSettings(process.env).ports.alertmanager}`;
}

export interface PlannedFleet {
  readonly plan: Plan;
  readonly timezone: string;
}

export function planned(fleetFile: string, stage: string | undefined): PlannedFleet {
  const fleet = loadFleetOrFail(fleetFile);
  return { plan: planOrFail(fleet, stage), timezone: fleet.timezone };
}

export function sitesOf({ bodies }: Plan): readonly SitePlan[] {
  return bodies.flatMap(({ sites }) => sites);
}

export function linkOf(plan: Plan, id: string): { readonly site: SitePlan; readonly link: LinkPlan } {
  for (const site of sitesOf(plan)) {
    const link = site.links.find((each) => each.id === id);
    if (link !== undefined) return { site, link };
  }
  const choices = sitesOf(plan).flatMap(({ links }) => links.map((each) => each.id));
  throw new CommandError(`no line "${id}"; choose one of: ${choices.join(", ")}`, 2);
}

/** Milliseconds since 1970. */
export function timeOf(option: string, text: string, timezone: string): number {
  try {
    return parseTime(option, text, timezone);
  } catch (error) {
    if (error instanceof TimeError) throw new CommandError(error.message, 2, { cause: error });
    throw error;
  }
}

export function nowOf(at: string | undefined, timezone: string): number {
  return at === undefined ? Math.floor(Date.now() / 1000) * 1000 : timeOf("--at", at, timezone);
}

/** What the watch gives; where it cannot be asked, a CommandError that says so. */
export async function asking<Found>(ask: () => Promise<Found>): Promise<Found> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WatchError) throw new CommandError(error.message, 1, { cause: error });
    throw error;
  }
}
