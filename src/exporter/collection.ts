import type { Collector, Scene } from "./collector.ts";
import type { Collected } from "./exposition.ts";
import { PartialCollectionError } from "./partial.ts";

interface Outcome {
  readonly collector: string;
  readonly families: readonly Collected[];
  readonly error: Error | undefined;
  readonly seconds: number;
}

export interface CollectionOptions {
  readonly collectors: readonly Collector[];
  /** A collector that takes longer has failed at this scrape. */
  readonly budgetMs: number;
  /** Told when a collector begins to fail, fails differently, or recovers. */
  readonly note: (text: string) => void;
}

/**
 * Runs collectors side by side, each within its time; one that fails, or hangs, costs only its own metrics. Scrapes at
 * the same moment share one run; a collector that still hangs from an earlier scrape is not started again.
 */
export class Collection {
  readonly #options: CollectionOptions;
  readonly #running = new Map<string, Promise<Outcome>>();
  readonly #hanging = new Set<string>();
  readonly #lastError = new Map<string, string>();

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /** Everything, with `collector_success` and `collector_duration_seconds`. */
  async all(scene: Scene): Promise<readonly Collected[]> {
    const applying = this.#options.collectors.filter((collector) => collector.applies?.(scene) ?? true);
    const outcomes = await Promise.all(applying.map((collector) => this.#run(collector, scene)));
    return [...outcomes.flatMap(({ families }) => families), ...reportOf(outcomes)];
  }

  /** Only the quick collectors. */
  async quick(scene: Scene): Promise<readonly Collected[]> {
    const quick = this.#options.collectors.filter((collector) => collector.quick === true);
    const outcomes = await Promise.all(quick.map((collector) => this.#run(collector, scene)));
    return outcomes.flatMap(({ families }) => families);
  }

  #run(collector: Collector, scene: Scene): Promise<Outcome> {
    const running = this.#running.get(collector.name);
    if (running !== undefined) return running;
    const run = this.#measure(collector, scene).finally(() => this.#running.delete(collector.name));
    this.#running.set(collector.name, run);
    return run;
  }

  async #measure(collector: Collector, scene: Scene): Promise<Outcome> {
    const startedAt = performance.now();
    const finish = (families: readonly Collected[], error: Error | undefined): Outcome => {
      this.#tell(collector.name, error);
      return { collector: collector.name, families, error, seconds: (performance.now() - startedAt) / 1000 };
    };
    try {
      return finish(await this.#limited(collector, scene), undefined);
    } catch (error) {
      const partial = error instanceof PartialCollectionError ? error.families : [];
      return finish(partial, error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #limited(collector: Collector, scene: Scene): Promise<readonly Collected[]> {
    if (this.#hanging.has(collector.name)) throw new Error("it still hangs from an earlier scrape");
    const { budgetMs } = this.#options;
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`it took more than ${budgetMs} ms`)), budgetMs);
    });
    this.#hanging.add(collector.name);
    const work = Promise.resolve()
      .then(() => collector.collect(scene, abort.signal))
      .finally(() => this.#hanging.delete(collector.name));
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  #tell(name: string, error: Error | undefined): void {
    const before = this.#lastError.get(name);
    if (error?.message === before) return;
    if (error === undefined) this.#lastError.delete(name);
    else this.#lastError.set(name, error.message);
    this.#options.note(error === undefined ? `collector ${name} works again` : `collector ${name}: ${error.message}`);
  }
}

function reportOf(outcomes: readonly Outcome[]): readonly Collected[] {
  return [
    {
      name: "collector_success",
      samples: outcomes.map(({ collector, error }) => ({ labels: { collector }, value: error === undefined ? 1 : 0 })),
    },
    {
      name: "collector_duration_seconds",
      samples: outcomes.map(({ collector, seconds }) => ({ labels: { collector }, value: seconds })),
    },
  ];
}
