import type { Family } from "../metrics.ts";
import { PartialCollectionError } from "./partial.ts";

/** What a source gave: the figures, and since when the oldest of them is true, milliseconds since 1970. */
export interface Gathered {
  readonly families: readonly Family[];
  readonly at: number;
  /** What of it failed, in words. */
  readonly faults: readonly string[];
}

/** One part of a collector's work that stands or falls by itself: a pool, a subscription, a region. */
export interface Source {
  /** Names it in `collector_data_age_seconds`, and in errors. */
  readonly scope: string;
  /** All that the figures depend on: another key is another source, and the old one's figures go. */
  readonly key: string;
  gather(signal: AbortSignal): Promise<Gathered>;
}

export interface Keeping {
  readonly collector: string;
  /** A source is asked this often. */
  readonly everyMs: number;
  /** Figures older than this are not served. */
  readonly boundMs: number;
}

interface Kept {
  value: Gathered | undefined;
  error: string | undefined;
  running: Promise<void> | undefined;
  /** Not asked before this, milliseconds since 1970. */
  due: number;
}

/** A scrape waits this long for what is under way; then it takes what there is. Less than a collector's time. */
const patienceMs = 300;
/** A source that takes longer has failed. */
const gatherMs = 60_000;
/** After a failure a source is asked again after this, or after its usual time where that is shorter. */
const retryMs = 60_000;

/**
 * Figures of slow sources, kept between scrapes. A scrape starts what is due and never waits long for it; it serves
 * what is known, with its age, until it is too old. Nothing runs while nobody scrapes.
 */
export class Keeper {
  readonly #now: () => number;
  readonly #kept = new Map<string, Map<string, Kept>>();
  readonly #closed = new AbortController();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now();
  }

  /** Gives up what is under way. */
  close(): void {
    this.#closed.abort(new Error("the exporter stops"));
  }

  /** Throws PartialCollectionError where a source failed, has given nothing yet, or is too old to be served. */
  async serve(sources: readonly Source[], keeping: Keeping, signal: AbortSignal): Promise<readonly Family[]> {
    const kept = this.#keptOf(keeping.collector, sources);
    for (const source of sources) this.#start(source, kept.get(source.key), keeping);
    await soon(
      sources.flatMap(({ key }) => kept.get(key)?.running ?? []),
      signal,
    );
    const states = sources.map(({ scope, key }) => this.#stateOf(scope, kept.get(key), keeping));
    const families: Family[] = [
      ...states.flatMap(({ families }) => families),
      {
        name: "collector_data_age_seconds",
        samples: states.flatMap(({ scope, age }) =>
          age === undefined ? [] : [{ labels: { collector: keeping.collector, scope }, value: age }],
        ),
      },
    ];
    const faults = states.flatMap(({ faults }) => faults);
    if (faults.length > 0) throw new PartialCollectionError(inFew(faults), families);
    return families;
  }

  /** The sources that there are now; what was kept of others goes. */
  #keptOf(collector: string, sources: readonly Source[]): ReadonlyMap<string, Kept> {
    const before = this.#kept.get(collector);
    const kept = new Map(
      sources.map(({ key }): [string, Kept] => [
        key,
        before?.get(key) ?? { value: undefined, error: undefined, running: undefined, due: 0 },
      ]),
    );
    this.#kept.set(collector, kept);
    return kept;
  }

  #start(source: Source, kept: Kept | undefined, { everyMs }: Keeping): void {
    if (kept === undefined || kept.running !== undefined || this.#now() < kept.due || this.#closed.signal.aborted)
      return;
    kept.running = this.#gather(source, kept, everyMs).finally(() => {
      kept.running = undefined;
    });
  }

  async #gather(source: Source, kept: Kept, everyMs: number): Promise<void> {
    const startedAt = this.#now();
    try {
      const value = await source.gather(AbortSignal.any([this.#closed.signal, AbortSignal.timeout(gatherMs)]));
      kept.value = value;
      kept.error = value.faults.length === 0 ? undefined : inFew(value.faults);
      kept.due = startedAt + everyMs;
    } catch (error) {
      kept.error = (error as Error).message;
      const asked = (error as { readonly retryAfterMs?: number }).retryAfterMs ?? 0;
      kept.due = startedAt + Math.max(asked, Math.min(everyMs, retryMs));
    }
  }

  #stateOf(scope: string, kept: Kept | undefined, { boundMs }: Keeping): State {
    const of = (words: string): string => `${scope}: ${words}`;
    const failed = kept?.error === undefined ? [] : [of(kept.error)];
    if (kept?.value === undefined) {
      return { scope, families: [], age: undefined, faults: failed.length > 0 ? failed : [of("no figures yet")] };
    }
    const ageMs = Math.max(0, this.#now() - kept.value.at);
    const age = ageMs / 1000;
    if (ageMs <= boundMs) return { scope, families: kept.value.families, age, faults: failed };
    const old = of(`its figures are too old to be served (more than ${boundMs / 1000} s)`);
    return { scope, families: [], age, faults: [...failed, old] };
  }
}

interface State {
  readonly scope: string;
  readonly families: readonly Family[];
  /** Seconds. */
  readonly age: number | undefined;
  readonly faults: readonly string[];
}

/** Resolves when all is done, after a short while, or when the signal fires. */
async function soon(running: readonly Promise<void>[], signal: AbortSignal): Promise<void> {
  if (running.length === 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, patienceMs);
    signal.addEventListener("abort", done, { once: true });
    void Promise.all(running).then(done);
  });
}

const mostFaults = 5;

function inFew(faults: readonly string[]): string {
  const rest = faults.length - mostFaults;
  return [...faults.slice(0, mostFaults), ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}
