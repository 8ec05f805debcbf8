import { GraphProvider } from "../../src/rollout/licences/graph.ts";
import { usualPatience } from "../../src/rollout/licences/client.ts";
import { type GraphQuota, quotaOf } from "../../src/rollout/licences/graph/quota.ts";
import type { Rate } from "../../src/rollout/licences/pace.ts";
import { type GraphDouble, startGraph } from "../doubles/graph/server.ts";
import { addUser, consumed, sku } from "../doubles/graph/state.ts";
import { type BenchRow, goalRow } from "./row.ts";

const people = 7_000;
/** Accounts that are worked on at the same time. */
const width = 400;

/**
 * Gives each of 7,000 people a seat at the double of Microsoft Graph, which refuses what is above the vendor's quotas, every
 * tenth of them without a usage location. `scale`: the quotas' windows are so many times shorter.
 */
async function assignAll(scale: number): Promise<readonly BenchRow[]> {
  const graph = await startGraph({ scale });
  try {
    const provider = new GraphProvider({
      token: async () => graph.state.token,
      sku: "MEETINGS",
      usageLocation: "IT",
      base: graph.base,
      quota: scaled(quotaOf(people), scale),
      patience: { ...usualPatience, pauseMs: usualPatience.pauseMs / scale },
    });
    const accounts = Array.from({ length: people }, (_, nth) => `user-${nth}@example.org`);
    for (const [nth, account] of accounts.entries()) {
      addUser(graph.state, account, { usageLocation: nth % 10 === 0 ? null : "IT" });
    }
    for (const each of graph.state.skus) each.enabled = people;
    const forever = new AbortController().signal;
    const started = performance.now();
    const left = accounts.values();
    await Promise.all(
      Array.from({ length: width }, async () => {
        for (const account of left) await provider.assign(account, forever);
      }),
    );
    const ms = performance.now() - started;
    const writes = people * 1.1;
    const floor = (writes * graph.state.writes.perMs) / graph.state.writes.limit;
    const { total, used } = await provider.seats(forever);
    const at = scale === 1 ? "" : `, quotas ${scale} times faster`;
    return [
      goalRow(`7,000 seats at Microsoft Graph, of the quota's floor${at}`, "times", ms / floor, 1.15),
      goalRow("requests that it refused", "", graph.state.writes.refused + graph.state.units.refused, 0),
      goalRow("seats too many, too few, or given twice", "", wrong(graph) + Math.abs(total - used), 0),
      goalRow("most writes in a window, of the quota", "", graph.state.writes.most / graph.state.writes.limit, 1),
    ];
  } finally {
    await graph.close();
  }
}

function scaled({ writes, units }: GraphQuota, scale: number): GraphQuota {
  const faster = (rate: Rate): Rate => ({ ...rate, perMs: rate.perMs / scale });
  return { writes: faster(writes), units: faster(units) };
}

function wrong({ state }: GraphDouble): number {
  const given = [...state.users.values()].map(({ changes }) => changes.filter((each) => each === `+${sku}`).length);
  return given.filter((times) => times !== 1).length + Math.abs(consumed(state, sku) - people);
}

/** Rows for `npm run bench`: a twentieth of the time. */
export function benchGraph(): Promise<readonly BenchRow[]> {
  return assignAll(20);
}

/** With the vendor's own windows: more than six minutes. */
export function benchGraphFull(): Promise<readonly BenchRow[]> {
  return assignAll(1);
}
