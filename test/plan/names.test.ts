import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { deskAt, desksOf, hostAt, hostsOf, hostsOfNetwork } from "../../src/plan/names.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Plan, PoolPlan } from "../../src/plan/types.ts";
import { extras, fleetFrom, specs } from "./arbitrary.ts";
import { type BodyInput, listed, type Lists, reference, small } from "./fleet.ts";

function poolOf({ bodies }: Plan, id: string): PoolPlan {
  const pool = bodies.flatMap((body) => body.pools).find((each) => each.id === id);
  assert.ok(pool !== undefined, `no pool ${id}`);
  return pool;
}

test("desks and hosts of the reference fleet", () => {
  const surge = plan(reference());
  const personal = poolOf(surge, "regione/office");
  assert.deepEqual(deskAt(personal, 0), { id: "regione-office-00001", host: "regofflt-00001", person: undefined });
  assert.deepEqual(hostAt(personal, 0), { name: "regofflt-00001", address: "10.64.0.4", ordinal: 0 });
  assert.deepEqual(hostAt(personal, 159), { name: "regofflt-00160", address: "10.64.0.163", ordinal: 159 });
  assert.deepEqual(hostAt(personal, 160), { name: "regofflt-00161", address: "10.64.1.4", ordinal: 160 });
  const physical = poolOf(surge, "regione/council");
  assert.deepEqual(deskAt(physical, 349), {
    id: "regione-council-00350",
    host: "regione-council-00350",
    person: undefined,
  });
  const pooled = poolOf(surge, "torino/office");
  assert.equal(deskAt(pooled, 39).host, "torofflr-00001");
  assert.equal(deskAt(pooled, 40).host, "torofflr-00002");
  assert.equal(deskAt(pooled, 1749).host, "torofflr-00044");
  assert.throws(() => deskAt(pooled, 1750), RangeError);
  assert.throws(() => hostAt(pooled, 44), RangeError);
});

const mixed = (desks: number, kind: "personal" | "physical"): Plan =>
  plan(
    small(
      desks,
      [
        {
          id: "a",
          name: "A",
          pools: [
            kind === "physical"
              ? { id: "p", share: 1, kind, site: "s", list: "x.csv" }
              : { id: "p", share: 1, kind, class: "light", list: "x.csv" },
          ],
          sites: [{ id: "s", links: [{ id: "l", carrier: "c", mbps: 1 }] }],
        },
      ],
      {},
      { "a/p": listed("mario", "anna") },
    ),
  );

test("listed desks take the first places and keep their names; the numbers go on after them", () => {
  const desks = [...desksOf(poolOf(mixed(4, "personal"), "a/p"))];
  assert.deepEqual(
    desks.map(({ id, person }) => [id, person]),
    [
      ["mario", "mario@example.org"],
      ["anna", "anna@example.org"],
      ["a-p-00003", undefined],
      ["a-p-00004", undefined],
    ],
  );
  assert.deepEqual(
    [...hostsOf(poolOf(mixed(4, "physical"), "a/p"))].map(({ name }) => name),
    ["mario", "anna", "a-p-00003", "a-p-00004"],
  );
});

const everyDesk = ({ bodies }: Plan) => bodies.flatMap((body) => body.pools.flatMap((pool) => [...desksOf(pool)]));
const everyHost = ({ bodies }: Plan) => bodies.flatMap((body) => body.pools.flatMap((pool) => [...hostsOf(pool)]));

test("every desk has a host with an address, and no name or address is used twice", () => {
  fc.assert(
    fc.property(specs(3000), (spec) => {
      const made = plan(fleetFrom(spec));
      const [desks, hosts] = [everyDesk(made), everyHost(made)];
      assert.equal(desks.length, made.desks);
      assert.equal(hosts.length, made.hosts);
      assert.equal(new Set(desks.map(({ id }) => id)).size, desks.length);
      assert.equal(new Set(hosts.map(({ address }) => address)).size, hosts.length);
      const names = new Set(hosts.map(({ name }) => name));
      assert.equal(names.size, hosts.length);
      assert.ok(desks.every(({ host }) => names.has(host)));
      // Not one of a subnet's reserved addresses: the first four and the last.
      assert.ok(hosts.every(({ address }) => /\.(\d+)$/.exec(address)?.[1] !== "255"));
      assert.ok(hosts.every(({ address }) => Number(/\.(\d+)$/.exec(address)?.[1]) >= 4));
    }),
    { numRuns: 50 },
  );
});

test("no host carries more people at once than it seats", () => {
  const seats = { light: 48, medium: 32, heavy: 16, power: 8 } as const;
  fc.assert(
    fc.property(specs(3000), (spec) => {
      for (const pool of plan(fleetFrom(spec)).bodies.flatMap((body) => body.pools)) {
        if (pool.kind !== "pooled" || pool.class === undefined) continue;
        // In hundredths, as the concurrency is given in percent: no floating point.
        const people = pool.desksPerHost * Math.round(pool.concurrency * 100);
        if (pool.concurrency > 0)
          assert.ok(people <= seats[pool.class] * 100 && people > (seats[pool.class] - 1) * 100);
      }
    }),
  );
});

