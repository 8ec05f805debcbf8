import { type Actual, isIdle, type Wanted } from "./delta.ts";
import type { Standing } from "./journal/standing.ts";
import type { SavedPlan } from "./saved-plan.ts";
import { freeStep } from "./seat-steps.ts";
import { idOf } from "./step.ts";

/** Accounts whose seat a plan frees for others, and has not freed yet. */
export function losersOf({ subjects }: SavedPlan, { steps }: Standing): ReadonlySet<string> {
  return new Set(
    subjects.flatMap(({ id, from }) => {
      if (from === undefined) return [];
      const state = steps.get(idOf({ subject: id, name: freeStep }))?.state;
      return state === "done" || state === "unchanged" ? [] : [from.id];
    }),
  );
}

/** Those of them who have a seat that may not be freed any more. */
export function returnedOf(losers: ReadonlySet<string>, wanted: Wanted, actual: Actual): readonly string[] {
  const people = new Map(wanted.people.map((person) => [person.account, person]));
  return actual.holders.flatMap((holder) => {
    const { account } = holder;
    const person = people.get(account);
    if (!losers.has(account)) return [];
    return person !== undefined && isIdle(person, holder, wanted, actual.busy) ? [] : [account];
  });
}
