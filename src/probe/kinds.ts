import type { Inventory } from "../inventory.ts";
import type { TargetKind } from "../report.ts";
import type { Thresholds } from "./state.ts";

/**
 * `icmp` asks the address, `tcp`, `ssh` and `rdp` a host's port, `knock` a gateway in the protocol that it speaks, `http`
 * a service by its URL.
 */
export type MethodName = "icmp" | "tcp" | "ssh" | "rdp" | "knock" | "http";

/**
 * How each kind of target is probed. `misses` in a row make it down, `hits` in a row make it up; a probe is missed when
 * nothing came back within `timeoutMs`. `misses` keeps false alarms of the reference fleet under one a month at 1 %
 * random loss (`missesFor`); the reason says what else was weighed. But for ICMP no probe of a target begins before the
 * one before it has ended, so that a time-out longer than the interval makes silent targets be probed less often.
 */
export interface ProbeKind extends Thresholds {
  readonly method: MethodName;
  /** Which of a host's ports `tcp` asks; `rdp` without it. `ssh` and `rdp` ask their own. */
  readonly port?: keyof Inventory["hosts"][number]["ports"];
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
    method: "knock",
    intervalMs: 500,
    timeoutMs: 500,
    misses: 5,
    hits: 2,
    reason:
      "known down within 2 s of its lines, so that LinkDown waits for it; 0.001 false downs a month on 2 instances",
  },
  host: {
    method: "icmp",
    intervalMs: 10_000,
    timeoutMs: 2000,
    misses: 5,
    hits: 1,
    reason: "3 misses at 1 % loss would be 46 false downs a day on 5,294 hosts; 5 are 0.14 a month",
  },
  service: {
    method: "http",
    intervalMs: 30_000,
    timeoutMs: 5000,
    misses: 3,
    hits: 1,
    reason:
      "3 misses: 0.17 false downs a month on 2 services if a lost packet lost the request, which TCP repeats within 3 s; a restart of less than a minute is no down",
  },
};

/** False alarms that a fleet is asked to bear: one a kind and month, at 1 % loss. */
export const allowedFalseDowns = 1;
export const usualLoss = 0.01;
const monthMs = 30 * 86_400_000;

/**
 * Expected false downs in 30 days: runs of `misses` lost probes that begin after an answered one, for `targets` targets
 * whose probes are lost at random with probability `loss`.
 */
export function falseDownsPerMonth(
  kind: Pick<ProbeKind, "intervalMs" | "misses">,
  targets: number,
  loss = usualLoss,
): number {
  const probes = (targets * monthMs) / kind.intervalMs;
  return probes * (1 - loss) * loss ** kind.misses;
}

/**
 * The fewest misses in a row that keep the expected false downs in 30 days at or below `allowed`: how soon a down can
 * be told without telling what is none.
 */
export function missesFor(
  intervalMs: number,
  targets: number,
  { allowed = allowedFalseDowns, loss = usualLoss }: { readonly allowed?: number; readonly loss?: number } = {},
): number {
  if (!(loss >= 0 && loss < 1)) throw new RangeError(`loss is ${loss}, not from 0 to below 1`);
  if (!(allowed > 0)) throw new RangeError(`allowed is ${allowed}, not above 0`);
  for (let misses = 1; ; misses += 1) {
    if (falseDownsPerMonth({ intervalMs, misses }, targets, loss) <= allowed) return misses;
  }
}

/** The kind with as many misses as so many targets need; never fewer than are usual, which have other reasons too. */
export function kindFor(kind: ProbeKind, targets: number): ProbeKind {
  return { ...kind, misses: Math.max(kind.misses, missesFor(kind.intervalMs, targets)) };
}
