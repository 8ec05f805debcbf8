import { listVmUsages, type Usage } from "../../azure/usages.ts";
import type { Family } from "../../metrics.ts";
import { asksAzure, regionsOf } from "../azure.ts";
import type { AzureWatch, Collector } from "../collector.ts";
import type { Gathered, Keeping, Source } from "../keeper.ts";

const keeping: Keeping = { collector: "azure-quota", everyMs: 600_000, boundMs: 3_600_000 };

/** vCPUs used and allowed: one list a subscription and region, each ten minutes. */
export const azureQuotaCollector: Collector = {
  name: keeping.collector,
  applies: asksAzure,
  collect: async ({ fleet, azure }, signal) => {
    const inventory = fleet?.inventory.azure;
    if (azure === undefined || inventory === undefined) return [];
    const sources = inventory.subscriptions.flatMap((subscription) =>
      regionsOf(inventory).map((region) => sourceOf(azure, subscription, region)),
    );
    return azure.keeper.serve(sources, keeping, signal);
  },
};

function sourceOf({ arm, keeper }: AzureWatch, subscription: string, region: string): Source {
  const scope = `${subscription}/${region}`;
  return {
    scope,
    key: scope,
    gather: async (signal): Promise<Gathered> => {
      const at = keeper.now();
      const usages = await listVmUsages(arm, subscription, region, signal);
      return { families: familiesOf(usages, { subscription, region }), at, faults: [] };
    },
  };
}

/** The region's whole, and families that are in use: Azure lists some 150 that the fleet has nothing of. */
function familiesOf(
  usages: readonly Usage[],
  place: { readonly subscription: string; readonly region: string },
): readonly Family[] {
  const shown = usages.filter(({ name, used }) => name === "cores" || (used > 0 && /family$/i.test(name)));
  const samples = (figure: "used" | "limit") =>
    shown.map((usage) => ({ labels: { ...place, family: usage.name }, value: usage[figure] }));
  return [
    { name: "quota_vcpus_used", samples: samples("used") },
    { name: "quota_vcpus_limit", samples: samples("limit") },
  ];
}
