import type { Demands } from "./demands.ts";
import type { Way } from "./may.ts";

/** How much is measured. */
export interface Effort {
  /** Of throughput, each way. */
  readonly seconds: number;
  readonly probes: number;
}

/** Between probes of the delay and of the way, milliseconds: the least that fping allows anybody, and twice that. */
export const probeEveryMs = 10;
export const wayEveryMs = 20;
/** TCP's streams side by side: one alone does not fill a wide or slow line. */
export const streams = 4;
/** Of each measurement of throughput, while TCP finds the line's width, not counted. */
export const warmSeconds = 1;

/** What the command is about to do, a line a step. */
export function stepsText(link: string, way: Way, { seconds, probes }: Effort): readonly string[] {
  const measure = [
    `${probes} probes through its tunnel, ${probeEveryMs} ms apart: loss, round trip, jitter`,
    `${seconds} s of TCP to the hub, ${seconds} s from the hub, through its tunnel`,
  ];
  if (way.kind === "measured only") return [...measure, `failover and back are not tested: ${way.why}`];
  const { others } = way;
  return [
    `a window in Alertmanager, so that nobody is paged by the test`,
    `people's traffic is moved to ${others.join(" or ")} (the session of ${link} is shut)`,
    ...measure,
    "its traffic is given back to it, it is taken away and given back again: how long traffic is silent",
    "all is put back, and the window ended",
  ];
}

/** The demands in words, for whoever measures by hand. */
export function demandsText(demands: Demands): readonly string[] {
  const { throughput, loss, roundTrip95, roundTrip99, jitter, silence, back } = demands;
  const ms = (seconds: number): string => `${Number((seconds * 1000).toFixed(3))} ms`;
  return [
    `throughput, each way: ${throughput.bound} ${Number(throughput.limit.toFixed(3))} Mb/s (${throughput.reason})`,
    `loss: ${loss.bound} ${Number((100 * loss.limit).toFixed(3))} % (${loss.reason})`,
    `round trip, 95 %: ${roundTrip95.bound} ${ms(roundTrip95.limit)} (${roundTrip95.reason})`,
    `round trip, 99 %: ${roundTrip99.bound} ${ms(roundTrip99.limit)} (${roundTrip99.reason})`,
    `jitter: ${jitter.bound} ${ms(jitter.limit)} (${jitter.reason})`,
    `silence while traffic moves: ${silence.bound} ${silence.limit} s (${silence.reason})`,
    `carries again once it is given back: ${back.bound} ${back.limit} s (${back.reason})`,
  ];
}
