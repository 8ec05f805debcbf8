import { gatewayMinutes, readBudget, writeBudget } from "../limits.ts";
import type { Plan } from "../types.ts";
import type { BuildTime, WriteNeed } from "./types.ts";

/** The writes that making everything asks of each subscription, and the least time that the budgets leave for them. */
export function writeNeeds(plan: Plan): readonly WriteNeed[] {
  const slices = plan.slices.filter(({ target }) => target === "azure").flatMap(({ writes }) => writes);
  const groups = Map.groupBy(slices, ({ subscription }) => subscription);
  return [...groups].map(([subscription, parts]) => {
    const network = parts.reduce((sum, part) => sum + part.network, 0);
    const writes = network + parts.reduce((sum, part) => sum + part.others, 0);
    const least = (budget: Budget): number =>
      Math.ceil(Math.max(bucketSeconds(writes, budget), windowSeconds(network, budget)) / 60);
    // A refresh reads each thing once that was written.
    return { subscription, writes, network, minutes: least(writeBudget), refreshMinutes: least(readBudget) };
  });
}

type Budget = typeof writeBudget | typeof readBudget;

/** A full bucket is spent at once, the rest as it fills. */
export function bucketSeconds(requests: number, { bucket, perSecond }: Budget): number {
  return Math.max(0, requests - bucket) / perSecond;
}

/** So many requests of the network provider a window: the last window's go as soon as it opens. */
export function windowSeconds(requests: number, { network }: Budget): number {
  return Math.max(0, Math.ceil(requests / network.most) - 1) * network.seconds;
}

/** The bodies wait for the hub, and the hub for its gateway; subscriptions have budgets of their own. */
export function buildTime(writes: readonly WriteNeed[]): BuildTime {
  const { createAtLeast, create } = gatewayMinutes;
  return {
    gateway: { atLeast: createAtLeast, atMost: create },
    atLeast: createAtLeast + Math.max(0, ...writes.map(({ minutes }) => minutes)),
  };
}
