import type { Inventory } from "../inventory.ts";
import { watchInventory } from "../inventory-file.ts";
import { kindsSeenFrom, type TargetKind, type VantageId } from "../report.ts";
import { shareOf, type Shard, wholeFleet } from "../shard.ts";
import { Board, type Shown } from "./board.ts";
import { kindFor, type MethodName, type ProbeKind, probeKinds } from "./kinds.ts";
import { methods } from "./methods/index.ts";
import type { Outcome } from "./outcome.ts";
import type { Echo } from "./fping.ts";
import { Pinger } from "./pinger.ts";
import { Rounds } from "./rounds.ts";
import { countOf, type Target, targetsFrom } from "./targets.ts";
import { Uplink } from "./uplink.ts";
import { anchorPace, cameBack, silentWay, Way } from "./way.ts";

export interface ProberOptions {
  readonly vantage: VantageId;
  /** The part of the fleet that it probes; all of it where nothing is said. */
  readonly shard?: Shard;
  /** The inventory's file; followed when it is replaced. */
  readonly inventory: string;
  /** The exporter's unix socket. */
  readonly report: string;
  /** Folder that files of the inventory are relative to (default: the working directory). */
  readonly labRoot?: string;
  /**
   * What answers close by, over the way that the targets are asked: while none of them does, and no target either, this
   * vantage point is cut off, and nothing is down by it.
   */
  readonly anchors?: readonly Anchor[];
  /** Taken as they are; without it the usual ones, with as many misses as the fleet's size needs. */
  readonly kinds?: Readonly<Record<TargetKind, ProbeKind>>;
  /** For messages to the operator. */
  readonly note: (text: string) => void;
}

/** A TCP port; one that refuses answers too. */
export interface Anchor {
  readonly address: string;
  readonly port: number;
}

export interface Prober {
  /** Ends all probing and resolves when no child process is left. */
  stop(): Promise<void>;
}

type Aimed = Target & { readonly kind: TargetKind };

/** What probes one kind, or several: `retarget` may be called at any time. */
interface Probe {
  retarget(targets: readonly Aimed[]): void;
  stop(): Promise<void>;
}

/** The same cause is told to the operator once in this time. */
const complainMs = 60_000;

