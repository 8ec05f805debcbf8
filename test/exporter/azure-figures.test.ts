import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import {
  deskSubscription,
  gatewayId,
  hostOf,
  hubSubscription,
  perMinute,
  poolOf,
  region,
  wanGatewayId,
} from "../azure/arm-world.ts";
import { collecting } from "../../src/plan/limits.ts";
import { readsPerMinute } from "../../src/plan/proof/azure.ts";
import type { MetricState } from "../doubles/arm/state.ts";
import { until } from "../watch/until.ts";
import { AzureScene, azureInventory } from "./azure-world.ts";

let scene: AzureScene;
/** What Azure says of both lines, where a test does not care. */
let lines: readonly MetricState[];
beforeEach(async () => {
  scene = await AzureScene.start(azureInventory());
  const { state } = scene.arm;
  const at = scene.now - 300_000;
  lines = [
    perMinute(at, "MmsaCount", { ConnectionName: "torino-hall-fibre", RemoteIP: "203.0.113.9", Instance: "IN_0" }, [1]),
    perMinute(at, "BgpPeerStatus", { BgpPeerAddress: "10.112.0.6", Instance: "IN_0" }, [1]),
  ];
  state.pools = [poolOf("office", []), poolOf("lab", [], hubSubscription)];
  state.gateways = [{ id: gatewayId, region, connections: [] }];
  const usage = { provider: "Microsoft.Compute", region, label: "x", name: "cores", used: 0, limit: 350 } as const;
  state.usages = [hubSubscription, deskSubscription].map((subscription) => ({ ...usage, subscription }));
  state.metrics = [people("GatewayTenantWorker_IN_0", [0]), ...lines];
});
afterEach(() => scene.close());

function people(Instance: string, values: readonly number[], behindMs = 0): MetricState {
  return perMinute(scene.now - behindMs, "P2SConnectionCount", { Instance, Protocol: "OpenVPN" }, values);
}

