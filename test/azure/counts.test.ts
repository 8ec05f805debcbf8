import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Tenancy } from "../../src/fleet/tenancy.ts";
import { type FleetInput, small } from "../plan/fleet.ts";
import { Evidence, type Problems } from "./evidence/evidence.ts";
import { policyProblems } from "./evidence/policy.ts";
import { type Cloud, cloudOf, recordedSlices } from "./evidence/record.ts";

/**
 * What the reference fleet is asked (reference.e2e.test.ts), asked of fleets that are otherwise: another way in, another
 * proof of who one is, more than one subscription.
 */
type Body = FleetInput["bodies"][number];

const north: Body = {
  id: "north",
  name: "North",
  group: "sg-north",
  pools: [
    { id: "office", kind: "personal", class: "medium", desks: 5 },
    { id: "shared", kind: "pooled", class: "light", desks: 30, concurrency: 0.8 },
    { id: "counters", kind: "physical", site: "hall", desks: 4 },
  ],
  laptops: { concurrency: 0.5 },
  staff: { total: 60, enabled: 0.9 },
  sites: [
    {
      id: "hall",
      links: [
        { id: "fibre", carrier: "a", mbps: 100 },
        { id: "radio", carrier: "b", mbps: 50 },
      ],
    },
    { id: "shed", links: [{ id: "fibre", carrier: "a", mbps: 20 }] },
  ],
};
const south: Body = {
  id: "south",
  name: "South",
  group: "sg-south",
  pools: [{ id: "office", kind: "personal", class: "power", desks: 4 }],
};
const cloud: NonNullable<FleetInput["azure"]> = {
  region: "italynorth",
  tenant: "example.org",
  subscriptions: ["main"],
  image: "win11-avd",
};

function fleet(more: Partial<FleetInput> = {}, bodies: readonly Body[] = [north, south]): Cloud["fleet"] {
  const desks = bodies.flatMap(({ pools = [] }) => pools).reduce((sum, pool) => sum + (pool.desks ?? 0), 0);
  return small(desks, bodies, { azure: cloud, ...more });
}

const { group: _none, ...groupless } = north;
const domain = { name: "ad.example.org", user: "joiner@ad.example.org", controllers: ["10.250.0.4"] };
const at = (change: Partial<FleetInput>, tenancy: Partial<Tenancy> = {}): Cloud =>
  cloudOf(fleet(change), undefined, tenancy);
/** So many people with laptops that no gateway bears them. */
const virtualWan = (people: number): Cloud =>
  cloudOf(fleet({}, [{ ...north, staff: { total: people, enabled: 1 }, laptops: { concurrency: 1 } }, south]));

/** Where a rule of the policy pack is broken on purpose, it is named. */
interface Variant {
  readonly make: () => Cloud;
  readonly breaks?: string;
}

const variants: Readonly<Record<string, (() => Cloud) | Variant>> = {
  "as most are": () => at({}),
  "the cloud's own broker": () => at({ access: { way: "broker" } }),
  "people with certificates": () => at({ access: { authentication: { lab: "certificate", azure: "certificate" } } }),
  "people known to RADIUS": () => at({ access: { authentication: { lab: "certificate", azure: "radius" } } }),
  "people by IKEv2": () =>
    at({ access: { people: "ikev2", authentication: { lab: "certificate", azure: "certificate" } } }),
  "one gateway instance": { make: () => at({ access: { instances: 1 } }), breaks: "gateway-active-active" },
  "hosts in a domain": () => at({ azure: { ...cloud, join: "domain" } }, { domain }),
  "two subscriptions": () =>
    cloudOf(
      fleet({ azure: { ...cloud, subscriptions: ["main", "second"] } }, [north, { ...south, subscription: "second" }]),
    ),
  "a body without a group": () => cloudOf(fleet({}, [groupless])),
  "a body without sites": () => cloudOf(fleet({}, [south])),
  "operators who write from outside": () =>
    at(
      {},
      {
        operators: {
          group: "00000002-0000-0000-0000-0000000000ff",
          sshKey: `ssh-ed25519 ${"A".repeat(68)}`,
          addresses: ["198.51.100.7"],
        },
      },
    ),
  "a Virtual WAN": () => virtualWan(12_000),
  "a Virtual WAN of two hubs": () => virtualWan(120_000),
};

interface Seen {
  readonly stacks: readonly string[];
  readonly problems: Problems;
  readonly policy: readonly string[];
}

async function look(made: Cloud): Promise<Seen> {
  const evidence = new Evidence(made.tenancy);
  const stacks: string[] = [];
  const policy: string[] = [];
  for await (const recorded of recordedSlices(made)) {
    stacks.push(recorded.slice.stack);
    evidence.add(recorded);
    policy.push(...(await policyProblems(recorded.recording)));
  }
  return { stacks, problems: evidence.problems(), policy };
}

const nothing: Problems = { counts: [], ids: [], sdk: [], secrets: [], references: [], addresses: [] };

describe("a fleet in Azure", () => {
  it("has a Virtual WAN past what a gateway bears, and two hubs past what one bears", () => {
    const skus = [12_000, 120_000].map((people) => virtualWan(people).plan.gateways.map(({ sku }) => sku));
    assert.deepEqual(skus, [["VirtualWan"], ["VirtualWan", "VirtualWan"]]);
  });

  for (const [name, variant] of Object.entries(variants)) {
    const { make, breaks }: Variant = typeof variant === "function" ? { make: variant } : variant;
    it(`is counted exactly, takes what Azure takes, breaks ${breaks ?? "no rule"}: ${name}`, async () => {
      const { stacks, problems, policy } = await look(make());
      assert.ok(stacks.length >= 3, stacks.join(", "));
      assert.deepEqual(problems, nothing);
      assert.deepEqual(
        policy.map((message) => message.split(":")[0]),
        breaks === undefined ? [] : [breaks],
      );
    });
  }
});
