import type { AzureContext } from "./context.ts";

/**
 * Regions in which Azure keeps host pools, workspaces, application groups and scaling plans (what Azure Resource Manager
 * answers as "available regions" of Microsoft.DesktopVirtualization/hostpools; read in 2026). Their hosts may stand
 * anywhere, and Italy North is not among these.
 */
const desktopRegions: readonly string[] = [
  "australiaeast",
  "canadacentral",
  "canadaeast",
  "centralindia",
  "centralus",
  "eastus",
  "eastus2",
  "japaneast",
  "japanwest",
  "northcentralus",
  "northeurope",
  "southafricanorth",
  "southcentralus",
  "uksouth",
  "ukwest",
  "westcentralus",
  "westeurope",
  "westus",
  "westus2",
  "westus3",
];

/** Where the desktops' service keeps its objects: the tenancy's word, else the fleet's region. Throws an Error. */
export function desktopRegion({ cloud, tenancy }: Pick<AzureContext, "cloud" | "tenancy">): string {
  const region = tenancy.desktopRegion ?? cloud.region;
  if (tenancy.desktopRegion !== undefined || desktopRegions.includes(region)) return region;
  throw new Error(
    `Azure Virtual Desktop keeps no host pools in ${region} (azure.region of the fleet file); name a region near it ` +
      `in the tenancy file, e.g. desktopRegion: westeurope; it has ${desktopRegions.join(", ")}`,
  );
}
