import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { deskTargets } from "../../src/plan/desks.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { fleetFrom, specs } from "./arbitrary.ts";
import { listed, reference, small } from "./fleet.ts";

const desksOfPools = ({ bodies }: Plan) => bodies.flatMap((body) => body.pools.map((pool) => [pool.id, pool.desks]));

test("the reference fleet today: 4,000 desks over the pools", () => {
  assert.deepEqual(desksOfPools(plan(reference(), "today")), [
    ["regione/office", 1720],
    ["regione/council", 200],
    ["regione/crisis", 20],
    ["regione/gis", 60],
    ["torino/office", 1000],
    ["torino/counters", 600],
    ["metropolitana/office", 400],
  ]);
});

test("the reference fleet at the surge: 7,000 desks, 5,294 hosts, 6,671 people at once", () => {
  const surge = plan(reference());
  assert.equal(surge.stage, "surge");
  assert.deepEqual(desksOfPools(surge), [
    ["regione/office", 3010],
    ["regione/council", 350],
    ["regione/crisis", 35],
    ["regione/gis", 105],
    ["torino/office", 1750],
    ["torino/counters", 1050],
    ["metropolitana/office", 700],
  ]);
  assert.deepEqual(
    { desks: surge.desks, hosts: surge.hosts, people: surge.peopleAtOnce },
    { desks: 7000, hosts: 5294, people: 6671 },
  );
  const pools = surge.bodies.flatMap((body) => body.pools);
  const cloud = pools.filter((pool) => pool.kind !== "physical").reduce((sum, pool) => sum + pool.hosts, 0);
  assert.equal(cloud, 3859);
  const office = pools.find((pool) => pool.id === "torino/office");
  assert.deepEqual([office?.desksPerHost, office?.hosts], [40, 44]);
});

test("what a body is to have at each stage is what the plan of that stage gives it", () => {
  const fleet = reference();
  const planned = fleet.stages.flatMap(({ name }) =>
    plan(fleet, name).bodies.map(({ id, desks }) => ({ body: id, stage: name, desks })),
  );
  assert.deepEqual(deskTargets(fleet), planned);
  assert.equal(planned.length, 8);
});

test("the tools that callers ask about are watched as services, with their queue", () => {
  assert.deepEqual(
    plan(reference()).services.map(({ id, queue }) => [id, queue]),
    [
      ["documents", undefined],
      ["health-data", undefined],
      ["schools/ministry-distance-learning", "schools"],
      ["schools/regional-e-learning", "schools"],
    ],
  );
});

test("laptops: those enabled at first, all but the exempt at last, in proportion between, never more than may", () => {
  const laptops = (stage: string, fleet = reference()) => plan(fleet, stage).bodies.at(-1)?.laptops;
  assert.equal(laptops("today"), 880);
  assert.equal(laptops("surge"), 999);
  const between = reference((fleet) => {
    fleet.stages.splice(1, 0, { name: "spring", date: "2020-05-01", desks: 5500, seats: 100, operators: 20 });
  });
  assert.equal(laptops("spring", between), 940);
  const keen = reference((fleet) => {
    for (const body of fleet.bodies) if (body.staff !== undefined) body.staff.enabled = 1;
  });
  assert.equal(laptops("today", keen), 999);
  const single = reference((fleet) => {
    fleet.stages.shift();
  });
  assert.equal(laptops("surge", single), 999);
});

test("with the cloud's own broker only physical desks and laptops come through the gateway", () => {
  const broker = reference((fleet) => {
    fleet.access.way = "broker";
  });
  // 280 + 35 + 735 at physical desks, and 999 × 0.9 laptops
  assert.equal(plan(broker).peopleAtOnce, 1950);
});

test("videoconference seats grow with the stage's total and end at the bodies' own", () => {
  const seats = (stage: string) => plan(reference(), stage).bodies.map((body) => body.seats);
  assert.deepEqual(seats("today"), [36, 16, 8, 0]);
  assert.deepEqual(seats("surge"), [90, 40, 20, 0]);
});

