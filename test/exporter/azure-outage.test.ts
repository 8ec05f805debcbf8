import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { deskSubscription, gatewayId, hostOf, hubSubscription, perMinute, poolOf, region } from "../azure/arm-world.ts";
import { until } from "../watch/until.ts";
import { AzureScene, azureInventory } from "./azure-world.ts";

/** What one sees of the fleet when Azure does not answer: figures that say their age, then none; never a fresh lie. */

let scene: AzureScene;
beforeEach(async () => {
  scene = await AzureScene.start({ ...azureInventory(), links: [] });
  const { state } = scene.arm;
  state.pools = [
    poolOf("office", [hostOf("h-1", { sessions: 5 })]),
    poolOf("lab", [hostOf("p-1", { sessions: 1 })], hubSubscription),
  ];
  state.gateways = [{ id: gatewayId, region, connections: [] }];
  state.metrics = [people([40])];
  const usage = { provider: "Microsoft.Compute", region, label: "x", name: "cores", used: 8, limit: 350 } as const;
  state.usages = [hubSubscription, deskSubscription].map((subscription) => ({ ...usage, subscription }));
});
afterEach(() => scene.close());

const people = (values: readonly number[]) =>
  perMinute(scene.now, "P2SConnectionCount", { Instance: "IN_0", Protocol: "OpenVPN" }, values);

const sessionsOf = (pool: string) => `pool_sessions{body="torino",pool="torino/${pool}"}`;
const ageOf = (collector: string, scope: string) =>
  `collector_data_age_seconds{collector="azure-${collector}",scope="${scope}"}`;
const successOf = (collector: string) => `collector_success{collector="azure-${collector}"}`;

/** One series; undefined where the exporter does not give it. */
async function figure(name: string): Promise<number | undefined> {
  return (await scene.series(/./))[name];
}

async function becomes(name: string, value: number | undefined): Promise<void> {
  await until(`${name} = ${value}`, async () => ((await figure(name)) === value ? true : undefined));
}

async function allGood(): Promise<void> {
  for (const collector of ["gateways", "pools", "quota"]) await becomes(successOf(collector), 1);
}

const gone = { status: 503, headers: { "retry-after": "0" }, body: "" } as const;

test("Azure goes away: figures grow old in sight, then go; the rest is scraped as ever; all comes back", async () => {
  await allGood();
  assert.equal(await figure(sessionsOf("office")), 5);
  assert.equal(await figure('vpn_sessions{gateway="hub-a"}'), 40);
  assert.equal(await figure(ageOf("pools", "torino/office")), 0);
  // Azure Monitor's newest minute ended 30 seconds before.
  assert.equal(await figure(ageOf("gateways", `${hubSubscription}/${region}/people`)), 30);

  scene.arm.fail(/./, gone, 1000);
  scene.now += 120_000;
  await becomes(successOf("pools"), 0);
  await becomes(successOf("gateways"), 0);
  assert.equal(await figure(sessionsOf("office")), 5);
  assert.equal(await figure(ageOf("pools", "torino/office")), 120);
  assert.equal(await figure('vpn_sessions{gateway="hub-a"}'), 40);
  assert.equal(await figure(ageOf("gateways", `${hubSubscription}/${region}/people`)), 150);
  assert.equal(await figure(successOf("quota")), 1);
  assert.ok(scene.notes.some((note) => note.startsWith("collector azure-pools: torino/office: GET hostPools/office")));

  scene.now += 181_000;
  await becomes(sessionsOf("office"), undefined);
  assert.equal(await figure('pool_hosts{body="torino",pool="torino/office",state="available"}'), undefined);
  assert.equal(await figure(ageOf("pools", "torino/office")), 301);
  assert.equal(await figure('vpn_sessions{gateway="hub-a"}'), 40);

  scene.now += 600_000;
  await becomes('vpn_sessions{gateway="hub-a"}', undefined);
  await becomes(successOf("quota"), 0);
  assert.equal(
    await figure(`quota_vcpus_used{subscription="${hubSubscription}",region="${region}",family="cores"}`),
    8,
  );
  assert.equal(await figure('vpn_sessions_limit{gateway="hub-a"}'), 100);
  assert.equal(await figure('collector_success{collector="links"}'), 1);
  assert.equal(await figure('gateway_up{gateway="hub-a",vantage="public"}'), 0);

  scene.arm.mend();
  scene.now += 61_000;
  scene.arm.state.metrics = [people([41])];
  await allGood();
  assert.equal(await figure(sessionsOf("office")), 5);
  assert.equal(await figure('vpn_sessions{gateway="hub-a"}'), 41);
  assert.equal(await figure(ageOf("pools", "torino/office")), 0);
  assert.ok(scene.notes.includes("collector azure-pools works again"));
});

