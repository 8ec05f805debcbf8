/**
 * Regions in which Azure keeps host pools, workspaces, application groups and scaling plans (what Azure Resource Manager
 * answers as "available regions" of Microsoft.DesktopVirtualization/hostpools; read in 2026). Their hosts may stand
 * anywhere, and Italy North is not among these.
 */
export const desktopRegions: readonly string[] = [
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
