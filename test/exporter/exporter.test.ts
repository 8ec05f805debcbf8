import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { startExporter } from "../../src/exporter/exporter.ts";
import { madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";
import { captured } from "./gateways/captured.ts";
import {
  fleet,
  paths,
  writeInventory,
  start,
  get,
  value,
  reporter,
  run,
  links,
  tellAll,
  folder,
  notes,
  probers,
} from "./world.ts";
import { wordsOf } from "./wallboard/words.ts";

const fibre =
  'deskbridge_link_up{body="torino",site="torino/hall",gateway="hub-a",link="torino/hall/fibre",vantage="hub"}';
const radio =
  'deskbridge_link_up{body="torino",site="torino/hall",gateway="hub-b",link="torino/hall/radio",vantage="hub"}';

test("serves what the probers see, each target with its own 0 or 1", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  const { text } = await get("/metrics");
  const told = text.split("\n").filter((line) => /^deskbridge_(\w+_up|desks_|inventory|probe_last|host_)/.test(line));
  assert.deepEqual(told, [
    `${fibre} 1`,
    `${radio} 0`,
    'deskbridge_site_up{body="torino",site="torino/hall",vantage="hub"} 1',
    'deskbridge_gateway_up{gateway="hub-a",vantage="public"} 1',
    'deskbridge_gateway_up{gateway="hub-b",vantage="public"} 0',
    'deskbridge_probe_last_run_timestamp_seconds{kind="link",vantage="hub",shard="1"} 1000',
    'deskbridge_probe_last_run_timestamp_seconds{kind="site",vantage="hub",shard="1"} 1001',
    'deskbridge_probe_last_run_timestamp_seconds{kind="host",vantage="hub",shard="1"} 1002',
    'deskbridge_probe_last_run_timestamp_seconds{kind="gateway",vantage="public",shard="1"} 1003',
    'deskbridge_host_up{body="torino",pool="torino/office",host="h-1",vantage="hub"} 1',
    'deskbridge_host_up{body="torino",pool="torino/office",host="h-2",vantage="hub"} 0',
    'deskbridge_host_rtt_seconds{body="torino",pool="torino/office",host="h-1",vantage="hub"} 0.004',
    'deskbridge_host_rtt_seconds{body="torino",pool="torino/office",host="h-2",vantage="hub"} 0.004',
    'deskbridge_host_transitions_total{body="torino",pool="torino/office",host="h-1",vantage="hub"} 1',
    'deskbridge_host_transitions_total{body="torino",pool="torino/office",host="h-2",vantage="hub"} 1',
    'deskbridge_desk_up{body="torino",pool="torino/office",desk="desk-h-1",vantage="hub"} 1',
    'deskbridge_desk_up{body="torino",pool="torino/office",desk="desk-h-2",vantage="hub"} 0',
    'deskbridge_inventory_targets{body="",kind="gateway",shard="1"} 2',
    'deskbridge_inventory_targets{body="",kind="service",shard="1"} 0',
    'deskbridge_inventory_targets{body="torino",kind="site",shard="1"} 1',
    'deskbridge_inventory_targets{body="torino",kind="link",shard="1"} 2',
    'deskbridge_inventory_targets{body="torino",kind="host",shard="1"} 2',
    'deskbridge_inventory_targets{body="torino",kind="desk",shard="1"} 2',
    'deskbridge_desks_remotized{body="torino",stage="surge",shard="1"} 2',
    'deskbridge_desks_target{body="torino",stage="today"} 1',
    'deskbridge_desks_target{body="torino",stage="surge"} 3',
  ]);
  assert.equal(await value('deskbridge_vpn_sessions_limit{gateway="hub-a"}'), 100);
  for (const name of ["links", "hosts", "inventory", "openvpn"]) {
    assert.equal(await value(`deskbridge_collector_success{collector="${name}"}`), 1, name);
  }
});

test("/metrics/links has lines, sites, gateways and how the probing goes, nothing else", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  const { text } = await get("/metrics/links");
  const families = text.split("\n").flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(families, [
    "deskbridge_shards",
    "deskbridge_probers",
    "deskbridge_link_info",
    "deskbridge_link_up",
    "deskbridge_site_up",
    "deskbridge_gateway_up",
    "deskbridge_gateway_unprobed",
    "deskbridge_link_probe_attempts_total",
    "deskbridge_link_probe_failures_total",
    "deskbridge_link_probe_rtt_seconds",
    "deskbridge_probe_last_run_timestamp_seconds",
    "deskbridge_probe_interval_seconds",
    "deskbridge_probe_lag_seconds",
    "deskbridge_probe_coverage_ratio",
    "deskbridge_vantage_up",
  ]);
  assert.equal(await value(fibre.replace("link_up", "link_probe_failures_total"), "/metrics/links"), 2);
  assert.match(
    text,
    /link_info\{body="torino",site="torino\/hall",gateway="hub-a",link="torino\/hall\/fibre",carrier="carrier-a",critical="false"\} 1\n/,
  );
});