const success = /^collector_success\{collector="azure/;
const allGood = {
  'collector_success{collector="azure-gateways"}': 1,
  'collector_success{collector="azure-pools"}': 1,
  'collector_success{collector="azure-quota"}': 1,
  'collector_success{collector="azure-reads"}': 1,
};

/** Scrapes until a line is there: the first scrape may come before Azure's answer. */
async function when(pattern: RegExp): Promise<Readonly<Record<string, number>>> {
  return until(String(pattern), async () => {
    const found = await scene.series(pattern);
    return Object.keys(found).length === 0 ? undefined : found;
  });
}

test("hosts by state, sessions and room of each pool", async () => {
  scene.arm.state.pools = [
    poolOf("office", [
      hostOf("h-1", { sessions: 8 }),
      hostOf("h-2", { sessions: 3, status: "NeedsAssistance" }),
      hostOf("h-3", { sessions: 2, allowNewSession: false }),
      hostOf("h-4", { status: "Shutdown" }),
      hostOf("h-5", { status: "Shutdown", allowNewSession: false }),
      hostOf("h-6", { status: "Upgrading" }),
      hostOf("h-7", { status: "NoHeartbeat" }),
      hostOf("h-8", { status: "SomethingNew" }),
    ]),
    poolOf("lab", [hostOf("p-1", { sessions: 1 })], hubSubscription),
  ];
  const office = 'body="torino",pool="torino/office"';
  const lab = 'body="torino",pool="torino/lab"';
  assert.deepEqual(await when(/^pool_(sessions|session_capacity|hosts)/), {
    [`pool_sessions{${office}}`]: 13,
    [`pool_sessions{${lab}}`]: 1,
    // Two hosts with 8 seats each, one that starts on demand, and the draining one's two people.
    [`pool_session_capacity{${office}}`]: 26,
    [`pool_session_capacity{${lab}}`]: 1,
    [`pool_hosts{${office},state="available"}`]: 2,
    [`pool_hosts{${office},state="draining"}`]: 1,
    [`pool_hosts{${office},state="shutdown"}`]: 2,
    [`pool_hosts{${office},state="upgrading"}`]: 1,
    [`pool_hosts{${office},state="unavailable"}`]: 2,
    [`pool_hosts{${lab},state="available"}`]: 1,
    [`pool_hosts{${lab},state="draining"}`]: 0,
    [`pool_hosts{${lab},state="shutdown"}`]: 0,
    [`pool_hosts{${lab},state="upgrading"}`]: 0,
    [`pool_hosts{${lab},state="unavailable"}`]: 0,
  });
});

test("people at each instance of the gateway, their bandwidth, and the plan's limit", async () => {
  const bandwidth = (Instance: string, values: readonly number[]) =>
    perMinute(scene.now, "P2SBandwidth", { Instance }, values);
  scene.arm.state.metrics = [
    people("GatewayTenantWorker_IN_0", [1, 2, 1800]),
    perMinute(scene.now, "P2SConnectionCount", { Instance: "GatewayTenantWorker_IN_0", Protocol: "IKEv2" }, [200]),
    people("GatewayTenantWorker_IN_1", [1950]),
    bandwidth("GatewayTenantWorker_IN_0", [1e8]),
    bandwidth("GatewayTenantWorker_IN_1", [2e8]),
    ...lines,
  ];
  await when(/^vpn_sessions\{/);
  assert.deepEqual(await scene.series(/^vpn_/), {
    'vpn_sessions{gateway="hub-a"}': 2000,
    'vpn_sessions{gateway="hub-b"}': 1950,
    'vpn_bandwidth_bytes_per_second{gateway="hub-a"}': 1e8,
    'vpn_bandwidth_bytes_per_second{gateway="hub-b"}': 2e8,
    'vpn_sessions_limit{gateway="hub-a"}': 100,
    'vpn_sessions_limit{gateway="hub-b"}': 100,
  });
  assert.deepEqual(await scene.series(success), allGood);
});

test("an instance that has fallen silent gives no old figure beside its twin's new one", async () => {
  scene.arm.state.metrics = [
    people("GatewayTenantWorker_IN_0", [900], 240_000),
    people("GatewayTenantWorker_IN_1", [1950]),
  ];
  assert.deepEqual(await when(/^vpn_sessions\{/), { 'vpn_sessions{gateway="hub-b"}': 1950 });
});

test("an instance that the plan does not know counts under its gateway", async () => {
  scene.arm.state.metrics = [people("GatewayTenantWorker_IN_0", [5]), people("GatewayTenantWorker_IN_7", [9])];
  const found = await when(/^vpn_sessions\{/);
  assert.deepEqual(found, { 'vpn_sessions{gateway="hub-a"}': 5, 'vpn_sessions{gateway="hub"}': 9 });
});

test("a Virtual WAN's gateway for people is asked for people alone", async () => {
  scene.arm.state.gateways.push({ id: wanGatewayId, region, connections: [] });
  scene.arm.state.metrics = [
    perMinute(scene.now, "P2SConnectionCount", { Instance: "Instance_0", Protocol: "OpenVPN" }, [77], wanGatewayId),
  ];
  scene.write(azureInventory({ gateways: [{ id: "hub", resourceId: wanGatewayId, region }] }));
  assert.deepEqual(await when(/^vpn_sessions\{gateway="hub-a"\} 77/), { 'vpn_sessions{gateway="hub-a"}': 77 });
  const asked = scene.arm.requests.filter((line) => line.includes("p2svpngateways"));
  assert.equal(asked.length, 1);
});

test("the cloud's word on each line: security associations and route, a link that it says nothing of has none", async () => {
  const tunnel = (metric: "MmsaCount" | "QmsaCount", ConnectionName: string, value: number) =>
    perMinute(scene.now - 300_000, metric, { ConnectionName, RemoteIP: "203.0.113.9", Instance: "IN_0" }, [value]);
  const peer = (BgpPeerAddress: string, Instance: string, value: number) =>
    perMinute(scene.now - 300_000, "BgpPeerStatus", { BgpPeerAddress, Instance }, [value]);
  scene.arm.state.metrics = [
    people("GatewayTenantWorker_IN_0", [0]),
    tunnel("MmsaCount", "torino-hall-fibre", 1),
    tunnel("QmsaCount", "torino-hall-fibre", 0),
    tunnel("MmsaCount", "somebody-elses", 1),
    // The twin that does not bear the line says 0 of its peer.
    peer("10.112.0.6", "IN_0", 1),
    peer("10.112.0.6", "IN_1", 0),
    peer("10.112.0.14", "IN_1", 0),
  ];
  const line = (name: string, gateway: string, layer: string) =>
    `link_state{body="torino",site="torino/hall",gateway="${gateway}",link="torino/hall/${name}",vantage="cloud",layer="${layer}"}`;
  await when(/^link_state.*"sa"/);
  await when(/^link_state.*"route"/);
  assert.deepEqual(await scene.series(/^link_state/), {
    [line("fibre", "hub-a", "sa")]: 1,
    [line("fibre", "hub-a", "child")]: 0,
    [line("fibre", "hub-a", "route")]: 1,
    [line("radio", "hub-b", "route")]: 0,
  });
  // The prober alone says whether a line is up.
  assert.deepEqual([...new Set(Object.values(await scene.series(/^link_up/)))], [0]);
});

test("vCPUs by subscription, region and family in use, and the region's whole", async () => {
  const at = { provider: "Microsoft.Compute", subscription: deskSubscription, region, label: "x" } as const;
  scene.arm.state.usages.push(
    { ...at, name: "standardDSv5Family", used: 3200, limit: 4000 },
    { ...at, name: "standardFSv2Family", used: 0, limit: 10 },
    { ...at, name: "virtualMachines", used: 800, limit: 25_000 },
  );
  await when(/^quota_vcpus_used/);
  const place = (subscription: string, family: string) =>
    `{subscription="${subscription}",region="${region}",family="${family}"}`;
  assert.deepEqual(await scene.series(/^quota_/), {
    [`quota_vcpus_used${place(hubSubscription, "cores")}`]: 0,
    [`quota_vcpus_used${place(deskSubscription, "cores")}`]: 0,
    [`quota_vcpus_used${place(deskSubscription, "standardDSv5Family")}`]: 3200,
    [`quota_vcpus_limit${place(hubSubscription, "cores")}`]: 350,
    [`quota_vcpus_limit${place(deskSubscription, "cores")}`]: 350,
    [`quota_vcpus_limit${place(deskSubscription, "standardDSv5Family")}`]: 4000,
  });
});

test("reads left of each subscription, as Azure last said", async () => {
  scene.arm.state.reads.set(deskSubscription, 100);
  await when(/^arm_reads/);
  await when(/^quota_vcpus_used/);
  await when(/^pool_sessions/);
  const found = await scene.series(/^arm_reads/);
  // One for the pool's hosts and one for the quota.
  assert.equal(found[`arm_reads_remaining{subscription="${deskSubscription}",scope="principal"}`], 98);
  assert.equal(found[`arm_reads_remaining{subscription="${deskSubscription}",scope="all"}`], 3598);
});

test("as many calls for thousands of hosts as for few: one list a pool, and none between its times", async () => {
  scene.arm.state.pageSize = 5000;
  scene.arm.state.pools = [
    poolOf(
      "office",
      Array.from({ length: 2000 }, (_, nth) => hostOf(`h-${nth}`, { sessions: 1 })),
    ),
    poolOf("lab", [], hubSubscription),
  ];
  await when(/^pool_sessions.*office.* 2000$/);
  await when(/^quota_vcpus_used/);
  await when(/^vpn_sessions\{/);
  for (let nth = 0; nth < 5; nth += 1) await scene.scrape();
  const kinds = scene.arm.requests.map((line) => line.replace(/\?.*/, "").split("/").at(-1) ?? "").toSorted();
  const once = ["metrics:getBatch", "metrics:getBatch", "metrics:getBatch", "sessionHosts", "sessionHosts"];
  assert.deepEqual(kinds, [...once, "usages", "usages"]);
  scene.now += 61_000;
  await until("the next round", async () => {
    await scene.scrape();
    return scene.arm.requests.length === 12 ? true : undefined;
  });
});

test("a gateway that no line ends at is not asked about lines", async () => {
  scene.write({ ...azureInventory(), links: [] });
  await until("the inventory", () => (scene.notes.some((note) => note.includes("0 links")) ? true : undefined));
  scene.arm.state.metrics = [people("GatewayTenantWorker_IN_0", [3])];
  await when(/^vpn_sessions\{gateway="hub-a"\} 3/);
  assert.deepEqual(await scene.series(success), allGood);
});

test("in the lab, and without a way to ask, nothing is asked and nothing is said of Azure", async () => {
  await scene.close();
  const { azure: _, ...base } = azureInventory();
  for (const [inventory, asksAzure] of [
    [{ ...base, target: "lab" }, true],
    [azureInventory(), false],
  ] as const) {
    scene = await AzureScene.start(inventory, { asksAzure });
    const text = await scene.scrape();
    assert.doesNotMatch(text, /azure|pool_sessions|quota_|arm_reads|data_age/);
    assert.match(text, /deskbridge_vpn_sessions_limit\{gateway="hub-b"\} 100/);
    assert.deepEqual(scene.arm.requests, []);
    if (asksAzure) await scene.close();
  }
});

test("Azure is read as often as the plan counts: a list a pool each minute, quotas each ten", async () => {
  const asked = (what: RegExp): number => scene.arm.requests.filter((line) => what.test(line)).length;
  const [pools, quotas] = [/sessionHosts/, /usages/];
  const minutes = collecting.quotaSeconds / 60;
  for (let minute = 1; minute <= minutes; minute += 1) {
    await scene.scrape();
    await until(`minute ${minute}`, () => Promise.resolve(asked(pools) >= 2 * minute || undefined));
    scene.now += 60_000;
  }
  // Two subscriptions, each with one pool that has one page.
  assert.deepEqual([asked(pools), asked(quotas)], [2 * minutes, 2]);
  const other = scene.arm.requests.filter(
    (line) => ![pools, quotas, /metrics:getBatch/].some((each) => each.test(line)),
  );
  assert.deepEqual(other, []);
  const perMinute = (asked(pools) + asked(quotas)) / 2 / minutes;
  assert.equal(readsPerMinute([1]), Math.ceil(perMinute));
});