test("a subscription that refuses costs its own figures only", async () => {
  const refusal = JSON.stringify({ error: { code: "AuthorizationFailed", message: "does not have authorization" } });
  scene.arm.fail(new RegExp(`GET /subscriptions/${deskSubscription}`), { status: 403, body: refusal }, 1000);
  await becomes(sessionsOf("lab"), 1);
  await becomes(`quota_vcpus_limit{subscription="${hubSubscription}",region="${region}",family="cores"}`, 350);
  await until("both refusals", () =>
    scene.notes.filter((note) => note.includes("403")).length >= 2 ? true : undefined,
  );
  const found = await scene.series(/^(pool_sessions|quota_vcpus_limit|collector_success\{collector="azure)/);
  assert.deepEqual(found, {
    [`quota_vcpus_limit{subscription="${hubSubscription}",region="${region}",family="cores"}`]: 350,
    [sessionsOf("lab")]: 1,
    [successOf("gateways")]: 1,
    [successOf("pools")]: 0,
    [successOf("quota")]: 0,
    [successOf("reads")]: 1,
  });
});

test("Azure Monitor has no data: the gateway has no figure, and the collector says so", async () => {
  scene.arm.state.metrics = [];
  const words = "hub: Azure Monitor has no data of the last 15 minutes";
  await until("the note", async () => {
    await scene.scrape();
    return scene.notes.some((note) => note.startsWith("collector azure-gateways") && note.endsWith(words))
      ? true
      : undefined;
  });
  assert.equal(await figure('vpn_sessions{gateway="hub-a"}'), undefined);
  assert.equal(await figure(successOf("gateways")), 0);
});

test("Azure Monitor lags: the last minute that it knows is served with its age", async () => {
  scene.arm.state.metrics = [people([7, 8])];
  scene.now += 240_000;
  await becomes('vpn_sessions{gateway="hub-a"}', 8);
  assert.equal(await figure(ageOf("gateways", `${hubSubscription}/${region}/people`)), 270);
});

test("Azure never answers: scrapes do, each time, with all else", async () => {
  scene.arm.fail(/./, "hang", 1000);
  for (let nth = 0; nth < 3; nth += 1) {
    const found = await scene.series(/^(collector_success|gateway_up|pool_sessions)/);
    assert.equal(found[successOf("pools")], 0);
    assert.equal(found['collector_success{collector="links"}'], 1);
    assert.equal(found[sessionsOf("office")], undefined);
  }
  // One request a source, however many scrapes.
  assert.equal(scene.arm.requests.length, 5);
  assert.ok(scene.notes.some((note) => note.includes("torino/office: no figures yet")));
});

test("a storm of 429: Azure is left alone for as long as it asked", async () => {
  scene.arm.state.reads.set(deskSubscription, 0);
  await becomes(sessionsOf("lab"), 1);
  await until("the refusal", () => (scene.notes.some((note) => note.includes("429")) ? true : undefined));
  const asked = () => scene.arm.requests.filter((line) => line.includes(deskSubscription)).length;
  const before = asked();
  scene.now += 61_000;
  await becomes(ageOf("pools", "torino/lab"), 0);
  await scene.scrape();
  // Seventeen seconds of the client's own clock are not over.
  assert.equal(asked(), before);
});

test("a pool that leaves the inventory takes its figures along at once", async () => {
  await allGood();
  const inventory = azureInventory();
  const rest = inventory.azure?.pools.filter(({ id }) => id !== "torino/office") ?? [];
  scene.write({ ...azureInventory({ pools: rest }), links: [] });
  await becomes(sessionsOf("office"), undefined);
  assert.equal(await figure(ageOf("pools", "torino/office")), undefined);
  assert.equal(await figure(sessionsOf("lab")), 1);
});
