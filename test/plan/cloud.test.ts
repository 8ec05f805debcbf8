import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseRange, type Range, rangesOverlap, sizeOf } from "../../src/plan/addresses.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { extras, fleetFrom, specs } from "./arbitrary.ts";
import { reference, small } from "./fleet.ts";

const azure = { region: "italynorth", tenant: "example.org", subscriptions: ["one", "two"], image: "win11-avd" };

/** Every network that the cloud has, of the plan's own and of the sites'. */
function networksOf({ cloud, bodies }: Plan): readonly Range[] {
  assert.ok(cloud !== undefined);
  const { hub } = cloud;
  const own = [hub.range, hub.outside, ...hub.virtualHubs, ...bodies.flatMap((body) => body.endpoints ?? [])];
  const links = bodies.flatMap((body) => body.sites.flatMap((site) => site.links.map((link) => link.transit)));
  return [...own, ...links, ...bodies.flatMap((body) => body.pools.map((pool) => pool.block))].map(parseRange);
}

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

test("the reference fleet's networks in the cloud", () => {
  const made = plan(reference());
  assert.deepEqual(made.cloud?.hub, {
    subscription: "main",
    range: "10.112.0.0/24",
    subnets: {
      gateway: "10.112.0.0/26",
      resolver: "10.112.0.64/28",
      watch: "10.112.0.80/28",
      endpoints: "10.112.0.128/25",
    },
    resolver: "10.112.0.68",
    outside: "10.112.1.0/24",
    virtualHubs: [],
  });
  assert.deepEqual(
    made.bodies.map((body) => body.endpoints),
    ["10.112.16.0/25", "10.112.16.128/25", "10.112.17.0/25", "10.112.17.128/25"],
  );
  assert.equal(made.bodies[0]?.pools[0]?.block, "10.64.0.0/17");
});

test("no two networks of the cloud overlap, and a pool's networks lie in its block", () => {
  fc.assert(
    fc.property(specs(50_000), extras, (spec, extra) => {
      const made = plan({ ...fleetFrom(spec, extra), azure: { ...azure, join: "entra" } });
      assertApart(networksOf(made));
      for (const pool of made.bodies.flatMap((body) => body.pools)) {
        for (const network of pool.networks) assert.ok(within(parseRange(network), parseRange(pool.block)));
      }
    }),
  );
});

test("32 bodies and the hubs of a Virtual WAN still have networks of their own", () => {
  const bodies = Array.from({ length: 32 }, (_, nth) => ({
    id: `b${nth}`,
    name: "B",
    pools: [{ id: "p", share: 1 / 32, kind: "pooled", class: "light" } as const],
    sites: [{ id: "s", links: [{ id: "l", carrier: "c", mbps: 10 }] }],
  }));
  const made = plan(small(640_000, bodies, { azure }));
  assert.equal(made.cloud?.hub.virtualHubs.length, 7);
  assertApart(networksOf(made));
});

test("more Virtual WAN hubs than have a network are refused", () => {
  const bodies = [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "pooled", class: "light" } as const] }];
  assert.throws(() => plan(small(700_001, bodies, { azure })), {
    message:
      "8 VirtualWan hubs are needed, and their networks have room for 7 of them (700,000 people at once); split the fleet",
  });
});

test("growth moves neither the hub nor a body's endpoints nor a pool's block", () => {
  fc.assert(
    fc.property(specs(20_000), fc.nat(20_000), (spec, more) => {
      const at = (desks: number) => plan({ ...fleetFrom({ ...spec, desks }), azure: { ...azure, join: "entra" } });
      const [before, after] = [at(spec.desks), at(spec.desks + more)];
      assert.deepEqual(after.cloud?.hub.subnets, before.cloud?.hub.subnets);
      assert.deepEqual(
        after.bodies.map((body) => [body.endpoints, body.pools.map((pool) => pool.block)]),
        before.bodies.map((body) => [body.endpoints, body.pools.map((pool) => pool.block)]),
      );
    }),
    { numRuns: 40 },
  );
});

test("a transit range without room for the cloud's own networks is refused", () => {
  const bodies = [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "light" } as const] }];
  assert.throws(() => plan(small(10, bodies, { azure, network: { transit: "10.112.0.0/19" } })), {
    message:
      "network.transit 10.112.0.0/19 is too small for the cloud's own networks beside the sites'; give it a /18 or larger",
  });
});

test("a body's desks live in its own subscription, or in the first", () => {
  const fleet = reference((parsed) => {
    if (parsed.azure !== undefined) parsed.azure.subscriptions = ["main", "city"];
    for (const body of parsed.bodies) if (body.id === "torino") body.subscription = "city";
  });
  assert.deepEqual(
    plan(fleet).bodies.map((body) => body.subscription),
    ["main", "city", "main", "main"],
  );
});
