import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { join } from "node:path";
import type { Answer, Asked } from "./exporter/serve.ts";
import { proportionalMegabytes } from "./memory.ts";
import { type BenchRow, goalRow, peerRow } from "./row.ts";

/**
 * A scrape from request to last byte, ours beside prom-client in one run; before each scrape every host got another
 * round trip, as between two scrapes of a fleet, and afterwards once more with nothing changed.
 */
export async function* benchExporter(): AsyncGenerator<BenchRow> {
  for (const { hosts, ms, lagMs, rounds } of [
    { hosts: 7000, ms: 20, lagMs: 10, rounds: 15 },
    { hosts: 100_000, ms: 400, lagMs: 20, rounds: 5 },
  ]) {
    const peer = await scraped("prom-client", hosts, rounds);
    const own = await scraped("ours", hosts, rounds);
    const what = `${hosts.toLocaleString("en")} hosts`;
    yield peerRow(`scrape of ${what} (median)`, "ms", own.ms, peer.ms, "prom-client", ms);
    yield peerRow(`the same, with gzip`, "ms", own.zippedMs, peer.ms, "prom-client without", null);
    yield peerRow(`the same, nothing changed`, "ms", own.idleMs, peer.idleMs, "prom-client", null);
    yield peerRow(`event loop stands still at most, ${what}`, "ms", own.lagMs, peer.lagMs, "prom-client", lagMs);
    yield peerRow(`memory, ${what} (PSS)`, "MB", own.megabytes, peer.megabytes, "prom-client", 500);
    yield goalRow(`bytes, ${what}`, "MB", own.bytes / 1e6, null);
  }
}

interface Scraped {
  readonly ms: number;
  readonly zippedMs: number;
  readonly idleMs: number;
  readonly lagMs: number;
  readonly megabytes: number;
  readonly bytes: number;
}

async function scraped(peer: "ours" | "prom-client", hosts: number, rounds: number): Promise<Scraped> {
  const child = fork(join(import.meta.dirname, "exporter/serve.ts"), [peer, String(hosts)]);
  try {
    const { port } = (await heard(child)) as { readonly port: number };
    const [changed, zipped, idle, lags]: number[][] = [[], [], [], []];
    let bytes = 0;
    // The first rounds warm both up.
    for (let round = -2; round < rounds; round += 1) {
      const isMeasured = round >= 0;
      await ask(child, "change");
      await ask(child, "lag");
      const one = await scrape(port, "identity");
      const { lagMs } = (await ask(child, "lag")) as { readonly lagMs: number };
      const again = await scrape(port, "identity");
      await ask(child, "change");
      const small = await scrape(port, "gzip");
      if (!isMeasured) continue;
      bytes = one.bytes;
      changed?.push(one.ms);
      idle?.push(again.ms);
      zipped?.push(small.ms);
      lags?.push(lagMs);
    }
    return {
      ms: median(changed ?? []),
      zippedMs: median(zipped ?? []),
      idleMs: median(idle ?? []),
      lagMs: median(lags ?? []),
      megabytes: proportionalMegabytes(child.pid ?? 0),
      bytes,
    };
  } finally {
    child.kill();
  }
}

async function ask(child: ChildProcess, asked: Asked): Promise<Answer> {
  const answer = heard(child);
  child.send(asked);
  return answer;
}

async function heard(child: ChildProcess): Promise<Answer> {
  const [answer] = (await once(child, "message")) as [Answer];
  return answer;
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