/** Probes all targets of its part of the inventory that are watched from a vantage point, until stopped, and tells the exporter. */
export function startProber(options: ProberOptions): Prober {
  const { vantage, shard = wholeFleet, note, kinds = probeKinds, anchors = [] } = options;
  const board = new Board(kinds);
  const way = new Way(anchors.length);
  const uplink = new Uplink({ vantage, shard, socket: options.report, board, way, note });
  const lookout = new Rounds<Target>({
    pace: anchorPace,
    method: methods.tcp,
    onResult: (_, __, outcome) => watchWay(outcome),
  });
  const complained = new Map<string, number>();
  const complain = (kind: TargetKind, id: string, why: string): void => {
    const cause = `${kind} ${why}`;
    const now = performance.now();
    if (now - (complained.get(cause) ?? -Infinity) < complainMs) return;
    complained.set(cause, now);
    note(`${kind} ${id} is not probed: ${why}`);
  };
  let wayWas = way.up;
  const watchWay = (outcome: Outcome): void => {
    way.anchor(outcome);
    const wayIs = way.up;
    if (wayIs !== wayWas) note(wayNote(wayIs));
    wayWas = wayIs;
  };
  const takeOutcome = (kind: TargetKind, id: string, at: number, outcome: Outcome): void => {
    if (outcome.kind === "unprobed") {
      board.unprobed(kind, id, outcome.why);
      if (outcome.byNature === true) return board.ran(kind, at);
      complain(kind, id, outcome.why);
      return;
    }
    if (cameBack(outcome)) way.target();
    else if (!way.believes(kinds[kind])) return board.unprobed(kind, id, silentWay);
    board.ran(kind, at);
    const rtt = outcome.kind === "answered" ? outcome.rtt : undefined;
    if (board.record({ kind, id, at, rtt, ...shownBy(outcome, kinds[kind].method) })) uplink.hurry();
  };
  const takeEcho = ({ kind, id }: Aimed, { at, rtt, judges, counts }: Echo): void => {
    if (rtt !== undefined) way.target();
    else if (counts && !way.believes(kinds[kind])) return board.unprobed(kind, id, silentWay);
    else if (!counts && !way.believesEarly(kinds[kind])) return;
    if (board.record({ kind, id, at, rtt, judges, counts })) uplink.hurry();
  };
  const start = (shared: Together): Probe => {
    const [kind] = shared;
    const { method, ...pace } = kinds[kind];
    const onLate = (seconds: number): void => shared.forEach((kind) => board.late(kind, seconds));
    if (method !== "icmp") {
      const onResult = (id: string, at: number, outcome: Outcome): void => takeOutcome(kind, id, at, outcome);
      return new Rounds<Aimed>({ pace, method: methods[method], onResult, onStart: onLate });
    }
    return new Pinger<Aimed>({
      pace,
      onResult: takeEcho,
      onAlive: (at) => {
        if (way.open) for (const kind of shared) board.ran(kind, at);
      },
      onLate,
      note: (text) => note(`${shared.join(" and ")}: ${text}`),
    });
  };
  const probes = togetherFrom(vantage, kinds).map((shared) => ({ shared, probe: start(shared) }));
  lookout.retarget(anchors.map((anchor) => ({ id: `${anchor.address}:${anchor.port}`, ...anchor })));
  const follow = (inventory: Inventory): void => {
    const listed = targetsFrom(vantage, shareOf(inventory, shard), kinds, options.labRoot);
    for (const [kind, targets] of listed) {
      const ids = targets.map(({ id }) => id);
      // False alarms are allowed to the fleet, not to each of its parts.
      const usual = kindFor(probeKinds[kind], countOf(kind, inventory));
      board.setTargets(kind, ids, options.kinds?.[kind] ?? usual);
    }
    for (const { shared, probe } of probes) {
      probe.retarget(shared.flatMap((kind) => (listed.get(kind) ?? []).map((target) => ({ ...target, kind }))));
    }
  };
  const watch = watchInventory(options.inventory, follow, (error) => note(error.message));
  return {
    stop: async () => {
      watch.stop();
      uplink.stop();
      await Promise.all([lookout, ...probes.map(({ probe }) => probe)].map((probe) => probe.stop()));
    },
  };
}

type Together = readonly [TargetKind, ...TargetKind[]];

/**
 * Kinds that are asked by ICMP at one pace share one fping: the kernel gives each fping the answers of all. Every other
 * kind is asked by itself.
 */
function togetherFrom(vantage: VantageId, kinds: Readonly<Record<TargetKind, ProbeKind>>): readonly Together[] {
  const groups = Map.groupBy(kindsSeenFrom[vantage], (kind) => {
    const { method, intervalMs, timeoutMs } = kinds[kind];
    return method === "icmp" ? `${intervalMs}/${timeoutMs}` : kind;
  });
  return [...groups.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : ([[first, ...rest]] as const)));
}

function wayNote(up: 0 | 1 | null): string {
  if (up === 0)
    return "this vantage point's own line is cut: neither an anchor nor a target answers; nothing is told as down";
  if (up === 1) return "an anchor answers: this vantage point's own line works";
  return "no anchor answers, though targets do: a cut of this vantage point's own line would not be known";
}

function shownBy(outcome: Exclude<Outcome, { kind: "unprobed" }>, method: MethodName): Shown {
  const ends = certificateEndsOf(outcome);
  return {
    ...(ends === undefined ? {} : { certificateEnds: Date.parse(ends) / 1000 }),
    ...(method === "http" ? { status: outcome.status ?? 0 } : {}),
  };
}

/** ISO 8601. */
function certificateEndsOf(outcome: Exclude<Outcome, { kind: "unprobed" }>): string | undefined {
  if (outcome.kind === "answered") return outcome.certificateEnds;
  return outcome.why.kind === "certificate-expired" ? outcome.why.at : undefined;
}
