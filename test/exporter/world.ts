import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import { type Exporter, type ExporterOptions, startExporter } from "../../src/exporter/exporter.ts";
import type { Inventory } from "../../src/inventory.ts";
import { encodeReport, protocolVersion, type Report, type TargetKind, type TargetRecord } from "../../src/report.ts";
import { wholeFleet } from "../../src/shard.ts";
import { madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";

/** An exporter on loopback, and probers that report to it; one of each file of tests that imports this, anew for each test. */
export const fleet = madeInventory({
  deskTargets: [
    { body: "torino", stage: "today", desks: 1 },
    { body: "torino", stage: "surge", desks: 3 },
  ],
  instances: [{ address: "198.18.0.10" }, { address: "198.18.0.11", protocol: "tcp", port: 443 }],
  sites: [
    {
      name: "hall",
      router: "10.0.1.1",
      links: [
        { name: "fibre", address: "10.112.0.6", instance: "hub-a" },
        { name: "radio", address: "10.112.0.14", instance: "hub-b" },
      ],
    },
  ],
  hosts: [
    { name: "h-1", address: "10.64.0.1" },
    { name: "h-2", address: "10.64.0.2" },
  ],
});

export let folder = "";
export let notes: string[] = [];
export let exporter: Exporter | undefined;
export let probers: Socket[] = [];
export const paths = () => ({ inventory: join(folder, "inventory.json"), reports: join(folder, "reports.sock") });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskbridge-exporter-"));
  notes = [];
  probers = [];
  exporter = undefined;
});
afterEach(async () => {
  for (const prober of probers) prober.destroy();
  await exporter?.close();
  rmSync(folder, { recursive: true });
});

export function writeInventory(inventory: Inventory): void {
  writeFileSync(`${paths().inventory}.tmp`, JSON.stringify(inventory));
  renameSync(`${paths().inventory}.tmp`, paths().inventory);
}

export async function start(more: Partial<ExporterOptions> = {}): Promise<Exporter> {
  exporter = await startExporter({
    ...paths(),
    listen: { host: "127.0.0.1", port: 0 },
    labRoot: folder,
    note: (text) => notes.push(text),
    ...more,
  });
  return exporter;
}

export async function get(
  path: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`http://127.0.0.1:${exporter?.port}${path}`, init);
  return { status: response.status, text: await response.text() };
}

/** The value of a series, named as it is written. */
export async function value(series: string, path = "/metrics"): Promise<number | undefined> {
  const line = (await get(path)).text.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

export async function reporter(vantage: "hub" | "public"): Promise<(...reports: readonly Report[]) => void> {
  const socket = connect(paths().reports);
  probers.push(socket);
  socket.on("error", () => undefined);
  const tell = (...reports: readonly Report[]): void => void socket.write(reports.map(encodeReport).join(""));
  tell({ type: "hello", protocol: protocolVersion, vantage, shard: wholeFleet });
  return tell;
}

export function targets(kind: TargetKind, verdicts: Readonly<Record<string, 0 | 1 | null>>): Report {
  const records = Object.entries(verdicts).map(([id, up]): TargetRecord => ({
    id,
    up,
    since: 1_600_000_000,
    attempts: 9,
    failures: 2,
    transitions: 1,
    rtt: 0.004,
    unprobed: null,
  }));
  return { type: "targets", kind, records };
}

export const run = (kind: TargetKind, lastRun: number): Report => ({
  type: "kind",
  kind,
  interval: 0.2,
  lastRun,
  lag: 0.002,
  coverage: 0.75,
});
export const links = (fibre: 0 | 1 | null, radio: 0 | 1 | null) =>
  targets("link", { "torino/hall/fibre": fibre, "torino/hall/radio": radio });

export async function tellAll(): Promise<(...reports: readonly Report[]) => void> {
  const hub = await reporter("hub");
  const outside = await reporter("public");
  hub(run("link", 1000), links(1, 0), run("site", 1001), targets("site", { "torino/hall": 1 }));
  hub(run("host", 1002), targets("host", { "h-1": 1, "h-2": 0 }), { type: "snapshot" });
  outside(run("gateway", 1003), targets("gateway", { "hub-a": 1, "hub-b": 0 }), { type: "snapshot" });
  await until("the exporter to be ready", async () => ((await get("/-/ready")).status === 200 ? true : undefined));
  return hub;
}
