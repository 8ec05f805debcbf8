import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { serveReports } from "../../src/exporter/reports.ts";
import { ReportStore } from "../../src/exporter/store.ts";
import { type Prober, startProber } from "../../src/probe/prober.ts";
import { folderOf, remove } from "../handshake/servers.ts";
import { madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The prober outside, from the inventory to what the exporter hears, with gateways on loopback. */

const address = "127.0.0.1";
const notes: string[] = [];
const store = new ReportStore();
let folder: string;
let gateway: Socket;
let prober: Prober;
let reports: { close(): Promise<void> };

before(async () => {
  folder = await folderOf("prober");
  // It answers each knock as OpenVPN does: a session of its own, one acknowledgement, the session that knocked.
  gateway = createSocket("udp4").bind(0, address);
  gateway.on("message", (knock, from) => {
    const head = Buffer.from(["40", "a1a2a3a4a5a6a7a8", "01", "00000000"].join(""), "hex");
    gateway.send(Buffer.concat([head, knock.subarray(1, 9), Buffer.alloc(4)]), from.port, from.address);
  });
  await once(gateway, "listening");
  const { port } = gateway.address();
  const inventory = madeInventory({
    instances: [
      { address, port },
      { address, port, staticKey: { use: "tls-crypt" } },
      // Nobody speaks IKEv2 there: what comes back is no answer to it.
      { address, port, speaks: "ikev2" },
      // Asked as OpenVPN, it would answer: that is not what it is asked as.
      { address, port, wireguard: ["wg", "show", "wg0", "dump"] },
    ],
  });
  await writeFile(join(folder, "inventory.json"), JSON.stringify(inventory));
  reports = await serveReports(join(folder, "reports.sock"), store, () => undefined);
  prober = startProber({
    vantage: "public",
    inventory: join(folder, "inventory.json"),
    report: join(folder, "reports.sock"),
    note: (text) => notes.push(text),
  });
});
after(async () => {
  await prober.stop();
  await reports.close();
  gateway.close();
  await remove(folder);
});

test("one gateway answers, one cannot be asked, one does not answer: each is told as what it is", async () => {
  const record = (id: string) => store.record("public", "gateway", id);
  await until("both verdicts", () => (record("hub-a")?.up === 1 && record("hub-c")?.up === 0 ? true : undefined));
  assert.deepEqual(
    ["hub-a", "hub-b", "hub-c"].map((id) => record(id)?.unprobed),
    [null, "it wants a tls-crypt key, and the inventory names no file with it", null],
  );
  await until("the fourth to be looked at", () => (record("hub-d")?.unprobed ? true : undefined));
  assert.equal(record("hub-d")?.unprobed, "it speaks WireGuard, which answers nobody whose key it does not have");
  for (const id of ["hub-b", "hub-d"]) assert.deepEqual([record(id)?.up, record(id)?.attempts], [null, 0]);
});

test("the operator is told once why", async () => {
  const why = "gateway hub-b is not probed: it wants a tls-crypt key, and the inventory names no file with it";
  assert.deepEqual(
    notes.filter((note) => note.includes("hub-b")),
    [why],
  );
});

test("coverage is what is probed of all, and a lag is told", async () => {
  await until("a coverage of a half", () =>
    Math.abs((store.kind("public", "gateway")?.coverage ?? 0) - 1 / 2) < 0.01 ? true : undefined,
  );
  assert.ok((store.kind("public", "gateway")?.lag ?? -1) >= 0);
});

test("where all gateways speak WireGuard the prober is told as alive, and pages nobody by its idleness", async () => {
  const alone = new ReportStore();
  const path = (name: string): string => join(folder, `wireguard-${name}`);
  const instances = [{ address, port: gateway.address().port, wireguard: ["wg", "show", "wg0", "dump"] }];
  await writeFile(path("inventory.json"), JSON.stringify(madeInventory({ instances })));
  const server = await serveReports(path("reports.sock"), alone, () => undefined);
  const said: string[] = [];
  const idle = startProber({
    vantage: "public",
    inventory: path("inventory.json"),
    report: path("reports.sock"),
    note: (text) => said.push(text),
  });
  await until("a sign of life", () => ((alone.kind("public", "gateway")?.lastRun ?? 0) > 0 ? true : undefined));
  await until("what it is", () => (alone.record("public", "gateway", "hub-a")?.unprobed ? true : undefined));
  assert.deepEqual([alone.kind("public", "gateway")?.coverage, said], [0, []]);
  await idle.stop();
  await server.close();
});
