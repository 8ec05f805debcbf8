import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fleet } from "../../src/fleet/schema.ts";
import { demandOf } from "../../src/plan/demand.ts";
import { stageDesks, stageOf } from "../../src/plan/desks.ts";
import { plan } from "../../src/plan/plan.ts";
import { prove } from "../../src/plan/proof.ts";
import type { Draft } from "../../src/plan/proof/row.ts";
import type { BodyPlan, PoolPlan, ProofRow } from "../../src/plan/types.ts";
import { type BodyInput, type FleetInput, type PoolInput, reference, small } from "./fleet.ts";

const azure = { region: "italynorth", tenant: "example.org", subscriptions: ["one"], image: "win11-avd" };

function proofOf(desks: number, bodies: readonly BodyInput[], more: Partial<FleetInput> = {}): readonly ProofRow[] {
  return plan(small(desks, bodies, { azure, ...more })).proof;
}

/** The proof of the reference fleet's plan, were it otherwise than the planner makes it. */
function proofWere(change: (plan: Draft) => Draft): readonly ProofRow[] {
  const fleet: Fleet = reference();
  const stage = stageOf(fleet, undefined);
  const demand = demandOf(fleet, stage, stageDesks(fleet, stage));
  return prove({ fleet, stage, demand, plan: change(plan(fleet)) });
}

/** Demand and limit of the row that says this, and whether it holds. */
function held(rows: readonly ProofRow[], what: string): readonly [demand: number, limit: number, holds: boolean] {
  const row = rows.find((each) => each.what.startsWith(what));
  assert.ok(row !== undefined, `no row "${what}" in: ${rows.map((each) => each.what).join("; ")}`);
  return [row.demand, row.limit, row.holds];
}

const pool = (id: string, more: Partial<PoolInput> = {}): PoolInput => ({
  id,
  share: 1,
  kind: "personal",
  class: "medium",
  ...more,
});
const body = (pools: readonly PoolInput[], more: Partial<BodyInput> = {}): BodyInput => ({
  id: "a",
  name: "A",
  pools: [...pools],
  ...more,
});
const many = (count: number, of: (nth: number) => PoolInput): PoolInput[] =>
  Array.from({ length: count }, (_, nth) => of(nth));
const equal = (count: number, kind: "personal" | "pooled" = "personal") =>
  many(count, (nth) => pool(`p${nth}`, { share: 1 / count, kind }));

/** The first body with `change` made to it. */
const firstBody = (draft: Draft, change: (body: BodyPlan) => BodyPlan): Draft => ({
  ...draft,
  bodies: draft.bodies.map((each, nth) => (nth === 0 ? change(each) : each)),
});
const poolsOf = (count: number, of: BodyPlan): readonly PoolPlan[] =>
  Array.from({ length: count }, (_, nth) => ({ ...of.pools[0]!, id: `${of.id}/q${nth}`, name: `q${nth}` }));

