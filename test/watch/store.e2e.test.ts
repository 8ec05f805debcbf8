import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dashboardSpecs } from "../../dashboards/grafana/dashboards.ts";
import { renderAgent, renderMonitoring } from "../../dashboards/render.ts";
import { type Exporter, startExporter } from "../../src/exporter/exporter.ts";
import type { Inventory } from "../../src/inventory.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import { startProber } from "../../src/probe/prober.ts";
import { vantageIds } from "../../src/report.ts";
import { shardOf } from "../../src/shard.ts";
import { fleet, places } from "../dashboards/monitoring.ts";
import { freePort } from "../handshake/servers.ts";
import { loopback, loopbackSites, madeInventory } from "./inventory.ts";
import { stop } from "./town.ts";
import { until } from "./until.ts";

/**
 * A fleet of two parts as operations.md has it: a prober at each vantage point and an exporter for each part, a real
 * Prometheus agent before each, a real VictoriaMetrics that both write to, and vmalert with the rendered rules.
 */

const parts = [1, 2] as const;
/** Nobody has it (RFC 1112, class E), so nobody answers there. */
const nowhere = "240.0.0.1";
const patience = 120;

const sites = loopbackSites();
const linkIds = sites.flatMap(({ name, links }) => links.map((link) => `torino/${name}/${link.name}`));
const hosts = loopback(3, 60).map((address, at) => ({ name: `h-${at}`, address }));

const folder = mkdtempSync(join(tmpdir(), "deskbridge-store-"));
const path = (name: string): string => join(folder, name);
const daemons: ChildProcess[] = [];
const closing: (() => Promise<unknown> | void)[] = [];
const exporters = new Map<number, Exporter>();
let store = "";
let evaluator = "";
let all: Inventory;

function start(name: string, command: string, ...words: readonly string[]): void {
  const log = openSync(path(`${name}.log`), "a");
  daemons.push(spawn(command, words, { cwd: folder, stdio: ["ignore", log, log] }));
}

async function answers(url: string): Promise<true | undefined> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok === true ? true : undefined;
}

async function exporterOf(index: number, port = 0): Promise<Exporter> {
  const exporter = await startExporter({
    inventory: path("inventory.json"),
    reports: path(`reports-${index}.sock`),
    shard: { index, count: parts.length },
    listen: { host: "127.0.0.1", port },
    labRoot: folder,
    note: () => undefined,
  });
  exporters.set(index, exporter);
  return exporter;
}

