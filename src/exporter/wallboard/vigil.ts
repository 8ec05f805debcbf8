import { type TargetKind, targetKinds, type VantageId, vantageIds } from "../../report.ts";
import type { ReportStore } from "../store.ts";
import { vantageOf, type WatchedFleet } from "../watched.ts";

/** Results older than this many intervals, and this many seconds, are shown as old. */
const lateAfter = { intervals: 3, seconds: 5 } as const;

/** How the looking at one kind of target goes. */
export interface Vigil {
  readonly kind: TargetKind;
  readonly vantage: VantageId;
  /** `cut`: the vantage point's own line is, so that it sees nothing; `never`: there was no result yet. */
  readonly state: "looking" | "late" | "cut" | "never";
  /** Seconds since 1970; 0 for never. */
  readonly lastRun: number;
  /** Seconds from one look at a target to the next; undefined where no prober has said so. */
  readonly interval: number | undefined;
  readonly targets: number;
  /** Probers that report from there now. */
  readonly probers: number;
}

/** One of each kind that the fleet has targets of. `now`: seconds since 1970. */
export function vigilsOf(fleet: WatchedFleet, store: ReportStore, now: number): readonly Vigil[] {
  return targetKinds
    .filter((kind) => fleet[kind].length > 0)
    .map((kind) => {
      const vantage = vantageOf[kind];
      const report = store.kind(vantage, kind);
      const lastRun = report?.lastRun ?? 0;
      const limit = Math.max(lateAfter.intervals * (report?.interval ?? 0), lateAfter.seconds);
      const late = now - lastRun > limit ? "late" : "looking";
      return {
        kind,
        vantage,
        state: store.way(vantage) === 0 ? "cut" : lastRun === 0 ? "never" : late,
        lastRun,
        interval: report?.interval,
        targets: fleet[kind].length,
        probers: store.probers(vantage),
      };
    });
}

/** The vantage points that cannot look, since their own line is cut. */
export function cutVantages(store: ReportStore): readonly VantageId[] {
  return vantageIds.filter((vantage) => store.way(vantage) === 0);
}
