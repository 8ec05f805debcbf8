import assert from "node:assert/strict";
import { test } from "node:test";
import { plan } from "../../src/plan/plan.ts";
import { planText } from "../../src/plan/text/plan.ts";
import type { Advice, Plan } from "../../src/plan/types.ts";
import { type PoolInput, reference, small } from "./fleet.ts";

const azure = { region: "italynorth", tenant: "example.org", subscriptions: ["one"], image: "win11-avd" };
const personal: PoolInput = { id: "p", share: 0.9, kind: "personal", class: "light" };
const pooled: PoolInput = { id: "q", share: 0.1, kind: "pooled", class: "power" };

/** Nine desks of ten have a host of their own, eight of the rest share one. */
const mixed = (desks: number): Plan =>
  plan(small(desks, [{ id: "a", name: "A", pools: [personal, pooled] }], { azure }));

function only(made: Plan): Advice {
  const [first, ...rest] = made.advice;
  assert.ok(first !== undefined);
  assert.deepEqual(rest, []);
  return first;
}

test("personal hosts count where scaling plans start and stop VMs, as pooled ones do", () => {
  const within = only(mixed(2730));
  assert.deepEqual([within.demand, within.recommended, within.followed], [2457 + 35, 2500, true]);
  const beyond = only(mixed(within.passedAtDesks ?? 0));
  assert.deepEqual([beyond.demand > 2500, beyond.followed], [true, false]);
  assert.equal(only(mixed((within.passedAtDesks ?? 0) - 1)).followed, true);
});

test("the reference fleet's surge passes the recommendation, is told what to do, and holds", () => {
  const surge = plan(reference());
  const { demand, recommended, followed, passedAtDesks, remedy } = only(surge);
  assert.deepEqual([demand, recommended, followed, passedAtDesks], [3859, 2500, false, 4536]);
  assert.match(remedy, /^expect starts in the morning to be held back, or split regione into bodies in subscriptions/);
  assert.deepEqual(
    surge.proof.filter(({ holds }) => !holds),
    [],
  );
  const text = planText(surge);
  assert.match(text, /all \d+ limits hold\n {2}1 of 1 recommendations of the vendor not followed\n/);
  assert.match(
    text,
    /VMs in subscription main that scaling plans +│ +3,859 │ +2,500 │ +4,536 desks │ ✗ │ expect starts/,
  );
  assert.ok(text.split("\n").every((line) => line.length <= 120));
});

test("today the reference fleet follows it, and the summary says nothing", () => {
  const today = plan(reference(), "today");
  assert.deepEqual([only(today).demand, only(today).followed], [2205, true]);
  assert.doesNotMatch(planText(today), /not followed/);
});

test("each subscription is advised on by itself; bodies that fit are moved, not split", () => {
  const apart = plan(
    reference((fleet) => {
      if (fleet.azure !== undefined) fleet.azure.subscriptions = ["main", "city"];
      for (const body of fleet.bodies) if (body.id !== "regione") body.subscription = "city";
    }),
  );
  assert.deepEqual(
    apart.advice.map(({ what, demand, followed }) => [what, demand, followed]),
    [
      ["VMs in subscription main that scaling plans start and stop", 3115, false],
      ["VMs in subscription city that scaling plans start and stop", 744, true],
    ],
  );
  const two = small(
    3000,
    ["a", "b"].map((id) => ({ id, name: id, pools: [{ ...personal, share: 0.5 }] })),
    { azure },
  );
  assert.match(only(plan(two)).remedy, /or give bodies a subscription of their own$/);
});
