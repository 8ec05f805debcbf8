import { asksAzure } from "../azure.ts";
import type { Collector } from "../collector.ts";

/** What Azure said longer ago says nothing: the bucket refills within seconds. */
const boundMs = 300_000;

/** Reads that Resource Manager said are left, from the answers to whatever was asked last: it costs no read itself. */
export const azureReadsCollector: Collector = {
  name: "azure-reads",
  applies: asksAzure,
  collect: ({ fleet, azure }) => {
    const now = Date.now();
    const samples = (fleet?.inventory.azure?.subscriptions ?? []).flatMap((subscription) => {
      const left = azure?.arm.reads.get(subscription.toLowerCase());
      if (left === undefined || now - left.at > boundMs) return [];
      return (["principal", "all"] as const).flatMap((scope) => {
        const value = left[scope];
        return value === undefined ? [] : [{ labels: { subscription, scope }, value }];
      });
    });
    return [{ name: "arm_reads_remaining", samples }];
  },
};
