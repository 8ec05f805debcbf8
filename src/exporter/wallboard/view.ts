import type { TargetKind } from "../../report.ts";
import type { Heartbeats } from "../jobs/heartbeats.ts";
import type { ReportStore } from "../store.ts";
import { vantageOf, type WatchedFleet } from "../watched.ts";
import type { DeskCount } from "./desk-counts.ts";
import type { History } from "./history.ts";
import type { Sessions } from "./sessions.ts";
import { type Standing, standingOf } from "./standing.ts";
import { cutVantages, type Vigil, vigilsOf } from "./vigil.ts";

/** What a section may look at: the fleet at one moment. */
export interface View {
  readonly fleet: WatchedFleet;
  /** Seconds since 1970. */
  readonly now: number;
  readonly store: ReportStore;
  readonly vigils: readonly Vigil[];
  /** Vantage points whose own line is cut. */
  readonly cut: readonly string[];
  readonly desks: readonly DeskCount[];
  readonly history: History;
  readonly sessions: Sessions;
  readonly heartbeats: Heartbeats | undefined;
  standing(kind: TargetKind, id: string): Standing;
}

export interface Watched {
  readonly store: ReportStore;
  readonly history: History;
  readonly sessions: Sessions;
  readonly heartbeats: Heartbeats | undefined;
}

export function viewOf(
  fleet: WatchedFleet,
  { store, history, sessions, heartbeats }: Watched,
  desks: readonly DeskCount[],
  now: number,
): View {
  const vigils = vigilsOf(fleet, store, now);
  return {
    fleet,
    now,
    store,
    vigils,
    cut: cutVantages(store),
    desks,
    history,
    sessions,
    heartbeats,
    standing: (kind, id) =>
      standingOf(
        store.record(vantageOf[kind], kind, id),
        vigils.find((vigil) => vigil.kind === kind),
      ),
  };
}
