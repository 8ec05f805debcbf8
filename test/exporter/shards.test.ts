import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { type Exporter, startExporter } from "../../src/exporter/exporter.ts";
import type { Inventory } from "../../src/inventory.ts";
import { probeKinds } from "../../src/probe/kinds.ts";
import { type Prober, startProber } from "../../src/probe/prober.ts";
import type { VantageId } from "../../src/report.ts";
import type { Shard } from "../../src/shard.ts";
import { loopback, loopbackSites, madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";

/** Real probers with their fping before real exporters; every address is of loopback, which answers. */

const pace = { intervalMs: 1000, timeoutMs: 500 };
const kinds = { ...probeKinds, host: { ...probeKinds.host, ...pace } };
const fleet = (hosts: number): Inventory =>
  madeInventory({
    hosts: loopback(3, hosts).map((address, at) => ({ name: `h-${at}`, address })),
    sites: loopbackSites(),
    instances: [{}, {}, {}, {}],
  });

let folder = "";
let stops: (() => Promise<void>)[] = [];
let notes: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-shards-"));
  stops = [];
  notes = [];
});
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop();
  rmSync(folder, { recursive: true });
});

const inventory = () => join(folder, "inventory.json");
const socket = (name: string) => join(folder, `${name}.sock`);

async function exporterOf(name: string, shard: Shard): Promise<Exporter> {
  const exporter = await startExporter({
    inventory: inventory(),
    reports: socket(name),
    shard,
    listen: { host: "127.0.0.1", port: 0 },
    labRoot: folder,
    note: (text) => notes.push(`${name}: ${text}`),
  });
  stops.push(() => exporter.close());
  return exporter;
}

function proberOf(name: string, shard: Shard, vantage: VantageId = "hub"): Prober {
  const note = (text: string) => void notes.push(`prober ${name}: ${text}`);
  const prober = startProber({ inventory: inventory(), report: socket(name), vantage, shard, kinds, note });
  stops.push(() => prober.stop());
  return prober;
}

async function metricsOf({ port }: Exporter): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** What an exporter has a 0 or 1 of, by kind, and the ids of those that are up. */
function told(text: string) {
  const of = (kind: string, value: string) =>
    [...text.matchAll(new RegExp(`^deskbridge_${kind}_up\\{.*\\b${kind}="([^"]+)".*\\} ${value}$`, "gm"))].map(
      ([, id = ""]) => id,
    );
  return { of, up: (kind: string) => of(kind, "1"), all: (kind: string) => of(kind, "[01]") };
}

const watched = ["host", "desk", "site", "link", "gateway"] as const;
const idsOf = (all: Inventory): Readonly<Record<(typeof watched)[number], readonly string[]>> => ({
  host: all.hosts.map(({ name }) => name),
  desk: all.desks.map(({ id }) => id),
  site: all.sites.map(({ id }) => id),
  link: all.links.map(({ id }) => id),
  gateway: all.instances.map(({ id }) => id),
});
const sorted = (ids: readonly string[]) => ids.toSorted();

test("two parts of one inventory: each target is told once, all are up, and growth moves none", async () => {
  const small = fleet(40);
  writeFileSync(inventory(), JSON.stringify(small));
  const shards = [1, 2].map((index) => ({ index, count: 2 }));
  const exporters = await Promise.all(shards.map((shard) => exporterOf(`e${shard.index}`, shard)));
  for (const shard of shards) proberOf(`e${shard.index}`, shard);
  const look = async () => (await Promise.all(exporters.map(metricsOf))).map(told);
  const allUp = async (all: Inventory) => {
    const parts = await look();
    const expected = idsOf(all);
    for (const kind of ["host", "site", "link"] as const) {
      if (parts.flatMap(({ up }) => up(kind)).length < expected[kind].length) return undefined;
    }
    return parts;
  };
  const before = await until("all of the small fleet are up", () => allUp(small));
  const expected = idsOf(small);
  for (const kind of watched) {
    assert.deepEqual(sorted(before.flatMap(({ all }) => all(kind))), sorted(expected[kind]), kind);
    assert.ok(
      before.every(({ all }) => all(kind).length > 0),
      `both parts have some ${kind}`,
    );
  }
  const large = fleet(80);
  writeFileSync(inventory(), JSON.stringify(large));
  const after = await until("all of the large fleet are up", () => allUp(large));
  for (const [at, part] of after.entries()) {
    const stayed = part.all("host").filter((id) => expected.host.includes(id));
    assert.deepEqual(sorted(stayed), sorted(before[at]?.all("host") ?? []));
  }
});

test("what is told of the parts themselves: shard, probers, and how much each has", async () => {
  writeFileSync(inventory(), JSON.stringify(fleet(40)));
  const exporter = await exporterOf("e2", { index: 2, count: 2 });
  proberOf("e2", { index: 2, count: 2 });
  proberOf("e2", { index: 2, count: 2 });
  await until("two probers are counted", async () =>
    (await metricsOf(exporter)).includes('deskbridge_probers{vantage="hub",shard="2"} 2') ? true : undefined,
  );
  const text = await metricsOf(exporter);
  const page = await (await fetch(`http://127.0.0.1:${exporter.port}/`)).text();
  assert.ok(page.includes("Part 2/2 of the fleet"));
  assert.match(text, /^deskbridge_shards\{shard="2",shards="2"\} 2$/m);
  assert.match(text, /^deskbridge_probers\{vantage="public",shard="2"\} 0$/m);
  const hosts = told(text).all("host").length;
  assert.ok(text.includes(`deskbridge_inventory_targets{body="torino",kind="host",shard="2"} ${hosts}`));
  assert.match(text, /^deskbridge_probe_interval_seconds\{kind="link",vantage="hub",shard="2"\} 0\.2$/m);
});

test("a prober of another part is refused, and both say so; nothing that it told is taken in", async () => {
  writeFileSync(inventory(), JSON.stringify(fleet(4)));
  const exporter = await exporterOf("e", { index: 1, count: 2 });
  proberOf("e", { index: 1, count: 3 });
  const why = "the prober at hub has shard 1/3, this exporter 1/2";
  await until("both say why", () =>
    notes.includes(`e: a report was refused: ${why}`) &&
    notes.includes(`prober e: the exporter refuses this prober: ${why}`)
      ? true
      : undefined,
  );
  const text = await metricsOf(exporter);
  assert.match(text, /^deskbridge_probers\{vantage="hub",shard="1"\} 0$/m);
  assert.deepEqual(["host", "site", "link"].flatMap(told(text).up), []);
});