const cases: readonly {
  readonly name: string;
  readonly what: string;
  readonly within: () => readonly ProofRow[];
  readonly beyond: () => readonly ProofRow[];
  readonly demands: readonly [within: number, beyond: number];
  readonly limit: number;
}[] = [
  {
    // A list a pool and 100 hosts each minute, and the quota's now and then.
    name: "reads of the watch",
    what: "reads a minute by the watch in subscription main",
    within: () => proofWere((draft) => firstBody(draft, (of) => ({ ...of, pools: poolsOf(48, of) }))),
    beyond: () => proofWere((draft) => firstBody(draft, (of) => ({ ...of, pools: poolsOf(49, of) }))),
    demands: [1497, 1528],
    limit: 1500,
  },
  {
    name: "application groups of a tenant",
    what: "application groups in the tenant",
    within: () => proofOf(1000, tenFoldBodies(500)),
    beyond: () => proofOf(1000, tenFoldBodies(501)),
    demands: [500, 501],
    limit: 500,
  },
  {
    name: "workspaces of a tenant",
    what: "workspaces in the tenant",
    within: () => proofWere((draft) => ({ ...draft, bodies: bodiesLike(draft, 1300) })),
    beyond: () => proofWere((draft) => ({ ...draft, bodies: bodiesLike(draft, 1301) })),
    demands: [1300, 1301],
    limit: 1300,
  },
  {
    name: "host pools of a workspace",
    what: "host pools in the fullest workspace, regione",
    within: () => proofWere((draft) => firstBody(draft, (of) => ({ ...of, pools: poolsOf(400, of) }))),
    beyond: () => proofWere((draft) => firstBody(draft, (of) => ({ ...of, pools: poolsOf(401, of) }))),
    demands: [400, 401],
    limit: 400,
  },
  {
    name: "people on one host",
    what: "people at once on one host of torino/office",
    within: () => proofWere((draft) => draft),
    beyond: () => proofWere((draft) => denser(draft, 41)),
    demands: [32, 33],
    limit: 32,
  },
  {
    name: "profiles of a pool",
    what: "profiles of a/p, 30 GiB a desk",
    within: () => proofOf(3413, [body([pool("p", { kind: "pooled" })])]),
    beyond: () => proofOf(3414, [body([pool("p", { kind: "pooled" })])]),
    demands: [102_390, 102_420],
    limit: 102_400,
  },
  {
    name: "public addresses of a NAT gateway",
    what: "public addresses by which the hosts of a go out",
    within: () => proofOf(16_128, [body([pool("p")])]),
    beyond: () => proofOf(16_129, [body([pool("p")])]),
    demands: [16, 17],
    limit: 16,
  },
  {
    name: "private endpoints of a body",
    what: "private endpoints of a, ",
    within: () => proofOf(1000, [body(equal(30))]),
    beyond: () => proofOf(1000, [body(equal(31))]),
    demands: [122, 126],
    limit: 123,
  },
  {
    name: "private endpoints of a body behind the public broker: its profiles' alone",
    what: "private endpoints of a, ",
    within: () => proofOf(1000, [body(equal(64, "pooled"))], { access: { way: "broker" } }),
    beyond: () => proofOf(1000, [body(equal(64, "pooled"))]),
    demands: [64, 322],
    limit: 123,
  },
  {
    name: "the gateway's subnet",
    what: "addresses that GatewaySubnet must have",
    within: () => proofWere((draft) => gatewaySubnet(draft, "10.112.0.0/27")),
    beyond: () => proofWere((draft) => gatewaySubnet(draft, "10.112.0.0/28")),
    demands: [32, 32],
    limit: 16,
  },
  {
    name: "networks peered with the hub",
    what: "networks peered with the hub",
    within: () => proofWere((draft) => ({ ...draft, bodies: bodiesLike(draft, 500) })),
    beyond: () => proofWere((draft) => ({ ...draft, bodies: bodiesLike(draft, 501) })),
    demands: [500, 501],
    limit: 500,
  },
  {
    name: "ranges behind one line",
    what: "ranges behind one line",
    within: () => proofWere((draft) => pcPools(draft, 999)),
    beyond: () => proofWere((draft) => pcPools(draft, 1000)),
    demands: [1000, 1001],
    limit: 1000,
  },
  {
    name: "routes pushed to people: one the hub's, two the body's, one a site",
    what: "routes pushed to people",
    within: () => proofOf(10, [withSites(997)]),
    beyond: () => proofOf(10, [withSites(998)]),
    demands: [1000, 1001],
    limit: 1000,
  },
  {
    name: "tunnels of a Virtual WAN hub",
    what: "site tunnels at one VirtualWan hub",
    within: () => proofOf(10, [withSites(500)]),
    beyond: () => proofOf(10, [withSites(501)]),
    demands: [1000, 1002],
    limit: 1000,
  },
  {
    name: "lines in one resource group",
    what: "lines in the hub's resource group",
    within: () => proofOf(10, [withSites(800)]),
    beyond: () => proofOf(10, [withSites(801)]),
    demands: [800, 801],
    limit: 800,
  },
  {
    name: "VMs of a Virtual WAN hub",
    what: "VMs behind one VirtualWan hub",
    within: () => proofOf(50_000, [body([pool("p")])]),
    beyond: () => proofOf(50_001, [body([pool("p")])]),
    demands: [50_000, 50_001],
    limit: 50_000,
  },
  {
    name: "a line of a Virtual WAN hub",
    what: "tunnel over a/s0/l",
    within: () => proofOf(10, [withSites(101, 1000)]),
    beyond: () => proofOf(10, [withSites(101, 1001)]),
    demands: [1000, 1001],
    limit: 1000,
  },
  {
    name: "all sites of a Virtual WAN hub",
    what: "bandwidth of all sites at one VirtualWan hub",
    within: () => proofOf(40_000, [body([pcs], { sites: [oneSite(40_000)] })]),
    beyond: () => proofOf(40_001, [body([pcs], { sites: [oneSite(40_000)] })]),
    demands: [20_000, 20_000.5],
    limit: 20_000,
  },
  {
    name: "AS numbers",
    what: "AS numbers of gateways and sites that are reserved, or used twice",
    within: () => proofWere((draft) => draft),
    beyond: () => proofWere((draft) => withAsns(draft, [65_515, 4_200_000_001, 4_200_000_001, 64_500])),
    demands: [0, 3],
    limit: 0,
  },
  {
    name: "a resource group's name",
    what: "longest resource group's name",
    within: () => proofOf(10, [body([pool(word(21))], { id: word(31) })], { name: word(31) }),
    beyond: () => proofOf(10, [body([pool(word(22))], { id: word(31) })], { name: word(31) }),
    demands: [90, 91],
    limit: 90,
  },
  {
    name: "a network's name",
    what: "longest network's name",
    within: () => proofOf(10, [body([pool("p")], { id: word(29) })], { name: word(29) }),
    beyond: () => proofOf(10, [body([pool("p")], { id: word(30) })], { name: word(29) }),
    demands: [64, 65],
    limit: 64,
  },
  {
    name: "the name of a part of a network",
    what: "longest part of a network's name",
    within: () => proofOf(10, [body([pool("p")], { id: word(32) })], { name: word(33) }),
    beyond: () => proofOf(10, [body([pool("p")], { id: word(33) })], { name: word(33) }),
    demands: [80, 81],
    limit: 80,
  },
  {
    name: "a private endpoint's name",
    what: "longest private endpoint's name",
    within: () => proofOf(10, [body([pool(word(17))], { id: word(17) })], { name: word(17) }),
    beyond: () => proofOf(10, [body([pool(word(18))], { id: word(17) })], { name: word(17) }),
    demands: [64, 65],
    limit: 64,
  },
  {
    name: "a scaling plan's name",
    what: "longest workspace, host pool or scaling plan's name",
    within: () => proofOf(10, [body([pool(word(17))], { id: word(17) })], { name: word(18) }),
    beyond: () => proofOf(10, [body([pool(word(17))], { id: word(18) })], { name: word(18) }),
    demands: [64, 65],
    limit: 64,
  },
];

