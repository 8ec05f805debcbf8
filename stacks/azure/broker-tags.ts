import type { AzureContext } from "./context.ts";

/** Tags of the broker's objects: by `way` the policy pack knows those that must be closed to the public network. */
export function brokerTags({ plan, tags }: Pick<AzureContext, "plan" | "tags">): Readonly<Record<string, string>> {
  return { ...tags, way: plan.access.way };
}
