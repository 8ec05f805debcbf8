import { desktopRegions } from "../../src/fleet/tenancy/desktop-regions.ts";
import type { AzureContext } from "./context.ts";

/** Where the desktops' service keeps its objects: the tenancy's word, else the fleet's region. Throws an Error. */
export function desktopRegion({ cloud, tenancy }: Pick<AzureContext, "cloud" | "tenancy">): string {
  const region = tenancy.desktopRegion ?? cloud.region;
  if (tenancy.desktopRegion !== undefined || desktopRegions.includes(region)) return region;
  throw new Error(
    `Azure Virtual Desktop keeps no host pools in ${region} (azure.region of the fleet file); name a region near it ` +
      `in the tenancy file, e.g. desktopRegion: westeurope; it has ${desktopRegions.join(", ")}`,
  );
}