for (const { name, what, within, beyond, demands, limit } of cases) {
  test(`${name}: up to the limit it holds, past it it does not`, () => {
    const [demand, , holds] = held(within(), what);
    assert.deepEqual([demand, holds], [demands[0], true]);
    assert.deepEqual(held(beyond(), what), [demands[1], limit, false]);
  });
}

test("each subscription has its own rows, which name it", () => {
  const fleet = reference((parsed) => {
    if (parsed.azure !== undefined) parsed.azure.subscriptions = ["main", "city"];
    for (const each of parsed.bodies) if (each.id !== "regione") each.subscription = "city";
  });
  const rows = plan(fleet).proof.filter(({ what }) => what.startsWith("VMs in subscription"));
  assert.deepEqual(
    rows.map(({ what, demand }) => [what, demand]),
    [
      ["VMs in subscription main", 3115],
      ["VMs in subscription city", 744],
    ],
  );
});

const pcs: PoolInput = { id: "pc", share: 1, kind: "physical", site: "s0" };

function oneSite(mbps: number, id = "s0") {
  return { id, links: [{ id: "l", carrier: "c", mbps }] };
}

function withSites(count: number, mbps = 10): BodyInput {
  return body([pool("p")], { sites: Array.from({ length: count }, (_, nth) => oneSite(mbps, `s${nth}`)) });
}

/** Bodies of at most 64 pools, so many pools in all. */
function tenFoldBodies(pools: number): BodyInput[] {
  return Array.from({ length: Math.ceil(pools / 64) }, (_, nth) => ({
    id: `b${nth}`,
    name: "B",
    pools: many(Math.min(64, pools - nth * 64), (of) => pool(`p${of}`, { share: 1 / pools })),
  }));
}

function bodiesLike({ bodies }: Draft, count: number): readonly BodyPlan[] {
  return Array.from({ length: count }, (_, nth) => ({ ...bodies[0]!, id: `b${nth}`, sites: [] }));
}

function denser(draft: Draft, desksPerHost: number): Draft {
  return {
    ...draft,
    bodies: draft.bodies.map((each) => ({
      ...each,
      pools: each.pools.map((of) => (of.kind === "pooled" ? { ...of, desksPerHost } : of)),
    })),
  };
}

function gatewaySubnet(draft: Draft, gateway: string): Draft {
  const { cloud } = draft;
  assert.ok(cloud !== undefined);
  return { ...draft, cloud: { ...cloud, hub: { ...cloud.hub, subnets: { ...cloud.hub.subnets, gateway } } } };
}

/** The first site, were there so many pools of PCs. */
function pcPools(draft: Draft, count: number): Draft {
  return firstBody(draft, (of) => ({
    ...of,
    sites: of.sites.map((site, nth) =>
      nth === 0 ? { ...site, pools: Array.from({ length: count }, (_, id) => `${of.id}/pc${id}`) } : site,
    ),
  }));
}

function withAsns(draft: Draft, asns: readonly number[]): Draft {
  return firstBody(draft, (of) => ({
    ...of,
    sites: asns.map((asn) => ({ ...of.sites[0]!, asn })),
  }));
}

/** A word of so many letters. */
function word(length: number): string {
  return "a".repeat(length);
}
