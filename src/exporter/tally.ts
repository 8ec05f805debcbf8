/** What went one way and the other, bytes. */
export interface Bytes {
  readonly rx: number;
  readonly tx: number;
}

/** A counter grew by more than any line carries: whoever gave it does not tell the truth. */
export class ImplausibleBytesError extends Error {
  override readonly name = "ImplausibleBytesError";
}

/** 400 Gb/s: more than the fastest network cards of a gateway. */
const mostBytesPerSecond = 50e9;
/** Counters that are listed no more, and may come again: a listing that is made while they change may miss one. */
const keptAbsent = 64;

interface Scope {
  readonly last: ReadonlyMap<string, Bytes>;
  readonly total: Bytes;
  /** When `last` was read, milliseconds since 1970. */
  readonly at: number;
}

/**
 * Adds up counters that come and go (SAs that are rekeyed, peers that are removed) into totals that only grow, one a
 * scope. A total begins with 0 when its scope is first seen, so that an exporter that restarts begins a new counter and
 * counts nothing twice. A counter that fell began anew: what it counted before it is seen again is not known, and not
 * added. What a counter grew between its last reading and its end is lost.
 */
export class ByteTally {
  readonly #scopes = new Map<string, Scope>();

  /** Takes a reading at `now` (milliseconds since 1970), gives the totals. Throws ImplausibleBytesError, and adds nothing. */
  take(scope: string, counters: ReadonlyMap<string, Bytes>, now: number): Bytes {
    const known = this.#scopes.get(scope);
    const before = known?.last ?? counters;
    const grown = { rx: 0, tx: 0 };
    for (const [key, { rx, tx }] of counters) {
      const last = before.get(key) ?? { rx: 0, tx: 0 };
      grown.rx += Math.max(0, rx - last.rx);
      grown.tx += Math.max(0, tx - last.tx);
    }
    const seconds = Math.max(0, now - (known?.at ?? now)) / 1000 + 1;
    const most = Math.max(grown.rx, grown.tx);
    if (most > seconds * mostBytesPerSecond)
      throw new ImplausibleBytesError(`${most} bytes more than ${Math.round(seconds)} s ago`);
    const absent = [...before].filter(([key]) => !counters.has(key)).slice(-keptAbsent);
    const total = { rx: (known?.total.rx ?? 0) + grown.rx, tx: (known?.total.tx ?? 0) + grown.tx };
    this.#scopes.set(scope, { last: new Map([...absent, ...counters]), total, at: now });
    return total;
  }

  /** Forgets all other scopes. */
  keep(scopes: ReadonlySet<string>): void {
    for (const scope of this.#scopes.keys()) if (!scopes.has(scope)) this.#scopes.delete(scope);
  }
}
