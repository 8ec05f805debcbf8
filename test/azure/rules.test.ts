import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Fleet } from "../../src/fleet/schema.ts";
import { formatAddress, parseRange, sizeOf } from "../../src/plan/addresses.ts";
import { hostAt } from "../../src/plan/names.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import type { BodyPlan, Plan } from "../../src/plan/types.ts";
import { comers, endpointsRules, hostsRules, siteRanges } from "../../stacks/azure/body/rules.ts";
import { bodyNetworkArgs } from "../../stacks/azure/body/network.ts";
import { bodyOf, cloudPools } from "../../stacks/azure/known.ts";
import type { SecurityRule } from "../../stacks/azure/security-rules.ts";
import { fleetFrom, specs } from "../plan/arbitrary.ts";
import { smallCloud } from "./small-cloud.ts";

interface Packet {
  readonly direction: "Inbound" | "Outbound";
  readonly from: string;
  readonly to: string;
  readonly protocol: "Tcp" | "Udp" | "Icmp";
  readonly port: number;
}

/** What Azure does with a packet: the first rule that fits, by priority. */
function admits(rules: readonly SecurityRule[], packet: Packet): boolean {
  const rule = rules
    .toSorted((one, other) => one.priority - other.priority)
    .find(
      (each) =>
        each.direction === packet.direction &&
        ["*", packet.protocol].includes(each.protocol) &&
        covers(each.sourceAddressPrefixes ?? [each.sourceAddressPrefix ?? ""], packet.from) &&
        covers(each.destinationAddressPrefixes ?? [each.destinationAddressPrefix ?? ""], packet.to) &&
        (each.destinationPortRange === "*" || each.destinationPortRanges?.includes(String(packet.port))),
    );
  return rule?.access === "Allow";
}

const documentation = ["192.0.2.1", "198.51.100.1", "203.0.113.1"];

function covers(prefixes: readonly string[], address: string): boolean {
  return prefixes.some((prefix) => {
    if (prefix === "*") return true;
    if (prefix === "Internet") return documentation.includes(address);
    const range = parseRange(prefix.includes("/") ? prefix : `${prefix}/32`);
    const value = parseRange(`${address}/32`).first;
    return value >= range.first && value < range.first + sizeOf(range);
  });
}

function rulesFor(plan: Plan, body: BodyPlan): readonly SecurityRule[] {
  const { hub } = plan.cloud ?? {};
  return hostsRules({
    way: plan.access.way,
    comers: comers(plan, body),
    sites: siteRanges(body),
    endpoints: body.endpoints ?? "",
    hub: {
      resolver: hub?.resolver ?? "",
      endpoints: hub?.subnets.endpoints ?? "",
      watch: hub?.subnets.watch ?? "",
    },
    controllers: [],
  });
}

const azure: NonNullable<Fleet["azure"]> = {
  region: "italynorth",
  tenant: "example.org",
  subscriptions: ["main"],
  image: "win11-avd",
  join: "entra",
};

/** An address in a range, by its place. */
function within(range: string, place: number): string {
  const { first, prefix } = parseRange(range);
  return formatAddress(first + (place % sizeOf({ first, prefix })));
}

const rdp = { direction: "Inbound", protocol: "Tcp", port: 3389 } as const;
const shortpath = { direction: "Inbound", protocol: "Udp", port: 3390 } as const;

