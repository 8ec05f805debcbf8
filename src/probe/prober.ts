import type { Inventory } from "../inventory.ts";
import { watchInventory } from "../inventory-file.ts";
import { kindsSeenFrom, type TargetKind, type VantageId } from "../report.ts";
import { Board } from "./board.ts";
import { type ProbeKind, probeKinds } from "./kinds.ts";
import { Knocker } from "./knocker.ts";
import { Pinger } from "./pinger.ts";
import { type Target, targetsFrom } from "./targets.ts";
import { Uplink } from "./uplink.ts";

export interface ProberOptions {
  readonly vantage: VantageId;
  /** The inventory's file; followed when it is replaced. */
  readonly inventory: string;
  /** The exporter's unix socket. */
  readonly report: string;
  readonly kinds?: Readonly<Record<TargetKind, ProbeKind>>;
  /** For messages to the operator. */
  readonly note: (text: string) => void;
}

export interface Prober {
  /** Ends all probing and resolves when no child process is left. */
  stop(): Promise<void>;
}

/** What probes one kind: `retarget` may be called at any time. */
interface Probe {
  retarget(targets: readonly Target[]): void;
  stop(): Promise<void>;
}

type Observer = Pick<Board, "ran"> & { readonly note: ProberOptions["note"] } & {
  readonly result: (kind: TargetKind, id: string, at: number, rtt: number | undefined) => void;
};

const methods: Readonly<Record<ProbeKind["method"], (kind: TargetKind, pace: ProbeKind, observer: Observer) => Probe>> =
  {
    icmp: (kind, pace, { result, ran, note }) =>
      new Pinger({
        pace,
        onResult: (id, at, rtt) => result(kind, id, at, rtt),
        onAlive: (at) => ran(kind, at),
        note: (text) => note(`${kind}: ${text}`),
      }),
    openvpn: (kind, pace, { result, ran }) =>
      new Knocker({
        pace,
        onResult: (id, at, rtt) => {
          ran(kind, at);
          result(kind, id, at, rtt);
        },
      }),
  };

/** Probes all targets of the inventory that are watched from a vantage point, until stopped, and tells the exporter. */
export function startProber(options: ProberOptions): Prober {
  const { vantage, note, kinds = probeKinds } = options;
  const board = new Board(kinds);
  const uplink = new Uplink({ vantage, socket: options.report, board, note });
  const observer: Observer = {
    ran: (kind, at) => board.ran(kind, at),
    result: (kind, id, at, rtt) => {
      if (board.record({ kind, id, at, rtt })) uplink.hurry();
    },
    note,
  };
  const probes = new Map<TargetKind, Probe>(
    kindsSeenFrom[vantage].map((kind) => [kind, methods[kinds[kind].method](kind, kinds[kind], observer)]),
  );
  const follow = (inventory: Inventory): void => {
    for (const [kind, targets] of targetsFrom(vantage, inventory)) {
      board.setTargets(
        kind,
        targets.map(({ id }) => id),
      );
      probes.get(kind)?.retarget(targets);
    }
  };
  const watch = watchInventory(options.inventory, follow, (error) => note(error.message));
  return {
    stop: async () => {
      watch.stop();
      uplink.stop();
      await Promise.all([...probes.values()].map((probe) => probe.stop()));
    },
  };
}
