import { rttBuckets } from "../metrics.ts";
import type { KindReport, TargetKind, TargetRecord } from "../report.ts";
import { probeKinds, type ProbeKind } from "./kinds.ts";
import { jitter } from "./rounds.ts";
import { step, type TargetState, type Thresholds, unknownState } from "./state.ts";

/** What a probe showed beside whether it was answered. */
export interface Shown {
  /** When the target's certificate ends, seconds since 1970. */
  readonly certificateEnds?: number;
  /** HTTP's status, 0 where none came; only of targets that are asked by HTTP. */
  readonly status?: number;
}

/** One probe's outcome: `at` in seconds since 1970, `rtt` in seconds, undefined when nothing came back in time. */
export interface Result extends Shown {
  readonly kind: TargetKind;
  readonly id: string;
  readonly at: number;
  readonly rtt: number | undefined;
  /** Where false, it says nothing of the target that was not said before. */
  readonly judges?: boolean;
  /** Where false, the probe's end is told later, and counted then. */
  readonly counts?: boolean;
}

interface Entry {
  state: TargetState;
  attempts: number;
  failures: number;
  rtt: number | undefined;
  /** When its last result came, by the board's own clock; never: -Infinity. */
  heard: number;
  unprobed: string | null;
  certificateEnds: number | undefined;
  status: number | undefined;
  readonly rtts: { readonly counts: number[]; sum: number } | undefined;
}

interface KindBoard {
  readonly entries: Map<string, Entry>;
  /** Ids of those of which something is to be told. */
  readonly untold: Set<string>;
  /** Results in a row for a verdict; as many misses as so many targets need. */
  readonly thresholds: Thresholds;
  lastRun: number;
  readonly lag: Worst;
}

/** The lag that is told is the worst of this time at least: longer than scrapes are apart. */
const lagMs = 30_000;

/** The largest figure of the last `lagMs`, and up to as long again. */
class Worst {
  #since = -Infinity;
  #now = 0;
  #before = 0;

  take(figure: number, at: number): void {
    if (at - this.#since >= lagMs) {
      this.#before = at - this.#since < 2 * lagMs ? this.#now : 0;
      this.#now = 0;
      this.#since = at;
    }
    this.#now = Math.max(this.#now, figure);
  }

  worst(at: number): number {
    this.take(0, at);
    return Math.max(this.#now, this.#before);
  }
}

/** All that one prober knows, in memory bounded by its targets, and which of it has not been told yet. */
export class Board {
  readonly #kinds = new Map<TargetKind, KindBoard>();
  readonly #settings: Readonly<Record<TargetKind, ProbeKind>>;
  readonly #clock: () => number;

  /** `clock`: milliseconds that only go forward, whatever happens to the date. */
  constructor(settings: Readonly<Record<TargetKind, ProbeKind>> = probeKinds, clock = () => performance.now()) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Sets a kind's targets: new ones start unknown, missing ones are forgotten, the others keep what is known. */
  setTargets(kind: TargetKind, ids: Iterable<string>, thresholds: Thresholds = this.#settings[kind]): void {
    const before = this.#kinds.get(kind);
    const entries = new Map<string, Entry>();
    const untold = new Set<string>();
    for (const id of ids) {
      const known = before?.entries.get(id);
      entries.set(id, known ?? freshEntry(kind));
      if (known === undefined || before?.untold.has(id) === true) untold.add(id);
    }
    const { lastRun = 0, lag = new Worst() } = before ?? {};
    this.#kinds.set(kind, { entries, untold, thresholds, lastRun, lag });
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
    entry.heard = this.#clock();
    entry.unprobed = null;
    if (result.counts !== false) entry.attempts += 1;
    entry.status = result.status;
    // A miss seldom shows a certificate; the one that was seen before is then still the last one seen.
    if (answered || result.certificateEnds !== undefined) entry.certificateEnds = result.certificateEnds;
    if (result.rtt === undefined) {
      if (result.counts !== false) entry.failures += 1;
    } else {
      entry.rtt = result.rtt;
      if (entry.rtts !== undefined) {
        const bucket = rttBuckets.findIndex((bound) => (result.rtt ?? 0) <= bound);
        const index = bucket < 0 ? rttBuckets.length : bucket;
        entry.rtts.counts[index] = (entry.rtts.counts[index] ?? 0) + 1;
        entry.rtts.sum += result.rtt;
      }
    }
    const before = entry.state;
    if (result.judges !== false) entry.state = step(before, answered, result.at, kind.thresholds);
    kind.untold.add(result.id);
    return before.up !== undefined && before.up !== entry.state.up;
  }

