import { isQuick, type MetricName } from "../metrics.ts";
import { type TargetKind, targetKinds } from "../report.ts";
import { neverProbed, type ReportStore } from "./store.ts";
import { vantageOf, type WatchedFleet } from "./watched.ts";

const upMetric = {
  link: "link_up",
  site: "site_up",
  gateway: "gateway_up",
  host: "host_up",
  service: "service_up",
} as const satisfies Record<TargetKind, MetricName>;

/** The kinds that `/metrics/links` tells. */
const quickKinds = targetKinds.filter((kind) => isQuick(upMetric[kind]));

/** Targets of a kind that have no verdict yet, but for those that cannot be asked: these are waited for in vain. */
export function withoutVerdict(fleet: WatchedFleet, store: ReportStore, kind: TargetKind): number {
  let missing = 0;
  for (const { id } of fleet[kind]) {
    const record = store.record(vantageOf[kind], kind, id);
    if ((record?.up ?? null) === null && !neverProbed(record)) missing += 1;
  }
  return missing;
}

/**
 * Whether the probers have told enough since this exporter started. Both answers are final once given: a target added
 * later is new, not a reason to wait again.
 */
export class Verdicts {
  readonly #store: ReportStore;
  readonly #fleet: () => WatchedFleet | undefined;
  readonly #pending = new Set<TargetKind>(targetKinds);
  readonly #waiting = new Set<() => void>();

  constructor(store: ReportStore, fleet: () => WatchedFleet | undefined) {
    this.#store = store;
    this.#fleet = fleet;
    store.onReport(() => this.look());
  }

  /** Looks again; to be called when the inventory changed. */
  look(): void {
    const fleet = this.#fleet();
    if (fleet === undefined || this.#pending.size === 0) return;
    for (const kind of this.#pending) {
      if (withoutVerdict(fleet, this.#store, kind) === 0) this.#pending.delete(kind);
    }
    if (!this.#quickPending()) for (const go of this.#waiting) go();
  }

  /** Why this exporter is not ready yet, in words; empty when each target had its first verdict. */
  missing(): readonly string[] {
    const fleet = this.#fleet();
    if (fleet === undefined) return ["no inventory yet"];
    return [...this.#pending].map((kind) => {
      const count = withoutVerdict(fleet, this.#store, kind);
      return `${count} of ${fleet[kind].length} ${kind}s without a first verdict (prober at ${vantageOf[kind]})`;
    });
  }

  /** Whether lines, sites and gateways have their first verdicts; waits up to `ms` for them. */
  quickKnown(ms: number): Promise<boolean> {
    if (!this.#quickPending() || ms <= 0) return Promise.resolve(!this.#quickPending());
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve(!this.#quickPending());
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  #quickPending(): boolean {
    return quickKinds.some((kind) => this.#pending.has(kind));
  }
}
