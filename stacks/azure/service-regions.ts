import { placedServices, placeOf, type PlacedKey } from "../../src/fleet/tenancy/service-regions.ts";
import type { AzureContext } from "./context.ts";

type Places = Pick<AzureContext, "cloud" | "tenancy">;

/** Where the desktops' service keeps its objects. Throws an Error. */
export function desktopRegion(context: Places): string {
  return regionOf("desktopRegion", context);
}

/** Where Managed Grafana stands. Throws an Error. */
export function grafanaRegion(context: Places): string {
  return regionOf("grafanaRegion", context);
}

function regionOf(key: PlacedKey, { cloud, tenancy }: Places): string {
  const region = placeOf(key, tenancy[key], cloud.region);
  if (region !== undefined) return region;
  const { lacks, advice, regions } = placedServices[key];
  throw new Error(
    `${lacks(cloud.region)} (azure.region of the fleet file); write ${key}: in the tenancy file: ${advice}; it has ` +
      regions.join(", "),
  );
}
