import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import type { Alerts } from "../../dashboards/receivers.ts";
import { renderMonitoring } from "../../dashboards/render.ts";
import { graceMs } from "../../src/receiver/beats.ts";
import { type PageRecord, readPageLine } from "../../src/receiver/notification.ts";
import { fleet } from "../dashboards/monitoring.ts";
import { freePort } from "../handshake/servers.ts";
import { until } from "../watch/until.ts";

/** The whole watch is killed: real Prometheus and Alertmanager, and whoever misses them. */

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "deskbridge-silence-"));
const running = new Map<string, ChildProcess>();
const ports = { prometheus: 0, alertmanager: 0, receiver: 0 };
const pagesFile = join(folder, "pages.jsonl");

/** What is kept of the heartbeat and its silence, oldest first. */
function kept(alertname: string): readonly PageRecord[] {
  if (!existsSync(pagesFile)) return [];
  const records = readFileSync(pagesFile, "utf8")
    .split("\n")
    .flatMap((line) => readPageLine(line) ?? []);
  return records.filter(({ alerts }) => alerts.some(({ labels }) => labels["alertname"] === alertname));
}

function start(name: string, command: string, ...words: readonly string[]): void {
  const log = openSync(join(folder, `${name}.log`), "a");
  running.set(name, spawn(command, words, { cwd: folder, stdio: ["ignore", log, log] }));
}

async function kill(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const child = running.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}

function startReceiver(): void {
  const words = ["receiver", "--listen", `127.0.0.1:${ports.receiver}`, "--pages", pagesFile, "--heartbeat"];
  start("receiver", process.execPath, join(root, "scripts/deskbridge.ts"), ...words);
}

function startWatch(): void {
  start(
    "alertmanager",
    "prometheus-alertmanager",
    "--config.file=alertmanager.yml",
    "--storage.path=alertmanager",
    "--cluster.listen-address=",
    `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
  );
  start(
    "prometheus",
    "prometheus",
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=prometheus",
    // What it tells before it has found Alertmanager is told again after this; a minute, as it is, is no part of the test.
    "--rules.alert.resend-delay=5s",
    `--web.listen-address=127.0.0.1:${ports.prometheus}`,
  );
}

before(async () => {
  mkdirSync(folder, { recursive: true });
  for (const name of ["prometheus", "alertmanager", "receiver"] as const) ports[name] = await freePort();
  const address = `http://127.0.0.1:${ports.receiver}`;
  const alerts = Object.fromEntries(
    ["day", "night", "tickets", "audit", "heartbeat"].map((name) => [name, { webhook: `${address}/${name}` }]),
  ) as unknown as Alerts;
  const places = {
    exporter: `127.0.0.1:${await freePort()}`,
    prometheus: `127.0.0.1:${ports.prometheus}`,
    alertmanager: `127.0.0.1:${ports.alertmanager}`,
    runbook: "runbook.md",
  };
  for (const [name, text] of Object.entries(renderMonitoring({ ...fleet, alerts }, places))) {
    writeFileSync(join(folder, name), text);
  }
  startReceiver();
  startWatch();
  await until("the first beat", () => (kept("Watchdog").length > 0 ? true : undefined), 150);
});
after(async () => {
  await kill(...running.keys());
  rmSync(folder, { recursive: true });
});

test("nobody of the watch is left: known within three minutes, told once, and over when it is back", async () => {
  await kill("prometheus", "alertmanager");
  const killed = Date.now();
  const beats = kept("Watchdog").length;
  const silence = await until("the silence", () => kept("WatchSilent")[0], 200);
  assert.equal(silence.status, "firing");
  assert.ok(
    Date.parse(silence.at) - killed < 180_000,
    `${silence.at}, and killed at ${new Date(killed).toISOString()}`,
  );
  const began = Date.parse(silence.alerts[0]?.startsAt ?? "");
  assert.ok(began <= killed + 1000 && Date.parse(silence.at) - began >= graceMs - 1000, silence.alerts[0]?.startsAt);
  assert.equal(kept("Watchdog").length, beats);

  // Whoever listens may be made anew meanwhile: it tells neither the silence again nor forgets it.
  await kill("receiver");
  startReceiver();
  startWatch();
  const end = await until("its end", () => kept("WatchSilent")[1], 150);
  assert.deepEqual([end.status, end.alerts[0]?.startsAt], ["resolved", silence.alerts[0]?.startsAt]);
  assert.equal(kept("WatchSilent").length, 2);
});
