import { limits, writeBudget } from "./limits.ts";
import { metersOf } from "./preflight/meters.ts";
import { costsOf } from "./preflight/prices.ts";
import { subscriptionNeeds, vcpuNeeds } from "./preflight/quota.ts";
import { features, registrationSource, resourceProviders } from "./preflight/registrations.ts";
import type { Notice, Preflight, Price, SubscriptionNeed } from "./preflight/types.ts";
import { buildTime, writeNeeds } from "./preflight/writes.ts";
import type { Plan } from "./types.ts";

/** What to have in hand before the plan is built in Azure; undefined where the fleet names no cloud. */
export function preflightOf(plan: Plan, prices: readonly Price[]): Preflight | undefined {
  const { cloud } = plan;
  if (cloud === undefined) return undefined;
  const writes = writeNeeds(plan);
  const subscriptions = subscriptionNeeds(plan, cloud);
  return {
    region: cloud.region,
    vcpus: vcpuNeeds(plan, cloud),
    subscriptions,
    writes,
    time: buildTime(writes),
    costs: costsOf(metersOf(plan, cloud), prices),
    notices: [...subscriptionNotice(subscriptions), ...shared(cloud.region)],
  };
}

const count = (value: number): string => value.toLocaleString("en-US");

/** The least number of subscriptions that all VMs fit in, were bodies spread evenly. */
function subscriptionNotice(subscriptions: readonly SubscriptionNeed[]): readonly Notice[] {
  const vms = subscriptions.reduce((sum, need) => sum + need.vms, 0);
  const { vmsPerSubscription, autoscaledVmsPerSubscription } = limits;
  const least = Math.max(1, Math.ceil(vms / vmsPerSubscription.value));
  const best = Math.max(1, Math.ceil(vms / autoscaledVmsPerSubscription.value));
  return [
    {
      text:
        `${count(vms)} VMs need at least ${least} subscription${least === 1 ? "" : "s"}, ${best} as recommended with ` +
        `autoscale; the fleet names ${subscriptions.length}`,
      source: vmsPerSubscription.source,
    },
  ];
}

function shared(region: string): readonly Notice[] {
  return [
    {
      text:
        "once a subscription: " +
        features
          .map(({ namespace, name }) => `az feature register --namespace ${namespace} --name ${name}`)
          .join("; ") +
        `; then, for each of ${resourceProviders.join(", ")}: az provider register --namespace NAME`,
      source: registrationSource,
    },
    {
      text: `quotas as they are: az vm list-usage --location ${region}; az network list-usages --location ${region}`,
      source: "Azure CLI",
    },
    {
      text:
        "each resource is a write of its own: no deployments, so their limits (800 in the history, 800 resources each) " +
        "do not apply",
      source: writeBudget.source,
    },
  ];
}
