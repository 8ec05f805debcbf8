import type { Fleet, FleetBody, FleetSite } from "../fleet/schema.ts";
import { formatAddress, formatRange, parseRange, reverseBits, sizeOf } from "./addresses.ts";
import { PlanError } from "./error.ts";
import { partOf, wholeUp } from "./exact.ts";
import type { InstancePlan, LinkPlan, PoolPlan, SitePlan } from "./types.ts";

/**
 * Sites and their lines. The transit range's lower half is the hub's own; the upper half is cut in 64 addresses a
 * site: slot 0 of 8 is the site's (its router's address), slots 1 to 7 its lines in order. Bodies start at
 * bit-reversed places, the sites of one follow each other from there (a site never outgrows its 64 addresses).
 */

/** Private AS numbers: the hub's, the instances' from the next on, and the sites' from the 32-bit private range. */
export const hubAsn = 64_512;
export const instanceAsn = (ordinal: number): number => hubAsn + 1 + ordinal;
const firstSiteAsn = 4_200_000_000;

const siteSize = 64;
const linkSize = 8;
const bodyBits = 5;
/** Lines that a site's addresses have room for. */
export const mostLines = siteSize / linkSize - 1;

/** Where a site's line ends: lines are given to the instances by turns, and each site begins with another. */
export function homeOf<Instance>(
  instances: readonly Instance[],
  siteOrdinal: number,
  lineOrdinal: number,
): Instance | undefined {
  return instances[(siteOrdinal + lineOrdinal) % instances.length];
}

/** Number of the body's first site slot, and how many sites fit before the next body's. */
function siteRooms(fleet: Fleet): readonly { readonly first: number; readonly room: number }[] {
  const slots = Math.floor(sizeOf(parseRange(fleet.network.transit)) / 2 / siteSize);
  const starts = fleet.bodies.map((_, ordinal) => (reverseBits(ordinal, bodyBits) * slots) / 2 ** bodyBits);
  const taken = starts.filter((_, ordinal) => (fleet.bodies[ordinal]?.sites.length ?? 0) > 0).toSorted((a, b) => a - b);
  return fleet.bodies.map((body, ordinal) => {
    const first = starts[ordinal] ?? 0;
    const room = Number.isInteger(first) ? (taken.find((start) => start > first) ?? slots) - first : 0;
    if (body.sites.length > room) {
      throw new PlanError(
        `body ${body.id} has ${body.sites.length} sites, and its place in ${fleet.network.transit} has room for ` +
          `${Math.floor(room)}; give network.transit more room`,
      );
    }
    return { first, room };
  });
}

/** Sites of every body, in file order. `pools` are all pools of the plan. */
export function planSites(
  fleet: Fleet,
  pools: readonly PoolPlan[],
  instances: readonly InstancePlan[],
): readonly (readonly SitePlan[])[] {
  const transit = parseRange(fleet.network.transit);
  const base = transit.first + sizeOf(transit) / 2;
  return siteRooms(fleet).map(({ first }, ordinal) => {
    const body = fleet.bodies[ordinal];
    if (body === undefined) return [];
    return body.sites.map((site, siteOrdinal) => {
      const slot = first + siteOrdinal;
      return planSite({ body, site, siteOrdinal, slot, base, pools, instances });
    });
  });
}

interface SiteInput {
  readonly body: FleetBody;
  readonly site: FleetSite;
  readonly siteOrdinal: number;
  /** Number of the site's 64 addresses in the upper half. */
  readonly slot: number;
  /** First address of the upper half. */
  readonly base: number;
  readonly pools: readonly PoolPlan[];
  readonly instances: readonly InstancePlan[];
}

function planSite({ body, site, siteOrdinal, slot, base, pools, instances }: SiteInput): SitePlan {
  const id = `${body.id}/${site.id}`;
  const here = pools.filter((pool) => pool.site === id);
  const address = base + slot * siteSize;
  return {
    id,
    body: body.id,
    name: site.name ?? site.id,
    ordinal: siteOrdinal,
    unit: site.unit,
    router: formatAddress(address + 1),
    asn: firstSiteAsn + slot,
    pools: here.map((pool) => pool.id),
    desks: here.reduce((sum, pool) => sum + pool.desks, 0),
    peopleAtOnce: wholeUp(here.reduce((sum, pool) => sum + partOf(pool.desks, pool.concurrency), 0n)),
    links: site.links.map((link, ordinal): LinkPlan => {
      const first = address + (ordinal + 1) * linkSize;
      return {
        id: `${id}/${link.id}`,
        body: body.id,
        site: id,
        name: link.id,
        ordinal,
        carrier: link.carrier,
        mbps: link.mbps,
        critical: link.critical,
        availability: link.availability,
        instance: homeOf(instances, siteOrdinal, ordinal)?.id ?? "",
        slot: (first - base) / linkSize,
        transit: formatRange({ first, prefix: 29 }),
        tunnel: {
          gatewayOuter: formatAddress(first + 1),
          siteOuter: formatAddress(first + 2),
          gatewayInner: formatAddress(first + 5),
          siteInner: formatAddress(first + 6),
        },
      };
    }),
  };
}
