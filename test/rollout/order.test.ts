import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Provider } from "../../src/rollout/licences/provider.ts";
import { type Means, orderOf, withSteps } from "../../src/rollout/order.ts";
import type { PlannedSubject, SavedPlan } from "../../src/rollout/saved-plan.ts";
import { commandRecipe, noFileRecipe } from "../../src/rollout/recipes.ts";
import { StepError } from "../../src/rollout/step.ts";

const never = AbortSignal.timeout(60_000);

/** A vendor of seats that are names in a set. */
function vendor(seats: Set<string>, busy: readonly string[] = []): Provider {
  return {
    name: "seats",
    seats: async () => ({ total: 9, used: seats.size }),
    holders: async () => [...seats].map((account) => ({ account })),
    holds: async (account) => seats.has(account),
    assign: async (account) => void seats.add(account),
    reclaim: async (account) => void seats.delete(account),
    inMeeting: async (accounts) => new Set(accounts.filter((account) => busy.includes(account))),
  };
}

function means(provider: Provider, ...client: readonly string[]): Means {
  return {
    provider,
    hands: { do: async () => ({ results: [] }) },
    targetOf: () => undefined,
    recipesFor: () => client.map((id) => commandRecipe(id, `${id} is set up`, ["true"], ["true"])),
    withdrawalsOf: (account) => [noFileRecipe({ name: "withdraw", change: "is taken away", path: account })],
    proofsAt: (subject, where) => [
      { subject, name: "join", where, change: "", check: async () => true, apply: async () => undefined },
    ],
    ask: async () => [],
  };
}

function planOf(subject: Partial<PlannedSubject>): SavedPlan {
  return {
    version: 1,
    fleet: "f",
    stage: "s",
    target: "lab",
    provider: "seats",
    made: "2020-03-12T10:00:00.000Z",
    subjects: [
      { id: "anna", person: "Anna", action: "seat", body: "regione", protected: false, steps: [], ...subject },
    ],
    waves: [["anna"]],
    seats: [],
    caps: { failed: { count: 1, percent: 100 } },
    atOnce: 1,
    soakSeconds: 0,
    checks: [],
  };
}

describe("what is done for a person, in order", () => {
  const rows: readonly {
    readonly what: string;
    readonly subject: Partial<PlannedSubject>;
    readonly steps: readonly string[];
  }[] = [
    { what: "a seat, for a laptop of their own", subject: {}, steps: ["seat"] },
    { what: "a seat, and their desk", subject: { host: "d1" }, steps: ["seat", "meetings", "join"] },
    {
      what: "another's seat: what lies at that one's desk goes first, then the seat, then it is given",
      subject: { host: "d1", from: { id: "bruno", host: "d2" } },
      steps: ["withdraw", "free", "seat", "meetings", "join"],
    },
    { what: "the seat of somebody without a desk", subject: { from: { id: "bruno" } }, steps: ["free", "seat"] },
    { what: "a seat is taken back", subject: { action: "free", host: "d1" }, steps: ["withdraw", "free"] },
    { what: "a stranger's seat is taken back", subject: { action: "free" }, steps: ["free"] },
  ];
  for (const { what, subject, steps } of rows) {
    test(what, () => {
      const [planned] = withSteps(planOf(subject), means(vendor(new Set()), "meetings")).subjects;
      assert.deepEqual(planned?.steps, steps);
    });
  }
});

describe("a plan that goes on after the fleet file was changed", () => {
  const plan = planOf({ host: "d1", steps: ["seat", "meetings", "join"] });

  test("a step that it has lost fails and says so; one that it gained is not done, nobody having agreed to it", async () => {
    const steps = orderOf(plan, means(vendor(new Set()), "other")).stepsOf("anna");
    assert.deepEqual(
      steps.map(({ name }) => name),
      ["seat", "meetings", "join"],
    );
    await assert.rejects(
      async () => steps[1]?.check(never),
      (error) => error instanceof StepError && error.message.startsWith("meetings is no longer a step"),
    );
  });

  test("a host that is no more fails the desk's steps, and not the seat", async () => {
    const seats = new Set<string>();
    const [seat, client] = orderOf(plan, means(vendor(seats), "meetings")).stepsOf("anna");
    await seat?.apply(never);
    assert.deepEqual([...seats], ["anna"]);
    await assert.rejects(async () => client?.check(never), /d1 is not in the inventory/);
  });
});

describe("a seat that is freed", () => {
  const freed = async (subject: Partial<PlannedSubject>, busy: readonly string[]): Promise<readonly string[]> => {
    const seats = new Set(["anna", "bruno"]);
    const plan = planOf({ ...subject, steps: ["free"] });
    await orderOf(plan, means(vendor(seats, busy)))
      .stepsOf("anna")[0]
      ?.apply(never);
    return [...seats];
  };

  test("is that of whoever was named", async () => {
    assert.deepEqual(await freed({ from: { id: "bruno" } }, []), ["anna"]);
    assert.deepEqual(await freed({ action: "free" }, ["bruno"]), ["bruno"]);
  });

  test("is not freed once they are in a meeting, also where they came after the plan was made", async () => {
    const isRefused = (error: unknown): boolean =>
      error instanceof StepError && error.kind === "failed" && error.message.includes("is in a meeting");
    await assert.rejects(() => freed({ from: { id: "bruno" } }, ["bruno"]), isRefused);
    await assert.rejects(() => freed({ action: "free" }, ["anna"]), isRefused);
  });
});
