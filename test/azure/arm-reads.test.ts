import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setDrainMode } from "../../src/azure/drain.ts";
import { ArmError } from "../../src/azure/error.ts";
import { listHostPools } from "../../src/azure/host-pools.ts";
import { type MetricsQuery, readMetrics } from "../../src/azure/metrics.ts";
import { listSessionHosts } from "../../src/azure/session-hosts.ts";
import { listNetworkUsages, listVmUsages } from "../../src/azure/usages.ts";
import { listUserSessions } from "../../src/azure/user-sessions.ts";
import { readVpnHealth } from "../../src/azure/vpn-health.ts";
import { throughModel } from "../doubles/arm/models.ts";
import { type ArmDouble, startArm } from "../doubles/arm/server.ts";
import {
  clientOf,
  deskSubscription,
  forever,
  gatewayId,
  hostOf,
  hubSubscription,
  perMinute,
  poolId,
  poolOf,
  region,
  wanGatewayId,
} from "./arm-world.ts";

let arm: ArmDouble;
beforeEach(async () => {
  arm = await startArm();
  arm.state.pools = [
    poolOf("office", [hostOf("h-1", { sessions: 2 }), hostOf("h-2", { status: "Shutdown", allowNewSession: false })]),
    poolOf("elsewhere", [], hubSubscription),
  ];
});
afterEach(() => arm.close());

test("a pool's hosts: state, sessions, and the machine of each", async () => {
  const machines = `${poolId("x").split("/providers/")[0]}/providers/Microsoft.Compute/virtualMachines`;
  assert.deepEqual(await listSessionHosts(clientOf(arm), poolId("office"), forever), [
    {
      id: `${poolId("office")}/sessionHosts/h-1`,
      name: "h-1",
      machine: `${machines}/h-1`,
      status: "Available",
      sessions: 2,
      allowNewSession: true,
    },
    {
      id: `${poolId("office")}/sessionHosts/h-2`,
      name: "h-2",
      machine: `${machines}/h-2`,
      status: "Shutdown",
      sessions: 0,
      allowNewSession: false,
    },
  ]);
});

test("sessions of a pool, and of one host", async () => {
  const client = clientOf(arm);
  const brief = async (where: string) =>
    (await listUserSessions(client, where, forever)).map(({ host, person, state }) => [host, person, state]);
  const both = [
    ["h-1", "person1@example.org", "Active"],
    ["h-1", "person2@example.org", "Disconnected"],
  ];
  assert.deepEqual(await brief(poolId("office")), both);
  assert.deepEqual(await brief(`${poolId("office")}/sessionHosts/h-1`), both);
  assert.deepEqual(await brief(`${poolId("office")}/sessionHosts/h-2`), []);
});

test("drain mode is set, read back and taken back", async () => {
  const client = clientOf(arm);
  const host = `${poolId("office")}/sessionHosts/h-1`;
  const drained = await setDrainMode(client, host, true, forever);
  assert.equal(drained.allowNewSession, false);
  assert.equal(arm.state.pools[0]?.hosts[0]?.allowNewSession, false);
  assert.equal((await setDrainMode(client, host, false, forever)).allowNewSession, true);
  assert.equal(arm.bodies.length, 2);
  for (const body of arm.bodies) {
    assert.deepEqual(throughModel("arm-desktopvirtualization", "SessionHostPatch", body), body);
  }
});

test("a host that Azure did not drain is an error, whatever the status says", async () => {
  const host = `${poolId("office")}/sessionHosts/h-1`;
  const body = JSON.stringify({ id: host, name: "office/h-1", properties: { allowNewSession: true } });
  arm.fail(/^PATCH/, { status: 200, body });
  await assert.rejects(setDrainMode(clientOf(arm), host, true, forever), (error) => {
    assert.ok(error instanceof ArmError);
    assert.equal(error.message, "PATCH sessionHosts/h-1: 200 NotChanged: allowNewSession is still true");
    return true;
  });
});

test("pools of one subscription only", async () => {
  assert.deepEqual(await listHostPools(clientOf(arm), deskSubscription, forever), [
    { id: poolId("office"), name: "office", region, type: "Pooled", sessionsPerHost: 8 },
  ]);
});

test("quotas of machines and of networks, by region", async () => {
  const at = { subscription: deskSubscription, region, label: "x" };
  arm.state.usages = [
    { ...at, provider: "Microsoft.Compute", name: "cores", used: 40, limit: 350 },
    { ...at, provider: "Microsoft.Compute", name: "cores", used: 1, limit: 10, region: "westeurope" },
    { ...at, provider: "Microsoft.Network", name: "PublicIPAddresses", used: 3, limit: 1000 },
  ];
  assert.deepEqual(await listVmUsages(clientOf(arm), deskSubscription, region, forever), [
    { name: "cores", used: 40, limit: 350 },
  ]);
  assert.deepEqual(await listNetworkUsages(clientOf(arm), deskSubscription, region, forever), [
    { name: "PublicIPAddresses", used: 3, limit: 1000 },
  ]);
});