/** All of the plan's desks and hosts as lines that must stay. */
function facts(made: Plan): string[] {
  const addresses = new Map(everyHost(made).map(({ name, address }) => [name, address]));
  return everyDesk(made).map(({ id, host }) => `${id} ${host} ${addresses.get(host)}`);
}

function assertKept(before: Plan, after: Plan): void {
  const now = new Set(facts(after));
  assert.deepEqual(
    facts(before).filter((fact) => !now.has(fact)),
    [],
  );
}

test("a fleet that grows renames, moves and drops no desk", () => {
  fc.assert(
    fc.property(specs(2000), fc.nat(2000), (spec, more) => {
      assertKept(plan(fleetFrom(spec)), plan(fleetFrom({ ...spec, desks: spec.desks + more })));
    }),
    { numRuns: 50 },
  );
});

test("pools and bodies that are appended rename, move and drop no desk", () => {
  fc.assert(
    fc.property(specs(2000), extras, (spec, extra) => {
      assertKept(plan(fleetFrom(spec)), plan(fleetFrom(spec, extra)));
    }),
    { numRuns: 50 },
  );
});

test("the reference fleet's surge keeps all that it has today", () => {
  assertKept(plan(reference(), "today"), plan(reference()));
});

test("a network's hosts are the pool's, in order", () => {
  const pool = poolOf(plan(reference()), "metropolitana/office");
  assert.deepEqual(
    pool.networks.flatMap((_, network) => [...hostsOfNetwork(pool, network)]),
    [...hostsOf(pool)],
  );
});

test("a million personal desks of one body in 10.0.0.0/8: each with a name and an address of its own", () => {
  const million = 1_000_000;
  const pool = poolOf(
    plan(small(million, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light" }] }])),
    "a/p",
  );
  let count = 0;
  let last = "";
  const addresses = new Set<string>();
  for (const { name, address } of hostsOf(pool)) {
    count += 1;
    last = name;
    addresses.add(address);
  }
  assert.deepEqual([count, addresses.size, last], [million, million, `${pool.hostPrefix}-1000000`]);
  let desks = 0;
  for (const { id } of desksOf(pool)) {
    desks += 1;
    last = id;
  }
  assert.deepEqual([desks, last], [million, "a-p-1000000"]);
});

const cloud = { kind: "personal", class: "light" } as const;
const two = (first: BodyInput["pools"], second: BodyInput["pools"], lists: Lists = {}) =>
  plan(
    small(
      10,
      [
        { id: "a", name: "A", pools: first ?? [] },
        { id: "a-b", name: "B", pools: second ?? [] },
      ],
      {},
      lists,
    ),
  );

const errors: readonly { name: string; run: () => Plan; message: string }[] = [
  {
    name: "two pools with one prefix",
    run: () =>
      two([{ id: "p", share: 0.5, ...cloud, prefix: "desk" }], [{ id: "q", share: 0.5, ...cloud, prefix: "desk" }]),
    message:
      'pools a/p and a-b/q would both name hosts "desk-00001"; ' +
      "give one of them a prefix: of its own (at most 9 characters)",
  },
  {
    name: "two pools whose desks would share names",
    run: () => two([{ id: "b-c", share: 0.5, ...cloud }], [{ id: "c", share: 0.5, ...cloud }]),
    message: 'pools a/b-c and a-b/c would both name desks "a-b-c-00001"; rename one of them',
  },
  {
    name: "one desk in two lists",
    run: () =>
      two([{ id: "p", share: 0.5, ...cloud }], [{ id: "q", share: 0.5, ...cloud }], {
        "a/p": listed("mario"),
        "a-b/q": listed("mario"),
      }),
    message:
      'the list of pool a-b/q names desk "mario", which is also a name in pool a/p; ' +
      "give it a name that no other desk or host has",
  },
  {
    name: "a listed desk with a name that a pool will give when it grows",
    run: () =>
      two([{ id: "p", share: 0.5, ...cloud }], [{ id: "q", share: 0.5, ...cloud }], { "a-b/q": listed("a-p-09999") }),
    message:
      'the list of pool a-b/q names desk "a-p-09999", which is also a name in pool a/p; ' +
      "give it a name that no other desk or host has",
  },
  {
    name: "a listed desk with a name that a host has",
    run: () =>
      two([{ id: "p", share: 0.5, ...cloud, prefix: "vm" }], [{ id: "q", share: 0.5, ...cloud }], {
        "a-b/q": listed("vm-00003"),
      }),
    message:
      'the list of pool a-b/q names desk "vm-00003", which is also a name in pool a/p; ' +
      "give it a name that no other desk or host has",
  },
];
for (const { name, run, message } of errors) {
  test(`refuses ${name}`, () => {
    assert.throws(run, { message });
  });
}

test("a listed desk may bear the name that its own place would have", () => {
  const made = two([{ id: "p", share: 0.5, ...cloud }], [{ id: "q", share: 0.5, ...cloud }], {
    "a/p": listed("a-p-00002", "a-p-00001"),
  });
  assert.deepEqual(
    [...desksOf(poolOf(made, "a/p"))].map(({ id }) => id),
    ["a-p-00002", "a-p-00001", "a-p-00003", "a-p-00004", "a-p-00005"],
  );
});
