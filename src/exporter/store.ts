import { type KindReport, type Report, type TargetKind, type TargetRecord, type VantageId } from "../report.ts";
import { vantageOf } from "./watched.ts";

type Records = Map<string, TargetRecord>;

/** How a kind's probing goes, as it was told, and when that was by the store's clock. */
interface KindHealth extends KindReport {
  readonly heard: number;
}

/** Probers tell each second how it goes; one that has not for so long has stopped, or is cut off. */
const silentMs = 5000;

interface VantageReports {
  /** Whether its own line works, as it was told, and when that was by the store's clock. */
  way?: { readonly up: 0 | 1 | null; readonly heard: number };
  readonly kinds: Map<TargetKind, KindHealth>;
  readonly records: Map<TargetKind, Records>;
}

type Told = Exclude<Report, { type: "hello" }>;
type Listener = (vantage: VantageId, report: Told) => void;

/**
 * What the probers told last. A verdict, once told, stays until another one is told: neither a prober that stops nor
 * one that starts anew (and has no verdict yet) takes it back. How old it is shows in the kind's last run.
 */
export class ReportStore {
  readonly #vantages = new Map<VantageId, VantageReports>();
  readonly #listeners = new Set<Listener>();
  readonly #probers = new Map<VantageId, number>();
  readonly #clock: () => number;

  /** `clock`: milliseconds that only go forward. */
  constructor(clock = () => performance.now()) {
    this.#clock = clock;
  }

  /** A prober began to report. */
  joined(vantage: VantageId): void {
    this.#probers.set(vantage, this.probers(vantage) + 1);
  }

  /** A prober hung up. */
  left(vantage: VantageId): void {
    this.#probers.set(vantage, this.probers(vantage) - 1);
  }

  /** How many probers report from a vantage point now. */
  probers(vantage: VantageId): number {
    return this.#probers.get(vantage) ?? 0;
  }

  /** Takes in a prober's report. */
  apply(vantage: VantageId, report: Told): void {
    const known = this.#vantage(vantage);
    if (report.type === "kind") {
      // One that starts anew has had no result yet; when its predecessor had the last is still true.
      const lastRun = report.lastRun === 0 ? (known.kinds.get(report.kind)?.lastRun ?? 0) : report.lastRun;
      known.kinds.set(report.kind, { ...report, lastRun, heard: this.#clock() });
    }
    if (report.type === "way") known.way = { up: report.up, heard: this.#clock() };
    if (report.type === "targets") {
      const records = known.records.get(report.kind) ?? new Map<string, TargetRecord>();
      known.records.set(report.kind, records);
      for (const record of report.records) records.set(record.id, merge(records.get(record.id), record));
    }
    for (const listener of this.#listeners) listener(vantage, report);
  }

  record(vantage: VantageId, kind: TargetKind, id: string): TargetRecord | undefined {
    return this.#vantages.get(vantage)?.records.get(kind)?.get(id);
  }

  /** What was last told of a kind's probing; of a prober that is silent, that nothing is probed and all is late. */
  kind(vantage: VantageId, kind: TargetKind): KindReport | undefined {
    const known = this.#vantages.get(vantage)?.kinds.get(kind);
    if (known === undefined) return undefined;
    const silence = this.#clock() - known.heard;
    return silence < silentMs ? known : { ...known, coverage: 0, lag: Math.max(known.lag, silence / 1000) };
  }

  /** Whether the vantage point's own line works; undefined where its prober is silent or cannot say. */
  way(vantage: VantageId): 0 | 1 | undefined {
    const way = this.#vantages.get(vantage)?.way;
    return way === undefined || this.#clock() - way.heard >= silentMs ? undefined : (way.up ?? undefined);
  }

  /** Forgets the targets that are not `listed` (any more). */
  prune(listed: (kind: TargetKind, id: string) => boolean): void {
    for (const { records } of this.#vantages.values()) {
      for (const [kind, ofKind] of records) {
        for (const id of ofKind.keys()) if (!listed(kind, id)) ofKind.delete(id);
      }
    }
  }

  /** Calls `listener` after each report has been taken in; gives what ends that. */
  onReport(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` with what is known of each target of a kind that was told of, from where that kind is seen. */
  onRecord(kind: TargetKind, listener: (record: TargetRecord) => void): void {
    this.onReport((_, report) => {
      if (report.type !== "targets" || report.kind !== kind) return;
      for (const { id } of report.records) {
        const record = this.record(vantageOf[kind], kind, id);
        if (record !== undefined) listener(record);
      }
    });
  }

  #vantage(vantage: VantageId): VantageReports {
    const known = this.#vantages.get(vantage) ?? { kinds: new Map(), records: new Map() };
    this.#vantages.set(vantage, known);
    return known;
  }
}

/** Nothing was ever known of it, because it cannot be asked: its 0 is ignorance. */
export function neverProbed(record: TargetRecord | undefined): record is TargetRecord & { readonly unprobed: string } {
  return record !== undefined && record.up === null && record.unprobed !== null;
}

function merge(known: TargetRecord | undefined, told: TargetRecord): TargetRecord {
  if (told.up !== null || known === undefined || known.up === null) return told;
  const { up, since, rtt, certificateEnds, status } = known;
  return {
    ...(certificateEnds === undefined ? {} : { certificateEnds }),
    ...(status === undefined ? {} : { status }),
    ...told,
    up,
    since,
    rtt: told.rtt ?? rtt,
  };
}
