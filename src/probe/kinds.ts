import type { TargetKind } from "../report.ts";
import type { Thresholds } from "./state.ts";

/**
 * How each kind of target is probed. `misses` in a row make it down, `hits` in a row make it up; a probe is missed when
 * nothing came back within `timeoutMs`. `misses` keeps false alarms of the reference fleet under one a month at 1 %
 * random loss (`falseDownsPerMonth`); the reason says what else was weighed.
 */
export interface ProbeKind extends Thresholds {
  readonly method: "icmp" | "openvpn";
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly reason: string;
}

export const probeKinds: Readonly<Record<TargetKind, ProbeKind>> = {
  link: {
    method: "icmp",
    intervalMs: 200,
    timeoutMs: 1000,
    misses: 5,
    hits: 2,
    reason: "a satellite line answers after 600-700 ms; 5 misses at 1 % loss: 0.08 false downs a month on 60 lines",
  },
  site: {
    method: "icmp",
    intervalMs: 200,
    timeoutMs: 1000,
    misses: 7,
    hits: 2,
    reason: "a site moves to its second line in 0.8 s (BGP with BFD, measured): 1.4 s of silence is more than that",
  },
  gateway: {
    method: "openvpn",
    intervalMs: 500,
    timeoutMs: 1000,
    misses: 4,
    hits: 2,
    reason:
      "known down within 1.2 s of its lines, so that LinkDown waits for it; 0.1 false downs a month on 2 instances",
  },
  host: {
    method: "icmp",
    intervalMs: 10_000,
    timeoutMs: 2000,
    misses: 5,
    hits: 1,
    reason: "3 misses at 1 % loss would be 46 false downs a day on 5,294 hosts; 5 are 0.14 a month",
  },
};

/**
 * Expected false downs in 30 days: runs of `misses` lost probes that begin after an answered one, for `targets` targets
 * whose probes are lost at random with probability `loss`.
 */
export function falseDownsPerMonth(
  kind: Pick<ProbeKind, "intervalMs" | "misses">,
  targets: number,
  loss = 0.01,
): number {
  const probes = (targets * 30 * 86_400_000) / kind.intervalMs;
  return probes * (1 - loss) * loss ** kind.misses;
}
