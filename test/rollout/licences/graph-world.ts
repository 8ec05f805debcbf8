import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Patience } from "../../../src/rollout/licences/client.ts";
import type { GraphQuota } from "../../../src/rollout/licences/graph/quota.ts";
import { type GraphOptions, GraphProvider } from "../../../src/rollout/licences/graph.ts";
import { type DoubleOptions, type GraphDouble, startGraph } from "../../doubles/graph/server.ts";
import { addUser, consumed, isHeld, nowOf, sku, type UserOptions } from "../../doubles/graph/state.ts";

export const forever = new AbortController().signal;
export const patient: Patience = { requestMs: 20_000, totalMs: 60_000, lagMs: 60_000, pauseMs: 2 };
const plenty = { units: 1_000_000, perMs: 1_000, burst: 10_000 };
export const unbounded: GraphQuota = { writes: plenty, units: plenty };

export interface GraphWorld {
  readonly graph: GraphDouble;
  readonly provider: GraphProvider;
  /** Another one, at the same double. */
  readonly another: (options: Partial<GraphOptions>) => GraphProvider;
}

export async function worldOf(
  t: TestContext,
  options: Partial<GraphOptions> = {},
  double: DoubleOptions = {},
): Promise<GraphWorld> {
  const graph = await startGraph(double);
  t.after(() => graph.close());
  const another = (more: Partial<GraphOptions>) =>
    new GraphProvider({
      token: async () => graph.state.token,
      sku: "MEETINGS",
      usageLocation: "IT",
      base: graph.base,
      quota: unbounded,
      patience: patient,
      ...options,
      ...more,
    });
  return { graph, provider: another({}), another };
}

export function people(graph: GraphDouble, count: number, options: UserOptions = {}): readonly string[] {
  return Array.from({ length: count }, (_, nth) => {
    const account = `user-${graph.state.users.size + nth}@example.org`;
    return account;
  }).map((account) => {
    addUser(graph.state, account, options);
    return account;
  });
}

/** Nobody else has a seat, each of these has one, and it was given once at most. */
export function assertHolders({ state }: GraphDouble, accounts: readonly string[]): void {
  assert.equal(consumed(state, sku), accounts.length);
  for (const account of accounts) {
    const user = state.users.get(account);
    assert.ok(user !== undefined && isHeld(nowOf(user), sku), `${account} has no seat`);
  }
  for (const [account, user] of state.users) {
    const own = nowOf(user).states.filter((each) => each.skuId === sku && each.assignedByGroup === null);
    assert.ok(own.length <= 1, `${account} has ${own.length} seats`);
    const given = user.changes.filter((each) => each === `+${sku}`).length;
    const taken = user.changes.filter((each) => each === `-${sku}`).length;
    assert.ok(given <= 1 && taken <= 1, `${account}: ${user.changes.join(" ")}`);
  }
}

/** Writes that reached the vendor, refused ones too. */
export function writesOf({ lines }: GraphDouble): readonly string[] {
  return lines.filter((line) => /^(PATCH|POST) \/users/.test(line));
}

/** Ends once so many writes have come. */
export async function writesOfAtLeast(graph: GraphDouble, count: number): Promise<void> {
  while (writesOf(graph).length < count) await setImmediate();
}
