import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";
import { listAll } from "./list.ts";

/** How much of a quota is used, in a subscription and region. */
export interface Usage {
  /** `cores` (all vCPUs), `standardDSv5Family`, `virtualMachines`, `PublicIPAddresses`, … */
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

const shape = z
  .object({
    name: z.object({ value: z.string() }),
    currentValue: z.number().nonnegative(),
    // Network's limits are -1 where there is none.
    limit: z.number(),
  })
  .transform(({ name, currentValue, limit }): Usage => ({ name: name.value, used: currentValue, limit }));

/** Quotas of virtual machines: vCPUs by family, and in all. Throws ArmError. */
export function listVmUsages(
  arm: ArmClient,
  subscription: string,
  region: string,
  signal: AbortSignal,
): Promise<readonly Usage[]> {
  return listAll(arm, pathOf("Microsoft.Compute", subscription, region), apiVersions.compute, shape, signal);
}

/** Quotas of networks: addresses, gateways, peerings. Throws ArmError. */
export function listNetworkUsages(
  arm: ArmClient,
  subscription: string,
  region: string,
  signal: AbortSignal,
): Promise<readonly Usage[]> {
  return listAll(arm, pathOf("Microsoft.Network", subscription, region), apiVersions.network, shape, signal);
}

function pathOf(provider: string, subscription: string, region: string): string {
  return `/subscriptions/${subscription}/providers/${provider}/locations/${region}/usages`;
}
