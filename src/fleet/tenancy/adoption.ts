import type { Fleet } from "../schema.ts";
import { hasCloudDesks, subscriptionOf } from "./needs.ts";

/** Something that may be there already: it is then built upon, and neither made, changed nor taken away. */
export interface Adoptable {
  /** Its key under `adopt:` of the tenancy file. */
  readonly name: string;
  /** What it must be, as Azure Resource Manager writes it, and how many words call it. */
  readonly type: string;
  readonly what: string;
  /** Name of the subscription that it must stand in: the one of those who stand in it. Undefined: any of the tenant's. */
  readonly subscription?: string;
  /** The name that it must have; undefined: any. */
  readonly called?: string;
}

/** Private DNS zones by what they resolve (Azure Private Endpoint: private DNS zone values, Microsoft Learn). */
export const privateZones = {
  desktops: "privatelink.wvd.microsoft.com",
  desktopsGlobal: "privatelink-global.wvd.microsoft.com",
  files: "privatelink.file.core.windows.net",
  vaults: "privatelink.vaultcore.azure.net",
} as const;

/** A zone's key under `adopt:`. */
export const zoneKeys = {
  desktops: "zone-desktops",
  desktopsGlobal: "zone-feed",
  files: "zone-files",
  vaults: "zone-vaults",
} as const satisfies Record<keyof typeof privateZones, string>;

/**
 * What a fleet can build upon: its hub's network, a body's network, the private zones that an office's networks are
 * linked to already, and what a tenant has one of.
 */
export function adoptables(fleet: Fleet): readonly Adoptable[] {
  const { azure } = fleet;
  if (azure === undefined) return [];
  const hub = azure.subscriptions[0] ?? "";
  const network = { type: "Microsoft.Network/virtualNetworks", what: "a virtual network" };
  return [
    { name: "hub-network", ...network, subscription: hub },
    ...fleet.bodies
      .filter(hasCloudDesks)
      .map((body) => ({ name: `network-${body.id}`, ...network, subscription: subscriptionOf(fleet, body) ?? "" })),
    ...Object.entries(zoneKeys).map(([zone, name]) => ({
      name,
      type: "Microsoft.Network/privateDnsZones",
      what: "a private DNS zone",
      called: privateZones[zone as keyof typeof privateZones],
    })),
    ...(fleet.access.way === "gateway"
      ? [
          {
            name: "global-feed",
            type: "Microsoft.DesktopVirtualization/workspaces",
            what: "a workspace of Azure Virtual Desktop",
            subscription: hub,
          },
        ]
      : []),
  ];
}

/** The parts of the id of something in a resource group. */
export interface ResourcePlace {
  readonly subscription: string;
  readonly group: string;
  /** `Microsoft.Network/virtualNetworks` */
  readonly type: string;
  readonly name: string;
}

/** Undefined for an id that is of no such form: a child's, or one outside a resource group. */
export function placeOfId(id: string): ResourcePlace | undefined {
  const found = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)$/i.exec(id);
  const [, subscription, group, type, name] = found ?? [];
  if (subscription === undefined || group === undefined || type === undefined || name === undefined) return undefined;
  return { subscription, group, type, name };
}
