import { type Hands, type Recipe, stepErrorOf } from "../desk-steps.ts";
import type { Target } from "../ssh/target.ts";
import { type Step, StepError } from "../step.ts";
import { readGrantFile } from "./grant-file.ts";
import { join } from "./join.ts";

/** Each of a join's parts has so long, milliseconds. */
const deadlineMs = 15_000;

/**
 * That a person comes in: with the grant that lies at their desk, from the desk's own network, and sound leaves. Nothing can
 * be done about it here: where it is not so, the step has failed, with what the client said. `grant` is the recipe that
 * looks at the grant; `enter` starts a command in the desk's network.
 */
export function joinStep(subject: string, target: Target, grant: Recipe, enter: readonly string[], hands: Hands): Step {
  return {
    subject,
    name: "join",
    where: target.name,
    change: "nothing: it is seen whether the client comes in, and is heard",
    check: async (signal) => {
      const { results, failure } = await hands.do({ target, commands: [grant.look] }, signal);
      if (failure !== undefined) throw stepErrorOf(failure);
      const found = readGrantFile(results[0]?.stdout ?? "");
      if (found === undefined) throw new StepError("failed", `${target.name} has no grant`);
      const outcome = await join({ url: found.url, room: found.room, grant: found.grant, deadlineMs }, enter, signal);
      if (outcome.outcome === "joined") return true;
      const kind = outcome.outcome === "no answer" ? "unreachable" : "failed";
      throw new StepError(kind, `${target.name}: ${outcome.outcome}: ${outcome.why}`);
    },
    apply: () => Promise.reject(new StepError("failed", "a join is looked at, not made")),
  };
}
