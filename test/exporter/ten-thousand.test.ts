import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { probeKinds } from "../../src/probe/kinds.ts";
import { type Prober, startProber } from "../../src/probe/prober.ts";
import { addresses, madeInventory } from "../watch/inventory.ts";
import { until } from "../watch/until.ts";
import { get, paths, start, writeInventory } from "./world.ts";

/** A real prober with its fping before a real exporter; every host is an address of loopback, which answers. */

const pace = { intervalMs: 4000, timeoutMs: 1000 };
const kinds = { ...probeKinds, host: { ...probeKinds.host, ...pace } };
let prober: Prober | undefined;
afterEach(async () => prober?.stop());

const hosts = addresses(0, 10_100).map((address, index) => ({
  name: `h-${index}`,
  address: address.replace(/^10\.0\./, "127.3."),
}));
const few = hosts.slice(0, 100);

/** Hosts by what is told of them. */
async function told(): Promise<{ readonly up: ReadonlySet<string>; readonly down: ReadonlySet<string> }> {
  const { text } = await get("/metrics");
  const of = (value: number) => {
    const line = new RegExp(`^deskbridge_host_up\\{.*host="([^"]+)".*\\} ${value}$`, "gm");
    return new Set([...text.matchAll(line)].map(([, host = ""]) => host));
  };
  return { up: of(1), down: of(0) };
}

test("10,000 targets come and go: each is told, and nothing is told of those that stay but that they are up", async () => {
  writeInventory(madeInventory({ hosts: few }));
  await start();
  const { inventory, reports } = paths();
  prober = startProber({ vantage: "hub", inventory, report: reports, kinds, note: () => undefined });
  await until("all of the few are up", async () => ((await told()).up.size === few.length ? true : undefined));

  const look = async (expected: number) => {
    const { up, down } = await told();
    assert.deepEqual(
      few.filter(({ name }) => !up.has(name)),
      [],
      "who stays is up all the time",
    );
    return up.size === expected && down.size === 0 ? true : undefined;
  };
  writeInventory(madeInventory({ hosts }));
  await until("every new one is listed", async () => {
    const { up, down } = await told();
    return up.size + down.size === hosts.length ? true : undefined;
  });
  await until("all are up", () => look(hosts.length));
  writeInventory(madeInventory({ hosts: few }));
  await until("those that went are told no more", () => look(few.length));
  const { text } = await get("/metrics");
  const transitions = [...text.matchAll(/^deskbridge_host_transitions_total\{.*\} (\d+)$/gm)];
  assert.deepEqual(new Set(transitions.map(([, count]) => count)), new Set(["0"]));
});
