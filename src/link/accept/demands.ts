import { percent, roundTripMs } from "../order.ts";
import { ratioOf } from "../counts.ts";

/** A figure that a line must hold, and why. */
export interface Demand {
  readonly bound: "at least" | "at most";
  readonly limit: number;
  readonly reason: string;
}

/** All that is demanded of a line: Mb/s, parts of 1, seconds. */
export interface Demands {
  readonly mbps: number;
  readonly throughput: Demand;
  readonly loss: Demand;
  readonly roundTrip95: Demand;
  readonly roundTrip99: Demand;
  readonly jitter: Demand;
  readonly silence: Demand;
  readonly back: Demand;
}

export interface DemandSettings {
  /** By the contract. */
  readonly mbps: number;
  /** The part of a line that may be in use before it counts as full. */
  readonly share: number;
  /** Part of the probes that a good line may lose. */
  readonly loss: number;
  /** What the carrier promised for 95 % of packets, where that is not what is usually ordered. */
  readonly promisedMs: number | undefined;
}

export function demandsFor({ mbps, share, loss, promisedMs }: DemandSettings): Demands {
  const usual = promisedMs ?? roundTripMs;
  return {
    mbps,
    throughput: {
      bound: "at least",
      limit: mbps * share,
      reason:
        `${percent(share)} of the contract's ${mbps} Mb/s, as TCP's payload: the plan lets people use that part of a line; ` +
        "of the rest the tunnel's headers take about 12 %",
    },
    loss: {
      bound: "at most",
      limit: loss,
      reason: "as ordered: the watch stays quiet up to there. The upper end of the 95 % interval must keep it",
    },
    roundTrip95: {
      bound: "at most",
      limit: usual / 1000,
      reason:
        promisedMs === undefined ? "as ordered: half of a good input delay" : "what the carrier promised (--delay)",
    },
    roundTrip99: {
      bound: "at most",
      limit: (2 * usual) / 1000,
      reason: "twice that: beyond, one packet in a hundred makes a desk's picture stutter",
    },
    jitter: {
      bound: "at most",
      limit: 0.03,
      reason: "Microsoft Teams asks for less than 30 ms between client and edge (learn.microsoft.com, prepare-network)",
    },
    silence: {
      bound: "at most",
      limit: 3,
      reason: "BFD leaves a dead line after 0.8 s; after 3.4 s of silence the site's outage is paged",
    },
    back: {
      bound: "at most",
      limit: 60,
      reason:
        "the lab's lines take 3 s after an outage that lost the tunnel; in a minute IKE and BGP try several times",
    },
  };
}

/** The fewest probes that can show such a loss: all answered, the interval's upper end is no higher. */
export function leastProbes(loss: number): number {
  let [low, high] = [1, 1];
  while ((ratioOf(0, high)?.high ?? 1) > loss) high *= 2;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ratioOf(0, middle)?.high ?? 1) > loss) low = middle + 1;
    else high = middle;
  }
  return high;
}
