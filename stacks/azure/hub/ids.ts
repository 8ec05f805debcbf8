import type { AzureContext } from "../context.ts";
import { resourceId } from "../ids.ts";
import { hubSubscription } from "../known.ts";

/** What every resource of the hub's group begins with. */
export function placed({ cloud, names, tags }: AzureContext) {
  return { resourceGroupName: names.hubGroup, location: cloud.region, tags };
}

/** Id of something in the hub's resource group, told from its name. */
export function inHub(
  context: AzureContext,
  type: `Microsoft.${string}/${string}`,
  name: string,
  ...children: readonly string[]
): string {
  return resourceId(hubSubscription(context), context.names.hubGroup, type, name, ...children);
}
