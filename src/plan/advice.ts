import { desksThatBreak } from "./demand.ts";
import { limits } from "./limits.ts";
import { type ProofInput, subscriptionName } from "./proof/row.ts";
import type { Advice } from "./types.ts";

/** What the vendor recommends and does not enforce: told with what to do, and nothing is refused for it. */
export function adviceOn(input: ProofInput): readonly Advice[] {
  return [...input.demand.subscriptions].map(([name, vms]) => autoscaledVms(input, name, vms));
}

/** Every host has a scaling plan, a personal one too: all of them count. */
function autoscaledVms({ fleet, stage, plan }: ProofInput, subscription: string, vms: number): Advice {
  const { value, source } = limits.autoscaledVmsPerSubscription;
  const alone = plan.bodies
    .filter((body) => (body.subscription ?? "") === subscription)
    .filter((body) => body.pools.reduce((sum, pool) => sum + (pool.kind === "physical" ? 0 : pool.hosts), 0) > value);
  const remedy =
    alone.length === 0
      ? "give bodies a subscription of their own"
      : `split ${alone.map(({ id }) => id).join(", ")} into bodies in subscriptions of their own`;
  return {
    what: `VMs in ${subscriptionName(subscription)} that scaling plans start and stop`,
    demand: vms,
    recommended: value,
    unit: "VMs",
    source,
    passedAtDesks: desksThatBreak(fleet, stage, ({ subscriptions }) => subscriptions.get(subscription) ?? 0, value),
    followed: vms <= value,
    remedy: `expect starts in the morning to be held back, or ${remedy}`,
  };
}
