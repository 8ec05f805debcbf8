import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseRange, type Range, rangesOverlap, sizeOf } from "../../src/plan/addresses.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { extras, fleetFrom, specs } from "./arbitrary.ts";
import { type BodyInput, type FleetInput, reference, small } from "./fleet.ts";

const ranges = ({ bodies }: Plan) =>
  bodies
    .flatMap((body) => body.pools)
    .filter((pool) => pool.hosts > 0)
    .map((pool) => parseRange(pool.range));

function within(inner: Range, outer: Range): boolean {
  return inner.first >= outer.first && inner.first + sizeOf(inner) <= outer.first + sizeOf(outer);
}

function assertApart(all: readonly Range[]): void {
  const ordered = all.toSorted((a, b) => a.first - b.first);
  for (const [index, range] of ordered.entries()) {
    const next = ordered[index + 1];
    if (next !== undefined) assert.ok(!rangesOverlap(range, next), `${JSON.stringify(range)} ${JSON.stringify(next)}`);
  }
}

test("the reference fleet's ranges", () => {
  const routed = (stage: string) =>
    plan(reference(), stage).bodies.flatMap((body) => body.pools.map((pool) => `${pool.id} ${pool.range}`));
  assert.deepEqual(routed("surge"), [
    "regione/office 10.64.0.0/19",
    "regione/council 10.65.0.0/22",
    "regione/crisis 10.64.128.0/24",
    "regione/gis 10.65.128.0/24",
    "torino/office 10.72.0.0/24",
    "torino/counters 10.73.0.0/21",
    "metropolitana/office 10.68.0.0/21",
  ]);
});

test("pools' routes never overlap, lie in the fleet's range, and hold their networks", () => {
  fc.assert(
    fc.property(specs(90_000), extras, (spec, extra) => {
      const made = plan(fleetFrom(spec, extra));
      assertApart(ranges(made));
      for (const pool of made.bodies.flatMap((body) => body.pools)) {
        assert.ok(within(parseRange(pool.range), parseRange(made.network.desks)));
        for (const network of pool.networks) assert.ok(within(parseRange(network), parseRange(pool.range)));
      }
    }),
  );
});

test("ranges of a stage and of a later, larger one are the same places", () => {
  fc.assert(
    fc.property(specs(50_000), fc.nat(50_000), extras, (spec, more, extra) => {
      const before = plan(fleetFrom(spec)).bodies.flatMap((body) => body.pools);
      const after = plan(fleetFrom({ ...spec, desks: spec.desks + more }, extra)).bodies.flatMap((body) => body.pools);
      for (const pool of before) {
        const now = after.find((each) => each.id === pool.id);
        assert.deepEqual(now?.networks.slice(0, pool.networks.length), pool.networks);
      }
    }),
  );
});

const pools = (count: number): NonNullable<BodyInput["pools"]> =>
  Array.from({ length: count }, (_, nth) => ({ id: `p${nth}`, share: 1 / count, kind: "personal", class: "light" }));

test("32 bodies of 64 pools fit in a /13", () => {
  const letters = (nth: number) =>
    String.fromCodePoint(97 + (nth % 26)) + String.fromCodePoint(97 + Math.floor(nth / 26));
  const made = plan(
    small(
      32 * 64,
      Array.from({ length: 32 }, (_, body) => ({
        id: letters(body),
        name: "Body",
        pools: Array.from({ length: 64 }, (_pool, pool) => ({
          id: letters(pool),
          share: 1 / 2048,
          kind: "personal" as const,
          class: "light" as const,
        })),
      })),
      { network: { desks: "10.64.0.0/13", clients: "172.16.0.0/13", transit: "172.24.0.0/14" } },
    ),
  );
  assert.equal(ranges(made).length, 2048);
  assertApart(ranges(made));
});

const one =
  (desks: number, network: FleetInput["network"], bodies = 1) =>
  () =>
    plan(
      small(
        desks,
        Array.from({ length: bodies }, (_, nth) => ({ id: `b${nth}`, name: "B", pools: nth === 0 ? pools(2) : [] })),
        { network },
      ),
    );

const errors: readonly { name: string; run: () => Plan; message: string }[] = [
  {
    name: "a pool that reaches the next one's place",
    run: one(5000, { desks: "10.0.0.0/17" }),
    message:
      "pool b0/p0 has 2500 hosts and needs 16 networks of 160, but from 10.0.0.0 only 8 are free " +
      "before b0/p1 begins; " +
      "give network.desks more room than 10.0.0.0/17",
  },
  {
    name: "a pool that reaches the end of the range",
    run: () => plan(small(5000, [{ id: "a", name: "A", pools: pools(1) }], { network: { desks: "10.0.0.0/20" } })),
    message:
      "pool a/p0 has 5000 hosts and needs 32 networks of 160, but from 10.0.0.0 only 16 are free; " +
      "give network.desks more room than 10.0.0.0/20",
  },
  {
    name: "a range with no place for a pool",
    run: one(10, { desks: "10.0.0.0/23" }),
    message:
      "pool b0/p1 has no place of its own in 10.0.0.0/23: its networks would be smaller than a /24; " +
      "give network.desks more room (a /13 holds 32 bodies of 64 pools)",
  },
  {
    name: "ranges that overlap",
    run: one(10, { desks: "10.64.0.0/12", clients: "10.72.0.0/13" }),
    message: "network.clients 10.72.0.0/13 overlaps network.desks 10.64.0.0/12; give each its own range",
  },
  {
    name: "a client range too small for the instances",
    run: one(10, { clients: "10.96.0.0/29" }),
    message: "10.96.0.0/29 cannot be cut for 2 gateway instances; give network.clients more room",
  },
];
for (const { name, run, message } of errors) {
  test(`refuses ${name}, saying who needs what and what to do`, () => {
    assert.throws(run, { message });
  });
}