  /** A target could not be probed: its verdict stands, and why is told. */
  unprobed(kind: TargetKind, id: string, why: string): void {
    const board = this.#kinds.get(kind);
    const entry = board?.entries.get(id);
    if (board === undefined || entry === undefined || entry.unprobed === why) return;
    entry.unprobed = why;
    board.untold.add(id);
  }

  /** A probe of the kind began so many seconds after its time. */
  late(kind: TargetKind, seconds: number): void {
    this.#kinds.get(kind)?.lag.take(seconds, this.#clock());
  }

  /**
   * A kind's probing gave a sign of life at `at` (seconds since 1970). Results that come a little out of order do not
   * set it back; a date that was set back does.
   */
  ran(kind: TargetKind, at: number): void {
    const board = this.#kinds.get(kind);
    if (board === undefined) return;
    if (at > board.lastRun || at < board.lastRun - this.#freshMs(kind) / 1000) board.lastRun = at;
  }

  kinds(): readonly Omit<KindReport, "type">[] {
    const now = this.#clock();
    return [...this.#kinds].map(([kind, { entries, lastRun, lag }]) => {
      const oldest = now - this.#freshMs(kind);
      let fresh = 0;
      for (const { heard } of entries.values()) if (heard >= oldest) fresh += 1;
      return {
        kind,
        interval: this.#settings[kind].intervalMs / 1000,
        lastRun,
        lag: lag.worst(now),
        coverage: entries.size === 0 ? 1 : fresh / entries.size,
      };
    });
  }

  /** A target that is probed in time has a result no older than this. */
  #freshMs(kind: TargetKind): number {
    const { intervalMs, timeoutMs } = this.#settings[kind];
    return (1 + jitter) * intervalMs + timeoutMs;
  }

  /** Forgets what was told: the next `take` gives everything. */
  untell(): void {
    for (const { entries, untold } of this.#kinds.values()) for (const id of entries.keys()) untold.add(id);
  }

  /** The records that changed since they were last taken, by kind; kinds without any are left out. */
  take(): readonly { readonly kind: TargetKind; readonly records: readonly TargetRecord[] }[] {
    const taken: { kind: TargetKind; records: TargetRecord[] }[] = [];
    for (const [kind, { entries, untold }] of this.#kinds) {
      const records: TargetRecord[] = [];
      for (const id of untold) {
        const entry = entries.get(id);
        if (entry !== undefined) records.push(toRecord(id, entry));
      }
      untold.clear();
      if (records.length > 0) taken.push({ kind, records });
    }
    return taken;
  }
}

function freshEntry(kind: TargetKind): Entry {
  const rtts = kind === "link" ? { counts: [...rttBuckets, 0].map(() => 0), sum: 0 } : undefined;
  return {
    state: unknownState,
    attempts: 0,
    failures: 0,
    rtt: undefined,
    heard: -Infinity,
    unprobed: null,
    certificateEnds: undefined,
    status: undefined,
    rtts,
  };
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
    unprobed: entry.unprobed,
    ...(entry.certificateEnds === undefined ? {} : { certificateEnds: entry.certificateEnds }),
    ...(entry.status === undefined ? {} : { status: entry.status }),
    ...(entry.rtts === undefined ? {} : { rtts: { counts: [...entry.rtts.counts], sum: entry.rtts.sum } }),
  };
}
