import { rttBuckets } from "../metrics.ts";
import type { TargetKind, TargetRecord } from "../report.ts";
import { probeKinds, type ProbeKind } from "./kinds.ts";
import { step, type TargetState, unknownState } from "./state.ts";

/** One probe's outcome: `at` in seconds since 1970, `rtt` in seconds, undefined when nothing came back in time. */
export interface Result {
  readonly kind: TargetKind;
  readonly id: string;
  readonly at: number;
  readonly rtt: number | undefined;
}

interface Entry {
  state: TargetState;
  attempts: number;
  failures: number;
  rtt: number | undefined;
  readonly rtts: { readonly counts: number[]; sum: number } | undefined;
}

interface KindBoard {
  readonly entries: Map<string, Entry>;
  readonly told: Set<string>;
  lastRun: number;
}

/** All that one prober knows, in memory bounded by its targets, and which of it has not been told yet. */
export class Board {
  readonly #kinds = new Map<TargetKind, KindBoard>();
  readonly #settings: Readonly<Record<TargetKind, ProbeKind>>;

  constructor(settings: Readonly<Record<TargetKind, ProbeKind>> = probeKinds) {
    this.#settings = settings;
  }

  /** Sets a kind's targets: new ones start unknown, missing ones are forgotten, the others keep what is known. */
  setTargets(kind: TargetKind, ids: Iterable<string>): void {
    const before = this.#kinds.get(kind);
    const entries = new Map<string, Entry>();
    const told = new Set<string>();
    for (const id of ids) {
      const known = before?.entries.get(id);
      entries.set(id, known ?? freshEntry(kind));
      if (known !== undefined && before?.told.has(id) === true) told.add(id);
    }
    this.#kinds.set(kind, { entries, told, lastRun: before?.lastRun ?? 0 });
  }

  /**
   * Takes a result in; true when it reversed the target's verdict (a first one is no reversal). A target that is not
   * listed (any more) is ignored.
   */
  record(result: Result): boolean {
    const kind = this.#kinds.get(result.kind);
    const entry = kind?.entries.get(result.id);
    if (kind === undefined || entry === undefined) return false;
    const answered = result.rtt !== undefined;
    entry.attempts += 1;
    if (result.rtt === undefined) entry.failures += 1;
    else {
      entry.rtt = result.rtt;
      if (entry.rtts !== undefined) {
        const bucket = rttBuckets.findIndex((bound) => (result.rtt ?? 0) <= bound);
        const index = bucket < 0 ? rttBuckets.length : bucket;
        entry.rtts.counts[index] = (entry.rtts.counts[index] ?? 0) + 1;
        entry.rtts.sum += result.rtt;
      }
    }
    const before = entry.state;
    entry.state = step(before, answered, result.at, this.#settings[result.kind]);
    kind.told.delete(result.id);
    return before.up !== undefined && before.up !== entry.state.up;
  }

  /** A kind's probing gave a sign of life at `at` (seconds since 1970). */
  ran(kind: TargetKind, at: number): void {
    const board = this.#kinds.get(kind);
    if (board !== undefined && at > board.lastRun) board.lastRun = at;
  }

  kinds(): readonly { readonly kind: TargetKind; readonly interval: number; readonly lastRun: number }[] {
    return [...this.#kinds].map(([kind, { lastRun }]) => ({
      kind,
      interval: this.#settings[kind].intervalMs / 1000,
      lastRun,
    }));
  }

  /** Forgets what was told: the next `take` gives everything. */
  untell(): void {
    for (const { told } of this.#kinds.values()) told.clear();
  }

  /** The records that changed since they were last taken, by kind; kinds without any are left out. */
  take(): readonly { readonly kind: TargetKind; readonly records: readonly TargetRecord[] }[] {
    const taken: { kind: TargetKind; records: TargetRecord[] }[] = [];
    for (const [kind, { entries, told }] of this.#kinds) {
      if (told.size === entries.size) continue;
      const records: TargetRecord[] = [];
      for (const [id, entry] of entries) {
        if (told.has(id)) continue;
        told.add(id);
        records.push(toRecord(id, entry));
      }
      taken.push({ kind, records });
    }
    return taken;
  }
}

function freshEntry(kind: TargetKind): Entry {
  const rtts = kind === "link" ? { counts: [...rttBuckets, 0].map(() => 0), sum: 0 } : undefined;
  return { state: unknownState, attempts: 0, failures: 0, rtt: undefined, rtts };
}

function toRecord(id: string, entry: Entry): TargetRecord {
  const { up, since, transitions } = entry.state;
  return {
    id,
    up: up === undefined ? null : up ? 1 : 0,
    since,
    attempts: entry.attempts,
    failures: entry.failures,
    transitions,
    rtt: entry.rtt ?? null,
    ...(entry.rtts === undefined ? {} : { rtts: { counts: [...entry.rtts.counts], sum: entry.rtts.sum } }),
  };
}
