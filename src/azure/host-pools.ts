import { z } from "zod";
import { apiVersions } from "./api-versions.ts";
import type { ArmClient } from "./client.ts";
import { listAll } from "./list.ts";

export interface HostPool {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** `Pooled`, `Personal` or `BYODesktop` */
  readonly type: string;
  /** Sessions a host may have; says nothing for personal pools. */
  readonly sessionsPerHost: number | undefined;
}

const shape = z
  .object({
    id: z.string(),
    name: z.string(),
    location: z.string(),
    properties: z.object({ hostPoolType: z.string(), maxSessionLimit: z.int().nullish() }),
  })
  .transform(({ id, name, location, properties }): HostPool => ({
    id,
    name,
    region: location,
    type: properties.hostPoolType,
    sessionsPerHost: properties.maxSessionLimit ?? undefined,
  }));

/** All host pools of a subscription. Throws ArmError. */
export function listHostPools(arm: ArmClient, subscription: string, signal: AbortSignal): Promise<readonly HostPool[]> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.DesktopVirtualization/hostPools`;
  return listAll(arm, path, apiVersions.desktopVirtualization, shape, signal);
}
