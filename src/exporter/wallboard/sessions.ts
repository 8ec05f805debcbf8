import type { Collected } from "../exposition.ts";

/** Figures of sessions that are older than this, in seconds, are not shown. */
const boundSeconds = 120;

interface Counted {
  readonly sessions: ReadonlyMap<string, number>;
  readonly capacity: ReadonlyMap<string, number>;
}

const nothing: Counted = { sessions: new Map(), capacity: new Map() };

/** Who is connected, as collectors last told it to a scrape. */
export class Sessions {
  #gateways: ReadonlyMap<string, number> = new Map();
  #pools = nothing;
  /** Seconds since 1970; 0 for never. */
  #at = 0;

  /** Takes in what a run of the collectors gave. `now`: seconds since 1970. */
  take(collected: readonly Collected[], now: number): void {
    this.#gateways = valuesOf(collected, "vpn_sessions", "gateway");
    this.#pools = {
      sessions: valuesOf(collected, "pool_sessions", "pool"),
      capacity: valuesOf(collected, "pool_session_capacity", "pool"),
    };
    this.#at = now;
  }

  /** How long ago a run gave figures, seconds. */
  age(now: number): number {
    return now - this.#at;
  }

  /** People at a gateway instance; undefined where nobody knows. */
  atGateway(instance: string, now: number): number | undefined {
    return this.age(now) > boundSeconds ? undefined : this.#gateways.get(instance);
  }

  /** Sessions on a pool's hosts, and how many these carry; undefined where nobody knows. */
  inPool(pool: string, now: number): { readonly sessions: number; readonly capacity: number } | undefined {
    if (this.age(now) > boundSeconds) return undefined;
    const sessions = this.#pools.sessions.get(pool);
    const capacity = this.#pools.capacity.get(pool);
    return sessions === undefined || capacity === undefined ? undefined : { sessions, capacity };
  }
}

function valuesOf(
  collected: readonly Collected[],
  name: "vpn_sessions" | "pool_sessions" | "pool_session_capacity",
  label: "gateway" | "pool",
): ReadonlyMap<string, number> {
  const samples = collected.flatMap((family) =>
    family.name === name && "samples" in family
      ? family.samples.map(
          ({ labels, value }) => [(labels as Readonly<Record<string, string>>)[label] ?? "", value] as const,
        )
      : [],
  );
  return new Map(samples);
}
