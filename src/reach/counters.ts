import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { Inventory } from "../inventory.ts";

/** Bytes that went through a gateway instance or a link since the first reading. */
export interface Traffic {
  readonly kind: "instance" | "link";
  readonly id: string;
  readonly rx: number;
  readonly tx: number;
}

const bytes = z.object({ bytes: z.number() });
const shown = z.array(z.object({ stats64: z.object({ rx: bytes, tx: bytes }) })).min(1);

/** Reads `ip -j -s link show dev X`. Throws ZodError. */
export function parseCounters(text: string): { rx: number; tx: number } {
  const total = { rx: 0, tx: 0 };
  for (const { stats64 } of shown.parse(JSON.parse(text))) {
    total.rx += stats64.rx.bytes;
    total.tx += stats64.tx.bytes;
  }
  return total;
}

/** All counters that the inventory names. One that cannot be read is left out, and so is not held against anybody. */
export async function readCounters({ instances, links }: Inventory): Promise<readonly Traffic[]> {
  const sources = [
    ...instances.map(({ id, counters }) => ({ kind: "instance" as const, id, counters })),
    ...links.map(({ id, counters }) => ({ kind: "link" as const, id, counters })),
  ];
  const read = await Promise.all(
    sources.map(async ({ kind, id, counters }) => {
      const [command, ...args] = counters ?? [];
      if (command === undefined) return [];
      try {
        const { stdout } = await promisify(execFile)(command, args, { timeout: 5000 });
        return [{ kind, id, ...parseCounters(stdout) }];
      } catch {
        return [];
      }
    }),
  );
  return read.flat();
}

/** What moved between two readings; a counter that began anew (its device was made again) counts from nothing. */
export function moved(before: readonly Traffic[], after: readonly Traffic[]): readonly Traffic[] {
  const old = new Map(before.map((one) => [`${one.kind} ${one.id}`, one]));
  return after.map((now) => {
    const then = old.get(`${now.kind} ${now.id}`);
    const since = (a: number, b: number | undefined): number => (b === undefined || a < b ? a : a - b);
    return { ...now, rx: since(now.rx, then?.rx), tx: since(now.tx, then?.tx) };
  });
}

/** No SSH handshake moves less than this each way, on any layer (its messages alone are more). */
const leastBytes = 500;

/**
 * What the counters contradict, in words: handshakes that succeeded must have gone through the gateway's instances, and
 * those with a site's physical desks through that site's links.
 */
export function contradictions(
  traffic: readonly Traffic[],
  reached: { readonly all: number; readonly bySite: ReadonlyMap<string, number> },
): readonly string[] {
  const short = (of: readonly Traffic[], count: number): boolean =>
    of.length > 0 && of.reduce((sum, { rx, tx }) => sum + Math.min(rx, tx), 0) < count * leastBytes;
  const instances = traffic.filter(({ kind }) => kind === "instance");
  const found: string[] = [];
  if (short(instances, reached.all)) {
    found.push(`${reached.all} desks answered, but the gateway's byte counters hardly moved: not through the gateway`);
  }
  for (const [site, count] of reached.bySite) {
    const links = traffic.filter(({ kind, id }) => kind === "link" && id.startsWith(`${site}/`));
    if (short(links, count)) {
      found.push(
        `${count} desks of site ${site} answered, but its links' byte counters hardly moved: not over its links`,
      );
    }
  }
  return found;
}
