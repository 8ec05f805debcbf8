import { change, type Effect, peopleText } from "../diff/change.ts";
import type { Plan, PoolPlan } from "../types.ts";
import { bodyOfStack, type Finding, goes, ofKinds, type Touched, verbs } from "./finding.ts";

/** What people see of their desks: host pools, the feed, the right to use them, and profiles. */

interface Words {
  readonly what: string;
  readonly loss: string;
  readonly effect: Effect;
  readonly refused: boolean;
}

const kinds: Readonly<Record<string, Words>> = {
  "desktopvirtualization:HostPool": {
    what: "host pool",
    loss: "lose their desk: its hosts belong to no pool until they are made anew",
    effect: "lost",
    refused: true,
  },
  "desktopvirtualization:ApplicationGroup": {
    what: "application group",
    loss: "see no desk until it is there again; how long is not known",
    effect: "interrupted",
    refused: false,
  },
  "desktopvirtualization:Workspace": {
    what: "workspace",
    loss: "see no desk until it is there again; how long is not known",
    effect: "interrupted",
    refused: false,
  },
  "authorization:RoleAssignment": {
    what: "role",
    loss: "are not let in until it is given again; how long is not known",
    effect: "interrupted",
    refused: false,
  },
  "storage:StorageAccount": {
    what: "account of profiles",
    loss: "lose their profile, with what is stored in it",
    effect: "lost",
    refused: true,
  },
  "storage:FileShare": {
    what: "share of profiles",
    loss: "lose their profile, with what is stored in it",
    effect: "lost",
    refused: true,
  },
};

export function desktopFindings(touched: readonly Touched[], plan: Plan): readonly Finding[] {
  return ofKinds(touched, Object.keys(kinds))
    .filter((step) => goes(step) && step.stack !== "azure-watch" && step.stack !== "azure-hub")
    .flatMap((step) => {
      const words = kinds[step.kind];
      if (words === undefined) return [];
      const people = peopleOf(step, plan);
      const text = `${words.what} ${step.name} of ${step.stack} ${verbs[step.fate]}: ${peopleText(people)} ${words.loss}`;
      const effect = people === 0 ? "none" : step.fate === "delete" ? "lost" : words.effect;
      return [{ change: change(effect, step.stack, people, text), refused: words.refused && people > 0 }];
    });
}

/** People of the pool that the name begins with, else of the whole body. */
function peopleOf(step: Touched, plan: Plan): number {
  const body = plan.bodies.find(({ id }) => id === bodyOfStack(plan, step.stack));
  const cloud = body?.pools.filter((pool) => pool.kind !== "physical") ?? [];
  const own = cloud
    .filter((pool) => step.name === pool.name || step.name.startsWith(`${pool.name}-`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
  return desks(own === undefined ? cloud : [own]);
}

function desks(pools: readonly PoolPlan[]): number {
  return pools.reduce((sum, pool) => sum + pool.desks, 0);
}
