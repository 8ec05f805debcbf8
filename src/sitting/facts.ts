import type { Inventory, Link } from "../inventory.ts";

/** What is seen of the world for the checks. */

/** Seen, or why it could not be seen. */
export type Seen<What> = { readonly seen: What } | { readonly unseen: string };

/** How many people one meeting of the vendor holds: `own` is a server of ours, which has no such limit. */
export type Capacity = number | "own" | "unknown";

/** People in one meeting: at Zoom by its plan (https://developers.zoom.us, 2026-11-28); others let it hang on the licence. */
export function capacityOf(provider: "livekit" | "graph" | "zoom" | "webex", licence: string | undefined): Capacity {
  switch (provider) {
    case "livekit":
      return "own";
    case "zoom":
      return licence === "business" ? 300 : 100;
    case "graph":
    case "webex":
      return "unknown";
    default:
      return provider satisfies never;
  }
}

export interface Facts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly capacity: Capacity;
  /** Accounts that hold a seat. */
  readonly seats: Seen<ReadonlySet<string>>;
  /** Rooms that are made; undefined where the vendor needs none. */
  readonly rooms: Seen<ReadonlySet<string>> | undefined;
  /** Whether a grant for a sitting lies at somebody's desk; undefined where there are none. */
  readonly grant: ((sitting: string, account: string) => Seen<boolean> | undefined) | undefined;
  /** Whether a desk answers, by its id. */
  readonly desks: Seen<ReadonlyMap<string, boolean>>;
  /** Whether a line is up, by its id. */
  readonly lines: Seen<ReadonlyMap<string, boolean>>;
  readonly places: Places;
}

/** The lines over which a desk is reached; undefined for a desk that is not built. */
export type Places = (
  desk: string,
) => { readonly site: string | undefined; readonly lines: readonly Link[] } | undefined;

/** Desks in the cloud hang on no site. */
export function placesOf({ desks, hosts, pools, links }: Inventory): Places {
  const poolByHost = new Map(hosts.map(({ name, pool }) => [name, pool]));
  const siteByPool = new Map(pools.map(({ id, site }) => [id, site]));
  const poolByDesk = new Map(desks.map(({ id, host }) => [id, poolByHost.get(host)]));
  const linesBySite = Map.groupBy(links, ({ site }) => site);
  return (desk) => {
    const pool = poolByDesk.get(desk);
    if (pool === undefined) return undefined;
    const site = siteByPool.get(pool);
    return { site, lines: site === undefined ? [] : (linesBySite.get(site) ?? []) };
  };
}
