import { enumerate } from "../rules/finding.ts";
import { desktopRegions } from "./desktop-regions.ts";
import { grafanaRegions } from "./grafana-regions.ts";

/** A service that Azure does not have in every region. */
export interface PlacedService {
  readonly regions: readonly string[];
  /** What is said of a region without it. */
  lacks(region: string): string;
  /** Where to have it instead. */
  readonly advice: string;
}

const inUnion = (zones: boolean): string =>
  enumerate(grafanaRegions.filter((each) => each.union && each.zones === zones).map(({ name }) => name));

/** By the tenancy file's key that says where it is to be, where that is not the fleet's region. */
export const placedServices = {
  desktopRegion: {
    regions: desktopRegions,
    lacks: (region) =>
      `Azure Virtual Desktop keeps no host pools in the fleet's region ${region}, though hosts may stand there`,
    advice: "name one near it that does, such as westeurope",
  },
  grafanaRegion: {
    regions: grafanaRegions.map(({ name }) => name),
    lacks: (region) => `Azure is not known to have Managed Grafana in the fleet's region ${region}`,
    advice: `name one that has it; in the EU: ${inUnion(true)} (over several zones), ${inUnion(false)}`,
  },
} as const satisfies Readonly<Record<string, PlacedService>>;

export type PlacedKey = keyof typeof placedServices;

/**
 * Where a service is to be: the tenancy's word, else the fleet's region where Azure has it there, else undefined. A
 * region that Azure adds later may be named without being known here.
 */
export function placeOf(key: PlacedKey, named: string | undefined, region: string): string | undefined {
  if (named !== undefined) return named;
  return placedServices[key].regions.includes(region) ? region : undefined;
}
