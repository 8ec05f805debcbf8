import { ratioOf } from "../counts.ts";
import { type Demand, type Demands, leastProbes } from "./demands.ts";
import { jitterOf, quantile } from "./echoes.ts";
import type { Echoes, Figures, Move, Throughput } from "./figures.ts";

export type Unit = "Mb/s" | "%" | "ms" | "s";

/** One figure beside what is demanded, both in `unit`. */
export interface Finding {
  readonly what: string;
  /** Undefined: not tested, or nothing came. */
  readonly value: number | undefined;
  readonly unit: Unit;
  /** Undefined where nothing is demanded. */
  readonly demand: { readonly bound: Demand["bound"]; readonly limit: number } | undefined;
  readonly sample: string;
  readonly outcome: "pass" | "fail" | "told" | "not tested";
  readonly why: string;
}

/** Every figure held against its demand, in the order in which they are measured. */
export function judge(figures: Figures, demands: Demands): readonly Finding[] {
  return [
    ...figures.throughput.map((each) => throughputFinding(each, demands.throughput)),
    ...echoFindings(figures.echoes, demands),
    ...("untested" in figures.failover
      ? [untested(figures.failover.untested)]
      : figures.failover.flatMap((move) => moveFindings(move, demands))),
  ];
}

/** What was not tested refuses nothing; it stands in the report. */
export function isAccepted(findings: readonly Finding[]): boolean {
  return findings.length > 0 && findings.every(({ outcome }) => outcome !== "fail");
}

interface Measured {
  readonly what: string;
  /** In the demand's own unit. */
  readonly value: number | undefined;
  readonly demand: Demand;
  readonly unit: Unit;
  readonly sample: string;
  /** Instead of the demand's reason. */
  readonly why?: string;
}

/** Demands are in Mb/s, parts and seconds. */
const scale: Readonly<Record<Unit, number>> = { "Mb/s": 1, "%": 100, ms: 1000, s: 1 };

function finding({ what, value, demand, unit, sample, why }: Measured): Finding {
  const { bound, limit, reason } = demand;
  const holds = value !== undefined && (bound === "at least" ? value >= limit : value <= limit);
  return {
    what,
    value: value === undefined ? undefined : value * scale[unit],
    unit,
    demand: { bound, limit: limit * scale[unit] },
    sample,
    outcome: holds ? "pass" : "fail",
    why: why ?? reason,
  };
}

function throughputFinding({ way, bitsPerSecond, seconds, streams, retransmits }: Throughput, demand: Demand): Finding {
  const again = retransmits === undefined ? "" : `, ${retransmits} packets sent again`;
  return finding({
    what: `throughput ${way}`,
    value: bitsPerSecond / 1e6,
    demand,
    unit: "Mb/s",
    sample: `${seconds.toFixed(1)} s, ${streams} TCP streams${again}`,
  });
}

function echoFindings({ roundTrips, everyMs }: Echoes, demands: Demands): readonly Finding[] {
  const times = roundTrips.filter((time) => time !== undefined);
  const sample = `${times.length} answers`;
  const median = quantile(times, 0.5);
  return [
    lossFinding(roundTrips.length, roundTrips.length - times.length, everyMs, demands.loss),
    {
      what: "round trip, median",
      value: median === undefined ? undefined : median * 1000,
      unit: "ms",
      demand: undefined,
      sample,
      outcome: "told",
      why: "nothing is demanded of it: the next two are stricter",
    },
    finding({
      what: "round trip, 95 %",
      value: quantile(times, 0.95),
      demand: demands.roundTrip95,
      unit: "ms",
      sample,
    }),
    finding({
      what: "round trip, 99 %",
      value: quantile(times, 0.99),
      demand: demands.roundTrip99,
      unit: "ms",
      sample,
    }),
    finding({ what: "jitter", value: jitterOf(roundTrips), demand: demands.jitter, unit: "ms", sample }),
  ];
}

function lossFinding(sent: number, lost: number, everyMs: number, demand: Demand): Finding {
  const ratio = ratioOf(lost, sent);
  const least = leastProbes(demand.limit);
  const sample = `${lost} of ${sent} probes lost, ${everyMs} ms apart`;
  const measured = { what: "loss, 95 % sure", demand, unit: "%" as const, sample };
  if (ratio === undefined || sent < least) {
    return finding({ ...measured, value: undefined, why: `${sent} probes prove nothing: it takes ${least}` });
  }
  const unsure = ratio.high > demand.limit && ratio.value <= demand.limit;
  const why = `${(100 * ratio.value).toFixed(2)} % were lost, which may be more: send more probes to know`;
  return finding({ ...measured, value: ratio.high, ...(unsure ? { why } : {}) });
}

function moveFindings(move: Move, demands: Demands): readonly Finding[] {
  const { what, by, to, took, patience, silence, probes, everyMs, back } = move;
  const sample = `${probes} probes, ${everyMs} ms apart; ${by}`;
  if (took === undefined) {
    const why = `traffic did not take ${to} within ${patience} s`;
    return [finding({ what: `silence, ${what}`, value: undefined, demand: demands.silence, unit: "s", sample, why })];
  }
  const quiet = finding({ what: `silence, ${what}`, value: silence, demand: demands.silence, unit: "s", sample });
  if (!back) return [quiet];
  return [quiet, finding({ what: `carries again, ${what}`, value: took, demand: demands.back, unit: "s", sample })];
}

function untested(why: string): Finding {
  return {
    what: "failover and back",
    value: undefined,
    unit: "s",
    demand: undefined,
    sample: "",
    outcome: "not tested",
    why,
  };
}
