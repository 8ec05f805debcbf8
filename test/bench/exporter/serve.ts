import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Gauge, Counter, Registry } from "prom-client";
import { startExporter } from "../../../src/exporter/exporter.ts";
import { fullName, metrics } from "../../../src/metrics.ts";
import { encodeReport, protocolVersion, recordsPerLine, type TargetRecord } from "../../../src/report.ts";
import { madeInventory } from "../../watch/inventory.ts";

/**
 * A process of `npm run bench -- exporter`: `serve.ts ours|prom-client HOSTS` serves three lines a host. It is told by
 * its parent: `change` gives every host another round trip; `lag` answers how long its event loop stood still at most
 * since it was last asked.
 */
export type Asked = "change" | "lag";
export type Answer = { readonly port: number } | { readonly changed: true } | { readonly lagMs: number };

interface Peer {
  readonly port: number;
  change(round: number): Promise<void>;
}

async function ours(hosts: readonly string[]): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const inventory = madeInventory({ hosts: hosts.map((name) => ({ name, address: "10.64.0.1" })) });
  const file = join(folder, "inventory.json");
  writeFileSync(file, JSON.stringify({ ...inventory, desks: [] }));
  const reports = join(folder, "reports.sock");
  const notes = new EventEmitter();
  const read = once(notes, "inventory");
  const { port } = await startExporter({
    inventory: file,
    listen: { host: "127.0.0.1", port: 0 },
    reports,
    labRoot: folder,
    note: (text) => notes.emit(text.startsWith("inventory:") ? "inventory" : text),
  });
  await read;
  const change = async (round: number): Promise<void> => {
    // It has taken in all of a prober's reports when it notes that the prober has gone.
    const taken = once(notes, "the prober at hub hung up");
    await report(connect(reports), hosts, round);
    await taken;
  };
  return { port, change };
}

/** Tells a new record of every host. */
async function report(socket: Socket, hosts: readonly string[], round: number): Promise<void> {
  socket.write(
    encodeReport({ type: "hello", protocol: protocolVersion, vantage: "hub", shard: { index: 1, count: 1 } }),
  );
  for (let from = 0; from < hosts.length; from += recordsPerLine) {
    const records = hosts.slice(from, from + recordsPerLine).map((id, index): TargetRecord => ({
      id,
      up: 1,
      since: 1,
      attempts: round,
      failures: 0,
      transitions: 0,
      rtt: roundTrip(round, from + index),
      unprobed: null,
    }));
    const more = socket.write(encodeReport({ type: "targets", kind: "host", records }));
    if (!more) await once(socket, "drain");
  }
  socket.end();
}

async function promClient(hosts: readonly string[]): Promise<Peer> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: "host_up" | "host_rtt_seconds") =>
    new Gauge({ name: fullName(name), help: metrics[name].help, labelNames: [...metrics[name].labels], registers });
  const [up, rtt] = [gauge("host_up"), gauge("host_rtt_seconds")];
  const { help, labels } = metrics.host_transitions_total;
  const name = fullName("host_transitions_total");
  const transitions = new Counter({ name, help, labelNames: [...labels], registers });
  const of = (host: string) => ({ body: "torino", pool: "torino/office", host, vantage: "hub" });
  for (const host of hosts) {
    up.set(of(host), 1);
    transitions.inc(of(host), 0);
  }
  const server = createServer((_, response) => {
    void registry.metrics().then((text) => response.end(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { readonly port: number }).port,
    change: async (round) => {
      for (const [index, host] of hosts.entries()) rtt.set(of(host), roundTrip(round, index));
    },
  };
}

/** As fping tells it: microseconds. */
function roundTrip(round: number, index: number): number {
  return (100 + ((index * 7919 + round * 104_729) % 9900)) / 1e6;
}

const [peer, count] = process.argv.slice(2);
const hosts = Array.from({ length: Number(count) }, (_, index) => `torino-office-${String(index).padStart(6, "0")}`);
const served = await (peer === "ours" ? ours : promClient)(hosts);
const lag = monitorEventLoopDelay({ resolution: 1 });
lag.enable();
let round = 0;
const answer = (words: Answer): void => void process.send?.(words);
process.on("message", (asked: Asked) => {
  if (asked === "lag") {
    answer({ lagMs: lag.max / 1e6 });
    lag.reset();
  } else {
    round += 1;
    void served.change(round).then(() => answer({ changed: true }));
  }
});
process.once("disconnect", () => process.exit());
answer({ port: served.port });
