import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Answer, Asked } from "./exporter/serve.ts";
import { nodeFlags } from "../../stacks/node-flags.ts";
import { heard } from "./child.ts";
import { proportionalMegabytes } from "./memory.ts";
import { type BenchRow, goalRow, peerRow } from "./row.ts";

/**
 * A scrape from request to last byte, ours beside prom-client and client_golang in one run; before each scrape every
 * host got another round trip, as between two scrapes of a fleet, and afterwards once more with nothing changed.
 */
export async function* benchExporter(): AsyncGenerator<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-bench-"));
  try {
    const golang = join(folder, "client-golang");
    execFileSync("go", ["build", "-o", golang, "."], { cwd: join(import.meta.dirname, "exporter/client-golang") });
    for (const { hosts, ms, lagMs, rounds } of [
      { hosts: 7000, ms: 20, lagMs: 10, rounds: 15 },
      { hosts: 100_000, ms: 400, lagMs: 20, rounds: 5 },
    ]) {
      const other = await scraped(await goPeer(golang, hosts), rounds);
      const peer = await scraped(await nodePeer("prom-client", hosts), rounds);
      const own = await scraped(await nodePeer("ours", hosts), rounds);
      const what = `${hosts.toLocaleString("en")} hosts`;
      yield peerRow(`scrape of ${what} (median)`, "ms", own.ms, peer.ms, "prom-client", ms);
      yield peerRow(`the same`, "ms", own.ms, other.ms, "client_golang", ms);
      yield peerRow(`the same, with gzip`, "ms", own.zippedMs, peer.ms, "prom-client without", null);
      yield peerRow(`the same, with gzip`, "ms", own.zippedMs, other.zippedMs, "client_golang", null);
      yield peerRow(`the same, nothing changed`, "ms", own.idleMs, peer.idleMs, "prom-client", null);
      yield peerRow(`the same, nothing changed`, "ms", own.idleMs, other.idleMs, "client_golang", null);
      yield peerRow(`event loop stands still at most, ${what}`, "ms", own.lagMs, peer.lagMs, "prom-client", lagMs);
      yield peerRow(`memory, ${what} (PSS)`, "MB", own.megabytes, peer.megabytes, "prom-client", 500);
      yield peerRow(`memory, ${what} (PSS)`, "MB", own.megabytes, other.megabytes, "client_golang", 500);
      yield goalRow(`bytes, ${what}`, "MB", own.bytes / 1e6, null);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process that serves three lines a host. */
interface Peer {
  readonly pid: number;
  readonly port: number;
  /** Gives every host another round trip. */
  change(): Promise<void>;
  /** How long its event loop stood still at most since this was last asked, ms; NaN where it has none. */
  lag(): Promise<number>;
  end(): void;
}

async function nodePeer(name: "ours" | "prom-client", hosts: number): Promise<Peer> {
  const execArgv = name === "ours" ? [...nodeFlags] : [];
  const child = fork(join(import.meta.dirname, "exporter/serve.ts"), [name, String(hosts)], { execArgv });
  const { port } = (await heard(child)) as { readonly port: number };
  return {
    pid: child.pid ?? 0,
    port,
    change: async () => void (await ask(child, "change")),
    lag: async () => ((await ask(child, "lag")) as { readonly lagMs: number }).lagMs,
    end: () => void child.kill(),
  };
}

async function goPeer(program: string, hosts: number): Promise<Peer> {
  const child = spawn(program, [String(hosts)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  return {
    pid: child.pid ?? 0,
    port,
    change: async () => {
      child.stdin.write("\n");
      await lines.next();
    },
    lag: () => Promise.resolve(Number.NaN),
    end: () => void child.kill(),
  };
}

interface Scraped {
  readonly ms: number;
  readonly zippedMs: number;
  readonly idleMs: number;
  readonly lagMs: number;
  readonly megabytes: number;
  readonly bytes: number;
}

async function scraped(peer: Peer, rounds: number): Promise<Scraped> {
  try {
    const [changed, zipped, idle, lags]: [number[], number[], number[], number[]] = [[], [], [], []];
    let bytes = 0;
    // The first rounds warm it up.
    for (let round = -2; round < rounds; round += 1) {
      await peer.change();
      await peer.lag();
      const one = await scrape(peer.port, "identity");
      const lag = await peer.lag();
      const again = await scrape(peer.port, "identity");
      await peer.change();
      const small = await scrape(peer.port, "gzip");
      if (round < 0) continue;
      bytes = one.bytes;
      changed.push(one.ms);
      idle.push(again.ms);
      zipped.push(small.ms);
      lags.push(lag);
    }
    const megabytes = proportionalMegabytes(peer.pid);
    const [ms, zippedMs, idleMs, lagMs] = [median(changed), median(zipped), median(idle), median(lags)];
    return { ms, zippedMs, idleMs, lagMs, megabytes, bytes };
  } finally {
    peer.end();
  }
}

async function ask(child: ChildProcess, asked: Asked): Promise<Answer> {
  const answer = heard(child);
  child.send(asked);
  return (await answer) as Answer;
}

async function scrape(port: number, encoding: string): Promise<{ readonly ms: number; readonly bytes: number }> {
  const began = performance.now();
  const request = get({ port, host: "127.0.0.1", path: "/metrics", headers: { "accept-encoding": encoding } });
  const [response] = (await once(request, "response")) as [AsyncIterable<Buffer>];
  let bytes = 0;
  for await (const piece of response) bytes += piece.length;
  return { ms: performance.now() - began, bytes };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
