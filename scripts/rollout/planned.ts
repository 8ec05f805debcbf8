import type { ArgsDef } from "citty";
import { rolloutChecks } from "../../dashboards/rollout-checks.ts";
import { usualCaps } from "../../src/rollout/caps.ts";
import { type Delta, deltaOf, type Person } from "../../src/rollout/delta.ts";
import { deskStep } from "../../src/rollout/desk-steps.ts";
import type { Seats } from "../../src/rollout/licences/provider.ts";
import { withSteps } from "../../src/rollout/order.ts";
import {
  changesOf,
  type PersonChange,
  planOf,
  type Seen,
  type Asked,
  type Choice,
} from "../../src/rollout/planning.ts";
import type { SavedPlan } from "../../src/rollout/saved-plan.ts";
import { parseWaves, usualWaves, WavesError } from "../../src/rollout/waves.ts";
import { CommandError } from "../cli.ts";
import { type Answer, askOrFail } from "./asking.ts";
import { lookable, stopped } from "./stops.ts";
import type { World } from "./world.ts";

/** The plan of a roll-out, made anew: what is wanted, what is, and what is to be done about it. */

export const choiceArgs = {
  only: { type: "string", valueHint: "A,B", description: "only these bodies, or accounts" },
  waves: { type: "string", valueHint: "LIST", default: usualWaves, description: "sizes of the waves" },
  "most-failed": {
    type: "string",
    valueHint: "N,P%",
    default: `${usualCaps.failed.count},${usualCaps.failed.percent}%`,
    description: "so many people may fail in all, in number and in percent, whichever is less",
  },
  defer: {
    type: "string",
    valueHint: "N,P%",
    description: "leave so many who are out of reach for later (default: they count as failed)",
  },
  "at-once": { type: "string", valueHint: "N", default: "20", description: "people at the same time" },
  soak: {
    type: "string",
    valueHint: "SECONDS",
    default: "60",
    description: "how long a wave is left alone before the gate",
  },
  gate: {
    type: "boolean",
    default: true,
    description: "between waves ask the fleet's Prometheus; --no-gate: go on without",
  },
} as const satisfies ArgsDef;

export interface ChoiceArgs {
  readonly only?: string | undefined;
  readonly waves: string;
  readonly "most-failed": string;
  readonly defer?: string | undefined;
  readonly "at-once": string;
  readonly soak: string;
  readonly gate: boolean;
}

export interface Planned {
  readonly delta: Delta;
  readonly changes: readonly PersonChange[];
  readonly seats: Seats;
  readonly plan: Omit<SavedPlan, "version">;
}

/** Asks the vendor, and looks at the desks of those who have a seat. Throws CommandError. */
export function planned(world: World, args: ChoiceArgs): Promise<Planned> {
  const { choice, asked } = wishOf(world, args);
  return lookable(async (signal) => {
    const answer = await askOrFail(world, signal, args.only === undefined ? "losers" : "everybody");
    const { actual } = answer;
    const delta = args.only === undefined ? answer.delta : deltaOfChosen(answer, choice);
    const seen = await looks(world, delta.keep.filter(choice.isChosen), signal);
    const plan = withSteps(planOf(delta, world.spots, seen, choice, asked), world.means);
    const recipes = world.people.slice(0, 1).flatMap(({ account }) => world.means.recipesFor(account));
    const chosen = new Set(plan.subjects.flatMap(({ id, from }) => (from === undefined ? [id] : [id, from.id])));
    const changes = changesOf(delta, world.spots, seen, recipes).filter(({ account }) => chosen.has(account));
    return { delta, changes, seats: actual.seats, plan };
  });
}

/** As if nobody else asked for a seat: whoever is left out for now waits, and has no free one kept. */
function deltaOfChosen({ wanted, actual }: Answer, { isChosen }: Choice): Delta {
  const holders = new Set(actual.holders.map(({ account }) => account));
  const people = wanted.people.filter((person) => isChosen(person) || holders.has(person.account));
  return deltaOf({ ...wanted, people }, actual);
}

/** What is missing at the desks of people who have a seat. */
async function looks(
  { means, spots }: World,
  people: readonly Person[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Seen>> {
  const found = people.map(async ({ account, desk }): Promise<readonly [string, Seen] | undefined> => {
    const spot = desk === undefined ? undefined : spots.get(desk);
    const target = spot && means.targetOf(spot.host);
    if (target === undefined) return undefined;
    const missing: string[] = [];
    for (const recipe of means.recipesFor(account)) {
      try {
        if (!(await deskStep(account, target, recipe, means.hands).check(signal))) missing.push(recipe.name);
      } catch (error) {
        return [account, { unseen: error instanceof Error ? error.message : String(error) }];
      }
    }
    return [account, { missing }];
  });
  const all = await Promise.all(found);
  if (signal.aborted) throw stopped();
  return new Map(all.flatMap((each) => (each === undefined ? [] : [each])));
}

/** What the command line asks for. Throws CommandError. */
export function wishOf(world: World, args: ChoiceArgs): { readonly choice: Choice; readonly asked: Asked } {
  const { plan, inventory, untouchable, people, means } = world;
  const chosen = args.only?.split(",").map((word) => word.trim().toLowerCase());
  const bodies = plan.bodies.map(({ id }) => id);
  for (const word of chosen ?? []) {
    if (bodies.includes(word) || people.some(({ account }) => account === word)) continue;
    throw new CommandError(`--only "${word}": no such body or account; the bodies are ${bodies.join(", ")}`, 2);
  }
  const deferred = args.defer === undefined ? undefined : capOf("--defer", args.defer);
  return {
    choice: {
      waves: wavesOrFail(args.waves),
      untouchable,
      isChosen: ({ account, body }) => chosen === undefined || chosen.includes(account) || chosen.includes(body),
    },
    asked: {
      fleet: plan.fleet,
      stage: plan.stage,
      target: inventory.target,
      provider: means.provider.name,
      made: new Date().toISOString(),
      caps: { failed: capOf("--most-failed", args["most-failed"]), ...(deferred === undefined ? {} : { deferred }) },
      atOnce: number("--at-once", args["at-once"], 1, 500),
      soakSeconds: number("--soak", args.soak, 0, 86_400),
      checks: args.gate ? rolloutChecks.map((check) => ({ ...check })) : [],
    },
  };
}

function wavesOrFail(text: string): ReturnType<typeof parseWaves> {
  try {
    return parseWaves(text);
  } catch (error) {
    if (error instanceof WavesError) throw new CommandError(`--waves: ${error.message}`, 2);
    throw error;
  }
}

function capOf(option: string, text: string): { readonly count: number; readonly percent: number } {
  const [, count, percent] = /^(\d{1,6}),(\d{1,3}(?:\.\d+)?)%$/.exec(text.replaceAll(" ", "")) ?? [];
  if (count !== undefined && percent !== undefined && Number(percent) <= 100) {
    return { count: Number(count), percent: Number(percent) };
  }
  throw new CommandError(`${option} "${text}": write a number and a part, such as 5,2%`, 2);
}

function number(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CommandError(`${option} "${text}": a whole number from ${least} to ${most}`, 2);
}