describe("who reaches a body's hosts", () => {
  const { plan } = smallCloud();
  const [north, south] = plan.bodies as [BodyPlan, BodyPlan];
  const office = north.pools[0]!;
  const hall = north.pools[2]!;
  const desk = hostAt(office, 0).address;
  const rules = rulesFor(plan, north);

  it("people who come through the gateway, by RDP and Shortpath alone", () => {
    for (const { clients } of plan.gateways.flatMap(({ instances }) => instances)) {
      const from = within(clients, 77);
      assert.ok(admits(rules, { ...rdp, from, to: desk }));
      assert.ok(admits(rules, { ...shortpath, from, to: desk }));
      for (const port of [22, 80, 135, 445, 5985]) assert.ok(!admits(rules, { ...rdp, port, from, to: desk }));
    }
  });

  it("PCs at the body's own sites, and not another body's", () => {
    const from = hostAt(hall, 0).address;
    assert.ok(admits(rules, { ...rdp, from, to: desk }));
    assert.ok(!admits(rulesFor(plan, south), { ...rdp, from, to: hostAt(south.pools[0]!, 0).address }));
  });

  it("the watch, which knocks and pings", () => {
    const from = within(plan.cloud!.hub.subnets.watch, 5);
    assert.ok(admits(rules, { ...rdp, from, to: desk }));
    assert.ok(admits(rules, { ...rdp, protocol: "Icmp", port: 0, from, to: desk }));
    assert.ok(!admits(rules, { ...shortpath, from, to: desk }));
  });

  it("nobody from the Internet, from its own pools, or from the rest of the hub", () => {
    const strangers = [...documentation, hostAt(office, 1).address, within(plan.cloud!.hub.subnets.endpoints, 9)];
    for (const from of strangers) {
      assert.ok(!admits(rules, { ...rdp, from, to: desk }), from);
      assert.ok(!admits(rules, { ...shortpath, from, to: desk }), from);
    }
  });

  it("only the watch where the cloud's broker serves desks", () => {
    const { plan: brokered } = smallCloud({ fleet: { access: { way: "broker" } } });
    const own = rulesFor(brokered, brokered.bodies[0]!);
    assert.ok(!admits(own, { ...rdp, from: within(brokered.network.clients, 77), to: desk }));
    assert.ok(!admits(own, { ...rdp, from: hostAt(hall, 0).address, to: desk }));
    assert.ok(admits(own, { ...rdp, from: within(brokered.cloud!.hub.subnets.watch, 5), to: desk }));
  });

  it("for every fleet, no body's machine reaches another body's desk, and the body's hosts have no open port more", () => {
    fc.assert(
      fc.property(specs(3000), fc.nat(), fc.nat(), (spec, one, other) => {
        const made = planFleet({ ...fleetFrom(spec), azure });
        const own = made.bodies[one % made.bodies.length]!;
        const other_ = made.bodies[other % made.bodies.length]!;
        const target = cloudPools(own).find(({ hosts }) => hosts > 0);
        if (target === undefined) return;
        const to = hostAt(target, 0).address;
        const held = rulesFor(made, own);
        for (const pool of other_.pools) {
          if (own === other_ && pool.kind === "physical") continue;
          const from = within(pool.block, one + other);
          assert.ok(!admits(held, { ...rdp, from, to }) && !admits(held, { ...shortpath, from, to }));
        }
        for (const rule of held) {
          if (rule.direction === "Inbound" && rule.access === "Allow" && rule.protocol !== "Icmp") {
            assert.ok(["3389", "3390"].includes(rule.destinationPortRanges?.join() ?? ""));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("where a body's hosts go", () => {
  const { plan } = smallCloud();
  const [north, south] = plan.bodies as [BodyPlan, BodyPlan];
  const rules = rulesFor(plan, north);
  const from = hostAt(north.pools[0]!, 0).address;
  const out = { direction: "Outbound", protocol: "Tcp", port: 443, from } as const;

  it("out to what AVD needs", () => {
    const hub = plan.cloud!.hub;
    assert.ok(admits(rules, { ...out, to: documentation[0]! }));
    assert.ok(admits(rules, { ...out, port: 1688, to: documentation[0]! }));
    assert.ok(admits(rules, { ...out, protocol: "Udp", port: 53, to: hub.resolver }));
    assert.ok(admits(rules, { ...out, port: 445, to: within(north.endpoints!, 6) }));
    assert.ok(admits(rules, { ...out, to: within(hub.subnets.endpoints, 6) }));
  });

  it("out to what finds RDP a direct way only where the cloud's broker serves desks: Private Link has none", () => {
    const stun = { ...out, protocol: "Udp", port: 3478, to: documentation[0]! } as const;
    assert.ok(!admits(rules, stun));
    const { plan: brokered } = smallCloud({ fleet: { access: { way: "broker" } } });
    assert.ok(admits(rulesFor(brokered, brokered.bodies[0]!), stun));
  });

  it("to its own sites, and to no other body", () => {
    assert.ok(admits(rules, { ...out, port: 9100, to: hostAt(north.pools[2]!, 0).address }));
    assert.ok(!admits(rules, { ...out, to: hostAt(south.pools[0]!, 0).address }));
    assert.ok(!admits(rules, { ...out, port: 445, to: within(south.endpoints!, 6) }));
    assert.ok(!admits(rules, { ...out, to: hostAt(north.pools[0]!, 1).address }));
    assert.ok(!admits(rules, { ...out, port: 25, to: documentation[0]! }));
  });

  it("to the domain controllers where hosts join a domain", () => {
    const domain = { name: "ad.example.org", user: "joiner@ad.example.org", controllers: ["172.30.0.4"] };
    const cloud = smallCloud({ azure: { join: "domain" }, tenancy: { domain } });
    const context = cloud.context("azure-north");
    const joined = bodyNetworkArgs(context, bodyOf(context)).hostsSecurityGroup.securityRules;
    assert.ok(admits(joined, { ...out, port: 389, to: "172.30.0.4" }));
    assert.ok(!admits(joined, { ...out, port: 389, to: "172.30.0.5" }));
  });
});

describe("who reaches a body's private endpoints", () => {
  const { plan } = smallCloud();
  const [north, south] = plan.bodies as [BodyPlan, BodyPlan];
  const blocks = cloudPools(north).map(({ block }) => block);
  const rules = endpointsRules(blocks, comers(plan, north));
  const to = within(north.endpoints!, 5);
  const come = { direction: "Inbound", protocol: "Tcp", port: 443, to } as const;

  it("its hosts, its people and its sites reach the broker; profiles only its hosts", () => {
    const host = hostAt(north.pools[0]!, 0).address;
    const person = within(plan.gateways[0]!.instances[0]!.clients, 9);
    const pc = hostAt(north.pools[2]!, 0).address;
    for (const from of [host, person, pc]) assert.ok(admits(rules, { ...come, from }), from);
    assert.deepEqual(
      [host, person, pc].map((from) => admits(rules, { ...come, port: 445, from })),
      [true, false, false],
    );
  });

  it("no other body and nobody from the Internet", () => {
    for (const from of [hostAt(south.pools[0]!, 0).address, ...documentation]) {
      assert.ok(!admits(rules, { ...come, from }), from);
    }
  });
});