test("not ready, and no scrape, before each target had its first verdict; it says what is missing", async () => {
  await start();
  assert.deepEqual(await get("/-/ready"), { status: 503, text: "not ready: no inventory yet\n" });
  writeInventory(fleet);
  const hub = await reporter("hub");
  hub(links(1, null));
  await until("the links' verdict", async () =>
    (await get("/-/ready")).text.includes("1 of 2 links") ? true : undefined,
  );
  const quick = { headers: { "x-prometheus-scrape-timeout-seconds": "0.1" } };
  const missing =
    "1 of 2 links without a first verdict (prober at hub); 1 of 1 sites without a first verdict (prober at hub); " +
    "2 of 2 hosts without a first verdict (prober at hub); 2 of 2 gateways without a first verdict (prober at public)\n";
  assert.deepEqual(await get("/metrics/links", quick), { status: 503, text: `starting: ${missing}` });
  assert.deepEqual(await get("/-/ready"), { status: 503, text: `not ready: ${missing}` });
  assert.deepEqual(await get("/-/healthy"), { status: 200, text: "healthy\n" });
});

test("a scrape that comes first waits for the verdicts instead of telling zeros", async () => {
  writeInventory(fleet);
  await start();
  const scrape = value(fibre, "/metrics/links");
  await tellAll();
  assert.equal(await scrape, 1);
});

test("with no prober at all every target is 0 in the end, and its last run says never", async () => {
  writeInventory(fleet);
  await start();
  assert.equal(await value(fibre, "/metrics/links"), 0);
  assert.equal(await value('deskbridge_probe_last_run_timestamp_seconds{kind="link",vantage="hub",shard="1"}'), 0);
  assert.equal(await value('deskbridge_desk_up{body="torino",pool="torino/office",desk="desk-h-1",vantage="hub"}'), 0);
});

test("a prober that dies, and one that comes back without verdicts, take nothing back", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  for (const prober of probers) prober.destroy();
  await until("the hang-up", () => (notes.includes("the prober at hub hung up") ? true : undefined));
  assert.equal(await value(fibre), 1);
  assert.equal(await value('deskbridge_probe_last_run_timestamp_seconds{kind="link",vantage="hub",shard="1"}'), 1000);
  const hub = await reporter("hub");
  hub(links(null, null), run("link", 2000));
  await until("the new prober's run", async () =>
    (await value('deskbridge_probe_last_run_timestamp_seconds{kind="link",vantage="hub",shard="1"}')) === 2000
      ? true
      : undefined,
  );
  assert.deepEqual([await value(fibre), await value(radio)], [1, 0]);
  hub(links(0, 1), run("link", 2001));
  await until("its verdicts", async () => ((await value(fibre)) === 0 ? true : undefined));
  assert.equal(await value(radio), 1);
});

test("an inventory that changes adds targets as 0 and removes others, with their series", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  const more = madeInventory({
    hosts: [
      { name: "h-2", address: "10.64.0.2" },
      { name: "h-3", address: "10.64.0.3" },
    ],
  });
  writeInventory({ ...fleet, links: fleet.links.slice(0, 1), hosts: more.hosts, desks: more.desks });
  const added = 'deskbridge_host_up{body="torino",pool="torino/office",host="h-3",vantage="hub"}';
  assert.equal(await until("the new host", () => value(added)), 0);
  assert.equal(await value(added.replace("h-3", "h-1")), undefined);
  assert.deepEqual([await value(fibre), await value(radio)], [1, undefined]);
  assert.equal((await get("/-/ready")).status, 200, "a new target is no reason to be unready");
});

test("a target that left and comes back has no old verdict", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  writeInventory({ ...fleet, links: fleet.links.slice(1) });
  await until("the line to go", async () => ((await value(fibre)) === undefined ? true : undefined));
  writeInventory(fleet);
  assert.equal(await until("the line to come back", () => value(fibre)), 0);
});

test("an inventory that breaks is told as a failed collector; the last good one stays", async () => {
  writeInventory(fleet);
  await start();
  await tellAll();
  writeFileSync(paths().inventory, "{");
  const failed = 'deskbridge_collector_success{collector="inventory"}';
  await until("the failure", async () => ((await value(failed)) === 0 ? true : undefined));
  assert.equal(await value(fibre), 1);
  assert.equal(await value('deskbridge_inventory_targets{body="torino",kind="host",shard="1"}'), 2);
});