test("concurrency is exact: 1,000 desks at 0.07 are 70 people, not 71", () => {
  const fleet = small(1000, [
    { id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light", concurrency: 0.07 }] },
  ]);
  assert.equal(plan(fleet).peopleAtOnce, 70);
});

test("pools fixed by desks: or a list keep their size; the shares split the rest", () => {
  const fleet = small(
    100,
    [
      {
        id: "a",
        name: "A",
        pools: [
          { id: "fixed", desks: 10, kind: "personal", class: "light" },
          { id: "named", list: "desks.csv", kind: "personal", class: "light" },
          { id: "one", share: 0.75, kind: "personal", class: "light" },
          { id: "two", share: 0.25, kind: "personal", class: "light" },
        ],
      },
    ],
    {},
    { "a/named": listed("mario", "anna") },
  );
  assert.deepEqual(
    desksOfPools(plan(fleet)).map(([, desks]) => desks),
    [10, 2, 66, 22],
  );
});

test("desks add up to the stage's, whatever the fleet", () => {
  fc.assert(
    fc.property(specs(100_000), (spec) => {
      const made = plan(fleetFrom(spec));
      const total = made.bodies.flatMap((body) => body.pools).reduce((sum, pool) => sum + pool.desks, 0);
      assert.equal(total, spec.desks);
      assert.equal(
        made.hosts,
        made.bodies.reduce((sum, body) => sum + body.hosts, 0),
      );
    }),
  );
});

const pool = { kind: "personal", class: "light" } as const;
const errors: readonly { name: string; run: () => Plan; message: string }[] = [
  {
    name: "an unknown stage",
    run: () => plan(reference(), "sruge"),
    message: 'unknown stage "sruge"; choose one of: today, surge',
  },
  {
    name: "more fixed desks than the stage has",
    run: () => plan(small(10, [{ id: "a", name: "A", pools: [{ id: "p", desks: 12, ...pool }] }])),
    message:
      "stage now has 10 desks, but pools with desks: or a list fix 12; " +
      "raise the stage's desks to at least 12 or fix fewer",
  },
  {
    name: "desks that no pool takes",
    run: () => plan(small(20, [{ id: "a", name: "A", pools: [{ id: "p", desks: 12, ...pool }] }])),
    message: "stage now has 20 desks, the pools fix 12, and no pool has a share of the other 8; give a pool share:",
  },
  {
    name: "a list longer than its pool",
    run: () =>
      plan(
        small(
          4,
          [
            {
              id: "a",
              name: "A",
              pools: [
                { id: "p", share: 0.5, list: "x.csv", ...pool },
                { id: "q", share: 0.5, ...pool },
              ],
            },
          ],
          {},
          { "a/p": listed("d1", "d2", "d3") },
        ),
      ),
    message: "pool a/p lists 3 desks, but at stage now it has 2; raise its share or shorten the list",
  },
  {
    name: "laptops without staff",
    run: () => plan(small(1, [{ id: "a", name: "A", laptops: {}, pools: [{ id: "p", share: 1, ...pool }] }])),
    message: "body a has laptops and needs staff: to count them",
  },
  {
    name: "a pooled pool without a class",
    run: () => plan(small(1, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "pooled" }] }])),
    message: "pool a/p is pooled and needs a class: light, medium, heavy, power",
  },
  {
    name: "physical desks at a site that is not there",
    run: () =>
      plan(
        small(1, [
          {
            id: "a",
            name: "A",
            pools: [{ id: "p", share: 1, kind: "physical", site: "nowhere" }],
            sites: [{ id: "here", links: [{ id: "l", carrier: "c", mbps: 1 }] }],
          },
        ]),
      ),
    message: 'pool a/p is physical and needs a site of its body, not "nowhere"; choose: here',
  },
];
for (const { name, run, message } of errors) {
  test(`refuses ${name}, in plain words`, () => {
    assert.throws(run, { message });
  });
}
