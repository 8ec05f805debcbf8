import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Package, throughModel } from "../doubles/arm/models.ts";
import { type ArmDouble, startArm } from "../doubles/arm/server.ts";
import {
  deskSubscription,
  gatewayId,
  hostOf,
  hubSubscription,
  perMinute,
  poolId,
  poolOf,
  region,
  wanGatewayId,
} from "./arm-world.ts";

/** What the double answers is what Microsoft's own models say that Azure answers. */

let arm: ArmDouble;
before(async () => {
  arm = await startArm();
  arm.state.pageSize = 1;
  arm.state.pools = [poolOf("office", [hostOf("h-1", { sessions: 2 }), hostOf("h-2")]), poolOf("lab", [])];
  for (const provider of ["Microsoft.Compute", "Microsoft.Network"] as const) {
    for (const name of ["cores", "standardDSv5Family"]) {
      arm.state.usages.push({
        provider,
        subscription: deskSubscription,
        region,
        name,
        label: name,
        used: 16,
        limit: 350,
      });
    }
  }
  arm.state.gateways = [gatewayId, wanGatewayId].map((id) => ({
    id,
    region,
    connections: [{ person: "person@example.org", address: "10.96.0.2" }],
  }));
  const instance = { Protocol: "OpenVPN", Instance: "GatewayTenantWorker_IN_0" };
  arm.state.metrics = [perMinute(Date.now(), "P2SConnectionCount", instance, [4, 5])];
});
after(() => arm.close());

async function ask(path: string, init: RequestInit = {}): Promise<{ headers: Headers; body: Record<string, unknown> }> {
  const service = path.includes("metrics:getBatch") ? arm.cloud.metrics : arm.cloud.management;
  const url = path.startsWith("http") ? path : service.url.replace("{region}", region) + path;
  const response = await fetch(url, {
    ...init,
    headers: { authorization: `Bearer ${arm.token(service.scope)}`, "content-type": "application/json" },
  });
  return { headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}

const lists: readonly (readonly [string, Package, string, string])[] = [
  [
    "a pool's hosts",
    "arm-desktopvirtualization",
    "SessionHostList",
    `${poolId("office")}/sessionHosts?api-version=2024-04-03`,
  ],
  [
    "a pool's sessions",
    "arm-desktopvirtualization",
    "UserSessionList",
    `${poolId("office")}/userSessions?api-version=2024-04-03`,
  ],
  [
    "a subscription's pools",
    "arm-desktopvirtualization",
    "HostPoolList",
    `/subscriptions/${deskSubscription}/providers/Microsoft.DesktopVirtualization/hostPools?api-version=2024-04-03`,
  ],
  [
    "vCPUs",
    "arm-compute",
    "ListUsagesResult",
    `/subscriptions/${deskSubscription}/providers/Microsoft.Compute/locations/${region}/usages?api-version=2025-04-01`,
  ],
  [
    "networks",
    "arm-network",
    "UsagesListResult",
    `/subscriptions/${deskSubscription}/providers/Microsoft.Network/locations/${region}/usages?api-version=2025-05-01`,
  ],
];

for (const [what, name, model, path] of lists) {
  test(`${what}: a page with another after it is ${model} of @azure/${name}`, async () => {
    const { body } = await ask(path);
    assert.equal(typeof body["nextLink"], "string");
    assert.deepEqual(throughModel(name, model, body), body);
  });
}

test("a changed host is SessionHost of @azure/arm-desktopvirtualization", async () => {
  const patch = { method: "PATCH", body: JSON.stringify({ properties: { allowNewSession: false } }) };
  const { body } = await ask(`${poolId("office")}/sessionHosts/h-2?api-version=2024-04-03`, patch);
  assert.deepEqual(throughModel("arm-desktopvirtualization", "SessionHost", body), body);
});

test("a machine's tags are TagsResource of @azure/arm-resources, and so is what they are changed by", async () => {
  const change = { operation: "Merge", properties: { tags: { owner: "the office" } } };
  assert.deepEqual(throughModel("arm-resources", "TagsPatchResource", change), change);
  const machine = `${poolId("office").split("/providers/")[0]}/providers/Microsoft.Compute/virtualMachines/h-2`;
  const path = `${machine}/providers/Microsoft.Resources/tags/default?api-version=2025-03-01`;
  const { body } = await ask(path, { method: "PATCH", body: JSON.stringify(change) });
  assert.deepEqual(body["properties"], { tags: { owner: "the office" } });
  assert.deepEqual(throughModel("arm-resources", "TagsResource", body), body);
});

for (const [id, operation, model] of [
  [gatewayId, "getVpnClientConnectionHealth", "VpnClientConnectionHealthDetailListResult"],
  [wanGatewayId, "getP2sVpnConnectionHealth", "P2SVpnGateway"],
] as const) {
  test(`a gateway's people are ${model} of @azure/arm-network`, async () => {
    const { headers } = await ask(`${id}/${operation}?api-version=2025-05-01`, { method: "POST" });
    const location = headers.get("location") ?? "";
    await ask(location);
    const { body } = await ask(location);
    assert.deepEqual(throughModel("arm-network", model, body), body);
  });
}

test("an error is CloudError of @azure/arm-desktopvirtualization", async () => {
  const { body } = await ask(`${poolId("none")}/sessionHosts?api-version=2024-04-03`);
  assert.deepEqual(throughModel("arm-desktopvirtualization", "CloudError", body), body);
});

test("each metric of a batch is Metric of @azure/arm-monitor, in the envelope that the data plane's spec has", async () => {
  const query = new URLSearchParams({
    "api-version": "2024-02-01",
    metricnamespace: "microsoft.network/virtualnetworkgateways",
    metricnames: "P2SConnectionCount,P2SBandwidth",
    aggregation: "total,average",
    interval: "PT1M",
    starttime: new Date(Date.now() - 300_000).toISOString(),
    endtime: new Date().toISOString(),
    filter: "Instance eq '*'",
    top: "1000",
  });
  const { body } = await ask(`/subscriptions/${hubSubscription}/metrics:getBatch?${query.toString()}`, {
    method: "POST",
    body: JSON.stringify({ resourceids: [gatewayId] }),
  });
  const answers = body["values"] as Record<string, unknown>[];
  assert.deepEqual(Object.keys(body), ["values"]);
  // MetricResultsResponseValuesItem, properties in the spec's order.
  const known = ["endtime", "interval", "namespace", "resourceid", "resourceregion", "starttime", "value"];
  assert.deepEqual(Object.keys(answers[0] ?? {}).toSorted(), known);
  const metrics = answers.flatMap(({ value }) => value as { timeseries: { data: unknown[] }[] }[]);
  assert.equal(metrics.length, 2);
  assert.ok(metrics[0]?.timeseries[0]?.data.some((point) => Object.keys(point as object).length > 1));
  for (const metric of metrics) assert.deepEqual(throughModel("arm-monitor", "Metric", metric), metric);
});

test("a wrong shape is seen: another type, another name, one that is missing", () => {
  const through = (answer: unknown) => throughModel("arm-compute", "Usage", answer);
  const good = { unit: "Count", currentValue: 1, limit: 2, name: { value: "cores", localizedValue: "Cores" } };
  assert.deepEqual(through(good), good);
  assert.throws(() => through({ ...good, limit: "two" }), /limit with value .* must be of type number/);
  assert.throws(() => through({ unit: "Count", currentValue: 1, name: {} }), /limit cannot be null or undefined/);
  const renamed = { ...good, name: { value: "cores", label: "Cores" } };
  assert.notDeepEqual(through(renamed), renamed);
});