test("a gateway whose management does not answer costs its own figures only", async () => {
  const [a, b] = fleet.instances;
  assert.ok(a !== undefined && b !== undefined);
  writeInventory({
    ...fleet,
    instances: [
      { ...a, management: "a.sock" },
      { ...b, management: "gone.sock" },
    ],
  });
  const openvpn = createServer((socket) => socket.end(`${captured("openvpn-status.txt")}END\r\n`));
  await new Promise<void>((resolve) => openvpn.listen(join(folder, "a.sock"), resolve));
  await start();
  await tellAll();
  assert.equal(await value('deskbridge_vpn_sessions{gateway="hub-a"}'), 2);
  assert.equal(await value('deskbridge_vpn_tx_bytes_total{gateway="hub-a"}'), 10_751);
  assert.equal(await value('deskbridge_vpn_addresses_total{gateway="hub-a"}'), 65_533);
  assert.equal(await value('deskbridge_vpn_refused_logins_total{gateway="hub-a",reason="revoked"}'), 0);
  assert.equal(await value('deskbridge_vpn_sessions{gateway="hub-b"}'), undefined);
  assert.equal(await value('deskbridge_collector_success{collector="openvpn"}'), 0);
  assert.ok(notes.some((text) => text.startsWith("collector openvpn: hub-b: connect ENOENT")));
  openvpn.close();
});

test("a connection that sends no reports is hung up on; the others go on", async () => {
  writeInventory(fleet);
  await start();
  const hub = await tellAll();
  const stranger = connect(paths().reports);
  stranger.resume();
  const gone = new Promise((resolve) => stranger.once("close", resolve));
  stranger.on("error", () => undefined);
  stranger.write('{"type":"snapshot"}\n');
  await gone;
  assert.ok(notes.includes("a report was refused: snapshot before hello"));
  const flood = connect(paths().reports).resume();
  const flooded = new Promise((resolve) => flood.once("close", resolve));
  flood.on("error", () => undefined);
  flood.write("x".repeat(2_000_000));
  await flooded;
  assert.ok(notes.includes("a report was refused: a line of more than 1000000 bytes"));
  hub(links(0, 0));
  await until("the next report", async () => ((await value(fibre)) === 0 ? true : undefined));
});

test("only one exporter takes reports at a socket, but a dead one's is taken over", async () => {
  writeInventory(fleet);
  const first = await start();
  await assert.rejects(start(), /reports\.sock: another exporter takes reports there/);
  await first.close();
  // As a killed one leaves it: a socket file that nobody listens on.
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(join(folder, "dead.sock"), resolve));
  renameSync(join(folder, "dead.sock"), paths().reports);
  await new Promise((resolve) => dead.close(resolve));
  await start();
  await tellAll();
});

test("a port that is taken is named", async () => {
  const first = await start();
  await assert.rejects(
    startExporter({
      inventory: paths().inventory,
      reports: join(folder, "other.sock"),
      listen: { host: "127.0.0.1", port: first.port },
      labRoot: folder,
      note: () => undefined,
    }),
    {
      name: "ListenError",
      message: `127.0.0.1:${first.port} is in use by another program; choose another address with --listen HOST:PORT`,
    },
  );
});

test("gives others the targets, by kind", async () => {
  await start();
  assert.equal((await get("/targets")).status, 503);
  writeInventory(fleet);
  await tellAll();
  assert.deepEqual(JSON.parse((await get("/targets?kind=gateway&kind=site")).text), [
    { targets: ["10.0.1.1"], labels: { kind: "site", body: "torino", site: "torino/hall" } },
    { targets: ["198.18.0.10:1194"], labels: { kind: "gateway", gateway: "hub-a" } },
    { targets: ["198.18.0.11:443"], labels: { kind: "gateway", gateway: "hub-b" } },
  ]);
  assert.equal((JSON.parse((await get("/targets")).text) as unknown[]).length, 7);
  assert.deepEqual(await get("/targets?kind=desk"), {
    status: 400,
    text: 'kind "desk" is none of link, site, host, service, gateway\n',
  });
});

test("refuses what it does not serve", async () => {
  await start();
  assert.equal((await get("/nothing")).status, 404);
  assert.equal((await get("/metrics", { method: "POST" })).status, 405);
  assert.deepEqual(await get("/-/healthy", { method: "HEAD" }), { status: 200, text: "" });
});

test("the page says in words what is down, since when, and what is old", async () => {
  await start();
  assert.match((await get("/")).text, /No inventory has been read yet/);
  writeInventory({ ...fleet, bodies: [{ id: "torino", name: "<Città> di Torino", laptops: 0 }] });
  await tellAll();
  const { text } = await get("/");
  const words = wordsOf(text);
  assert.match(words, /1 gateway down, 1 link down, 1 desk down\./);
  assert.match(words, /torino\/hall\/radio ■ was DOWN since 2020-09-13 12:26:40 UTC \(\d+ days\)/);
  assert.match(words, /<Città> di Torino 2 1 ■ 1/);
  assert.match(words, /Old: links, sites, desks were last probed \d+ days ago from hub\./);
});
