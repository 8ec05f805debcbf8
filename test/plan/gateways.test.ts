import assert from "node:assert/strict";
import { test } from "node:test";
import { weighGateways } from "../../src/plan/gateways.ts";
import { plan } from "../../src/plan/plan.ts";
import type { Plan } from "../../src/plan/types.ts";
import { type FleetInput, reference, small } from "./fleet.ts";

/** Names of the columns of a size that the plan breaks. */
function broken(made: Plan, sku: string): string[] {
  const choice = made.gatewayChoices.find((each) => each.sku === sku);
  return (choice?.columns ?? []).filter(({ holds }) => !holds).map(({ what }) => what);
}

const personal = (desks: number, more: Partial<FleetInput> = {}) =>
  plan(small(desks, [{ id: "a", name: "A", pools: [{ id: "p", share: 1, kind: "personal", class: "medium" }] }], more));

test("the reference fleet breaks one column of VpnGw4AZ, people at once, and gets VpnGw5AZ", () => {
  const surge = plan(reference());
  assert.deepEqual(broken(surge, "VpnGw4AZ"), ["people at once"]);
  const choice = surge.gatewayChoices.find((each) => each.sku === "VpnGw4AZ");
  assert.deepEqual(choice?.columns, [
    { what: "people at once", demand: 6671, limit: 5000, holds: false },
    { what: "VMs", demand: 3859, limit: 4400, holds: true },
    { what: "tunnels", demand: 18, limit: 100, holds: true },
    { what: "Mb/s in all", demand: 3860.5, limit: 5000, holds: true },
    { what: "Mb/s a tunnel", demand: 1000, limit: 2300, holds: true },
  ]);
  assert.deepEqual(broken(surge, "VpnGw5AZ"), []);
  assert.equal(surge.gateways[0]?.sku, "VpnGw5AZ");
});

test("the reference fleet today gets VpnGw4AZ", () => {
  assert.equal(plan(reference(), "today").gateways[0]?.sku, "VpnGw4AZ");
});

test("7,000 personal desks break both columns of VpnGw4AZ: people and VMs", () => {
  const made = personal(7000);
  assert.deepEqual(broken(made, "VpnGw4AZ"), ["people at once", "VMs"]);
  assert.equal(made.gateways[0]?.sku, "VpnGw5AZ");
});

test("4,000 personal desks, all at once, fit VpnGw4AZ", () => {
  assert.equal(personal(4000).gateways[0]?.sku, "VpnGw4AZ");
});

const quiet = {
  people: 0,
  vms: 0,
  subscriptions: new Map(),
  tunnels: 0,
  mbps: 0,
  fastestLink: 0,
};
const picks: readonly { of: Partial<typeof quiet>; sku: string | undefined }[] = [
  { of: {}, sku: "VpnGw1AZ" },
  { of: { people: 250 }, sku: "VpnGw1AZ" },
  { of: { people: 251 }, sku: "VpnGw2AZ" },
  { of: { people: 501 }, sku: "VpnGw3AZ" },
  { of: { people: 1001 }, sku: "VpnGw4AZ" },
  { of: { people: 5001 }, sku: "VpnGw5AZ" },
  { of: { people: 10_001 }, sku: undefined },
  { of: { vms: 1001 }, sku: "VpnGw2AZ" },
  { of: { vms: 2001 }, sku: "VpnGw3AZ" },
  { of: { vms: 3301 }, sku: "VpnGw4AZ" },
  { of: { vms: 4401 }, sku: "VpnGw5AZ" },
  { of: { vms: 9001 }, sku: undefined },
  { of: { tunnels: 31 }, sku: "VpnGw4AZ" },
  { of: { tunnels: 101 }, sku: undefined },
  { of: { mbps: 650.5 }, sku: "VpnGw2AZ" },
  { of: { mbps: 1250.5 }, sku: "VpnGw3AZ" },
  { of: { mbps: 2500.5 }, sku: "VpnGw4AZ" },
  { of: { mbps: 5000.5 }, sku: "VpnGw5AZ" },
  { of: { mbps: 10_000.5 }, sku: undefined },
  { of: { fastestLink: 651 }, sku: "VpnGw2AZ" },
  { of: { fastestLink: 1251 }, sku: "VpnGw3AZ" },
  { of: { fastestLink: 1501 }, sku: "VpnGw4AZ" },
  { of: { fastestLink: 2301 }, sku: undefined },
];
for (const { of, sku } of picks) {
  test(`${JSON.stringify(of)} asks for ${sku ?? "no size: Virtual WAN"}`, () => {
    const picked = weighGateways({ ...quiet, ...of }).filter((choice) => choice.picked);
    assert.deepEqual(
      picked.map((choice) => choice.sku),
      sku === undefined ? [] : [sku],
    );
  });
}

test("past every size: Virtual WAN, 500 people a scale unit, another hub past 100,000 people", () => {
  const one = personal(12_001);
  assert.deepEqual(
    one.gateways.map(({ id, sku, scaleUnits }) => [id, sku, scaleUnits]),
    [["hub", "VirtualWan", 25]],
  );
  const three = personal(250_000);
  assert.deepEqual(
    three.gateways.map(({ id, scaleUnits, instances }) => [id, scaleUnits, instances.map((each) => each.id)]),
    [
      ["hub", 167, ["hub-a", "hub-b"]],
      ["hub2", 167, ["hub2-a", "hub2-b"]],
      ["hub3", 167, ["hub3-a", "hub3-b"]],
    ],
  );
  assert.equal(three.gateways[2]?.instances[1]?.sessionsLimit, 83_334);
});

test("each instance gets its own part of the clients' range, at most a /16, and bears everybody alone", () => {
  const clients = (range: string, instances: number) =>
    personal(10, { access: { instances }, network: { desks: "10.0.0.0/9", clients: range, transit: "172.24.0.0/14" } })
      .gateways.flatMap((gateway) => gateway.instances)
      .map((instance) => [instance.id, instance.clients, instance.sessionsLimit]);
  assert.deepEqual(clients("172.16.0.0/13", 2), [
    ["hub-a", "172.16.0.0/16", 10],
    ["hub-b", "172.17.0.0/16", 10],
  ]);
  assert.deepEqual(clients("172.16.0.0/24", 3), [
    ["hub-a", "172.16.0.0/26", 10],
    ["hub-b", "172.16.0.64/26", 10],
    ["hub-c", "172.16.0.128/26", 10],
  ]);
});