const noon = Date.parse("2026-03-02T12:00:00Z");
const people: MetricsQuery = {
  subscription: hubSubscription,
  region,
  namespace: "microsoft.network/virtualnetworkgateways",
  names: ["P2SConnectionCount"],
  aggregations: ["total"],
  grain: "PT1M",
  from: noon - 300_000,
  to: noon,
  by: ["Instance"],
  resources: [gatewayId],
};

test("a metric: one series a value of its dimension, the others added, minutes without data left out", async () => {
  arm.state.gateways = [{ id: gatewayId, region, connections: [] }];
  const at = (Instance: string, Protocol: string) => ({ Instance, Protocol });
  arm.state.metrics = [
    perMinute(noon - 60_000, "P2SConnectionCount", at("IN_0", "OpenVPN"), [4, 5]),
    perMinute(noon - 60_000, "P2SConnectionCount", at("IN_0", "IKEv2"), [10, 20]),
    perMinute(noon - 60_000, "P2SConnectionCount", at("IN_1", "OpenVPN"), [7]),
  ];
  const minute = (nth: number) => noon + nth * 60_000;
  assert.deepEqual(await readMetrics(clientOf(arm), people, forever), {
    faults: [],
    series: [
      {
        resource: gatewayId.toLowerCase(),
        metric: "P2SConnectionCount",
        dimensions: { instance: "IN_0" },
        points: [
          { at: minute(-3), values: { total: 14 } },
          { at: minute(-2), values: { total: 25 } },
        ],
      },
      {
        resource: gatewayId.toLowerCase(),
        metric: "P2SConnectionCount",
        dimensions: { instance: "IN_1" },
        points: [{ at: minute(-2), values: { total: 7 } }],
      },
    ],
  });
});

test("a metric that Azure cannot give is a fault in its words, beside what it could", async () => {
  const metric = (name: string, more: object) => ({
    id: `${gatewayId}/providers/Microsoft.Insights/metrics/${name}`,
    type: "Microsoft.Insights/metrics",
    name: { value: name },
    unit: "Count",
    timeseries: [],
    ...more,
  });
  const value = [
    metric("P2SConnectionCount", { errorCode: "Success" }),
    metric("P2SBandwidth", { errorCode: "InternalError", errorMessage: "try later" }),
  ];
  arm.fail(/getBatch/, { status: 200, body: JSON.stringify({ values: [{ starttime: "", endtime: "", value }] }) });
  assert.deepEqual(await readMetrics(clientOf(arm), people, forever), {
    series: [],
    faults: ["P2SBandwidth: InternalError: try later"],
  });
});

test("fifty resources a call, whatever the number of their tunnels", async () => {
  const resources = Array.from({ length: 51 }, (_, nth) => `${gatewayId}-${nth}`);
  arm.state.gateways = resources.map((id) => ({ id, region, connections: [] }));
  arm.state.metrics = resources.flatMap((resource) =>
    Array.from({ length: 20 }, (_, nth) =>
      perMinute(noon, "P2SConnectionCount", { Instance: `IN_${nth}`, Protocol: "OpenVPN" }, [1], resource),
    ),
  );
  const { series } = await readMetrics(clientOf(arm), { ...people, resources }, forever);
  assert.equal(series.length, 51 * 20);
  assert.equal(arm.requests.length, 2);
});

test("a question that Azure refuses is an error with its words", async () => {
  const query = { ...people, region: "westeurope" };
  arm.state.gateways = [{ id: gatewayId, region, connections: [] }];
  await assert.rejects(readMetrics(clientOf(arm), query, forever), /400 BadRequest: .* is not in region westeurope/);
});

for (const id of [gatewayId, wanGatewayId]) {
  test(`people at ${id.split("/").at(-2)}: asked of the gateway itself, which takes its time`, async () => {
    const connections = ["10.96.0.2", "10.96.0.3"].map((address) => ({ person: "person@example.org", address }));
    arm.state.gateways = [{ id, region, connections }];
    assert.deepEqual(await readVpnHealth(clientOf(arm), id, forever), { connections: 2, addresses: 2 });
    assert.equal(arm.requests.length, 3);
  });
}

test("a gateway's result is fetched from Resource Manager alone", async () => {
  arm.fail(/^POST/, { status: 202, headers: { location: "https://example.org/result" } });
  await assert.rejects(readVpnHealth(clientOf(arm), gatewayId, forever), /ForeignResult/);
  await assert.rejects(readVpnHealth(clientOf(arm), poolId("office"), forever), /NoSuchGateway/);
});
