export interface GrafanaRegion {
  readonly name: string;
  /** Whether Grafana can be spread over the region's zones. */
  readonly zones: boolean;
  /** Whether it lies in the European Union, where public offices' data often has to stay. */
  readonly union: boolean;
}

/**
 * Regions in which Azure has Managed Grafana: what Azure Resource Manager listed for Microsoft.Dashboard/grafana (as
 * kept in Azure/PSRule.Rules.Azure, October 2023), with those that came since by Azure's own word: Switzerland North
 * (Azure/azure-managed-grafana#15, February 2025), and all of the next list. Italy North is in none of them.
 *
 * `zones`: what Resource Manager answers with ZoneRedundancyNotSupported (MicrosoftDocs/azure-docs#128186, February
 * 2026), without the test region. The page "Reliability in Azure Managed Grafana" (March 2026) has but six of these.
 */
export const grafanaRegions: readonly GrafanaRegion[] = [
  { name: "australiaeast", zones: true, union: false },
  { name: "canadacentral", zones: true, union: false },
  { name: "centralindia", zones: true, union: false },
  { name: "centralus", zones: false, union: false },
  { name: "eastasia", zones: true, union: false },
  { name: "eastus", zones: true, union: false },
  { name: "eastus2", zones: false, union: false },
  { name: "francecentral", zones: true, union: true },
  { name: "koreacentral", zones: true, union: false },
  { name: "northeurope", zones: true, union: true },
  { name: "norwayeast", zones: true, union: false },
  { name: "southcentralus", zones: true, union: false },
  { name: "southeastasia", zones: false, union: false },
  { name: "swedencentral", zones: false, union: true },
  { name: "switzerlandnorth", zones: false, union: false },
  { name: "uksouth", zones: true, union: false },
  { name: "westcentralus", zones: false, union: false },
  { name: "westeurope", zones: false, union: true },
  { name: "westus", zones: false, union: false },
  { name: "westus2", zones: false, union: false },
  { name: "westus3", zones: true, union: false },
];

/** Whether Grafana can be spread over the zones of a region; of one that is not known here, no. */
export function grafanaHasZones(region: string): boolean {
  return grafanaRegions.some(({ name, zones }) => name === region && zones);
}