function write(inventory: Inventory): void {
  writeFileSync(path("inventory.tmp"), JSON.stringify(inventory));
  renameSync(path("inventory.tmp"), path("inventory.json"));
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function ask(query: string): Promise<readonly Found[]> {
  const url = `${store}/api/v1/query?${new URLSearchParams({ query, nocache: "1" }).toString()}`;
  const answer = (await (await fetch(url)).json()) as { readonly data: { readonly result: readonly Found[] } };
  return answer.data.result;
}

/** The one value of an expression; undefined where there is none yet. */
async function figure(query: string): Promise<number | undefined> {
  const [found] = await ask(query);
  return found === undefined ? undefined : Number(found.value[1]);
}

/** What vmalert says burns, but for the Watchdog: each with what tells it from others. */
async function burning(): Promise<readonly string[]> {
  const answer = (await (await fetch(`${evaluator}/api/v1/alerts`)).json()) as {
    readonly data: { readonly alerts: readonly { state: string; name: string; labels: Record<string, string> }[] };
  };
  return answer.data.alerts
    .filter(({ state, name }) => state === "firing" && name !== "Watchdog")
    .map(({ name, labels }) => [name, labels["link"] ?? labels["shards"] ?? labels["vantage"] ?? ""].join(" ").trim())
    .toSorted();
}

async function burns(expected: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  try {
    await until(
      "the alerts",
      async () => {
        last = await burning();
        return JSON.stringify(last) === JSON.stringify(expected) ? true : undefined;
      },
      patience,
    );
  } catch {
    assert.deepEqual(last, expected);
  }
}

const panel = (title: string): string => {
  const query = dashboardSpecs.flatMap(({ panels }) => panels).find((each) => each.title === title)?.queries[0];
  assert.ok(query !== undefined, title);
  return query.expr.replaceAll("$body", ".*");
};

before(async () => {
  // It answers each knock as OpenVPN does.
  const gateway = createSocket("udp4").bind(0, "127.0.0.1");
  gateway.on("message", (knock, from) => {
    const head = Buffer.from(["40", "a1a2a3a4a5a6a7a8", "01", "00000000"].join(""), "hex");
    gateway.send(Buffer.concat([head, knock.subarray(1, 9), Buffer.alloc(4)]), from.port, from.address);
  });
  await once(gateway, "listening");
  closing.push(() => void gateway.close());
  const { port } = gateway.address();
  all = madeInventory({ sites, hosts, instances: parts.map(() => ({ address: "127.0.0.1", port })) });
  write(all);

  for (const index of parts) {
    await exporterOf(index);
    for (const vantage of vantageIds) {
      const prober = startProber({
        vantage,
        inventory: path("inventory.json"),
        report: path(`reports-${index}.sock`),
        shard: { index, count: parts.length },
        kinds: { ...probeKinds, host: { ...probeKinds.host, intervalMs: 1000, timeoutMs: 500 } },
        note: () => undefined,
      });
      closing.push(() => prober.stop());
    }
  }

  const [storePort, evaluatorPort] = [await freePort(), await freePort()];
  store = `http://127.0.0.1:${storePort}`;
  evaluator = `http://127.0.0.1:${evaluatorPort}`;
  start(
    "store",
    "victoria-metrics",
    `-httpListenAddr=127.0.0.1:${storePort}`,
    `-storageDataPath=${path("store")}`,
    "-search.latencyOffset=1s",
  );
  await until("the store", () => answers(`${store}/health`), patience);
  for (const index of parts) {
    const exporter = `127.0.0.1:${exporters.get(index)?.port}`;
    const { "agent.yml": config = "" } = renderAgent(fleet, { exporter, store: `${store}/api/v1/write` });
    writeFileSync(path(`agent-${index}.yml`), config);
    start(
      `agent-${index}`,
      "prometheus",
      "--enable-feature=agent",
      `--config.file=${path(`agent-${index}.yml`)}`,
      `--storage.agent.path=${path(`agent-${index}`)}`,
      `--web.listen-address=127.0.0.1:${await freePort()}`,
    );
  }
  const receiver = createServer((request, response) => {
    request.resume();
    response.end();
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  closing.push(
    () => void receiver.close(),
    () => receiver.closeAllConnections(),
  );
  writeFileSync(path("rules.yml"), renderMonitoring(fleet, places)["rules.yml"]);
  start(
    "evaluator",
    "vmalert",
    `-rule=${path("rules.yml")}`,
    `-datasource.url=${store}`,
    `-remoteWrite.url=${store}`,
    "-remoteWrite.flushInterval=1s",
    `-notifier.url=http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    `-httpListenAddr=127.0.0.1:${evaluatorPort}`,
  );
  await until("vmalert", () => answers(`${evaluator}/health`), patience);
});

after(async () => {
  await Promise.all(daemons.map((daemon) => stop(daemon, "SIGTERM")));
  for (const close of closing.toReversed()) await close();
  await Promise.all([...exporters.values()].map((exporter) => exporter.close()));
  rmSync(folder, { recursive: true });
});

test("vmalert takes the rendered rules as they are", () => {
  const { status, stderr } = spawnSync("vmalert", ["-dryRun", `-rule=${path("rules.yml")}`], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("each target of both parts is in the store once, and the sums are those of the whole fleet", async () => {
  const count = async (query: string, expected: number) =>
    until(query, async () => ((await figure(query)) === expected ? true : undefined), patience);
  await count("count(deskbridge_host_up)", hosts.length);
  await count("sum(deskbridge_host_up)", hosts.length);
  await count("count(deskbridge_desk_up)", hosts.length);
  await count("count(link:deskbridge_up:max)", linkIds.length);
  await count("sum(link:deskbridge_up:max)", linkIds.length);
  await count("sum(site:deskbridge_up:max)", sites.length);
  await count("sum(gateway:deskbridge_up:max)", parts.length);
  await count('sum(deskbridge_inventory_targets{kind="desk"})', hosts.length);
  await count("count(count by (shard, shards) (deskbridge_shards))", parts.length);
  for (const title of ["Desks out of reach", "Sites down", "Lines down", "Gateway instances down"])
    await count(panel(title), 0);
  const instances = new Set((await ask("deskbridge_host_up")).map(({ metric }) => metric["instance"]));
  assert.equal(instances.size, parts.length);
});

test("nothing burns while all is well", () => burns([]));

test("a line of each part fails: both are told, each once, and nothing else", async () => {
  const cut = parts.map((part) => {
    const link = all.links.find(({ site }) => shardOf("site", site, parts.length) === part);
    assert.ok(link !== undefined);
    return link.id;
  });
  write({ ...all, links: all.links.map((link) => (cut.includes(link.id) ? { ...link, address: nowhere } : link)) });
  await burns(cut.map((id) => `LinkDown ${id}`).toSorted());
  assert.equal(await figure(panel("Lines down")), 2);
  write(all);
  await burns([]);
});

test("the exporter of one part goes: the part is missing, the other is still watched; it comes back", async () => {
  const [, second] = parts;
  const port = exporters.get(second)?.port ?? 0;
  await exporters.get(second)?.close();
  await burns(["ShardMissing 2"]);
  assert.ok((await ask('deskbridge_shards{shard="1"}')).length > 0);
  await exporterOf(second, port);
  await burns([]);
});

test("agents and evaluator had nothing to complain of", () => {
  for (const name of ["agent-1", "agent-2"])
    assert.doesNotMatch(readFileSync(path(`${name}.log`), "utf8"), /level=error/);
  assert.doesNotMatch(readFileSync(path("evaluator.log"), "utf8"), /\terror\t/);
});
