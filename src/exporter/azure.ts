import type { AzureInventory } from "../inventory.ts";
import type { Scene } from "./collector.ts";

/** Whether the fleet stands in Azure and the exporter may ask there. */
export function asksAzure({ azure, fleet }: Scene): boolean {
  return azure !== undefined && fleet?.inventory.target === "azure" && fleet.inventory.azure !== undefined;
}

/** Regions that the fleet's gateways, and so its desks, stand in. */
export function regionsOf({ gateways }: AzureInventory): readonly string[] {
  return [...new Set(gateways.map(({ region }) => region))];
}
