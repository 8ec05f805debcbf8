import { Overdue } from "./overdue.ts";
import type { Pace } from "./pace.ts";

/**
 * Reads what `fping -l -D` prints (fping 5.1), one line a probe:
 *
 *     [1795433420.24125] 10.90.0.1 : [0], 64 bytes, 0.021 ms (0.021 avg, 0% loss)
 *     [1795433421.24268] 10.90.0.2 : [0], timed out (NaN avg, 100% loss)
 *
 * Three things it does not print are made good here, all from fping's own clock:
 *
 * - A probe that the kernel refuses to send (no route, as behind a site that is cut off) leaves no line at all. fping
 *   therefore also pings `canary`, its own loopback: a target that stays silent while the canary is heard has missed.
 * - A probe that does not come back is told only when its time is over: see `Overdue`.
 * - After fping itself stood still (stopped, starved), it tells answers that waited in its socket as timed out. Misses
 *   right after a standstill are not believed. A date that is set forward or back looks the same.
 */

/** fping's own loopback, pinged beside the targets. */
export const canary = "127.0.0.1";

export interface Echo {
  readonly address: string;
  /** Seconds since 1970, fping's clock. */
  readonly at: number;
  /** Seconds; undefined when nothing came back in time. */
  readonly rtt: number | undefined;
  /** Whether it says anything of the target that was not said before: a miss may have been taken for one already. */
  readonly judges: boolean;
  /** Whether it is a probe's end: a miss that is taken for one early is counted when fping tells it. */
  readonly counts: boolean;
}

/** A line that fping prints. */
interface Told extends Pick<Echo, "address" | "at" | "rtt"> {
  /** The target's probes, counted from 0. */
  readonly nth: number;
}

const shape = /^\[(\d+\.\d+)\] (\S+) +: \[(\d+)\], (?:\d+ bytes, (\d+(?:\.\d+)?) ms|(timed out))/;

/** A probe's line; undefined for anything else (warnings, duplicates). */
export function parseEcho(line: string): Told | undefined {
  const match = shape.exec(line);
  if (match === null) return undefined;
  const [, at, address, nth, milliseconds] = match;
  if (at === undefined || address === undefined) return undefined;
  return {
    address,
    at: Number(at),
    nth: Number(nth),
    rtt: milliseconds === undefined ? undefined : Number(milliseconds) / 1000,
  };
}

/** Milliseconds between one packet and the next, so that a round of all targets and the canary fills the interval. */
export function spacingMs(pace: Pace, targets: number): number {
  return pace.intervalMs / (targets + 1);
}

/** The arguments that make one fping probe the addresses on its standard input for ever. */
export function fpingArguments(pace: Pace, targets: number): readonly string[] {
  const spacing = spacingMs(pace, targets).toFixed(3);
  return ["-l", "-D", "-4", "-p", `${pace.intervalMs}`, "-t", `${pace.timeoutMs}`, "-i", spacing, "-f", "-"];
}

/** Turns the lines of one fping into results. */
export class EchoReader {
  readonly #heard = new Map<string, number>();
  readonly #overdue: Overdue;
  readonly #pace: Pace;
  /** A longer silence of all of fping than this means that it stood still, seconds. */
  readonly #standstill: number;
  /** A target silent for longer than this has missed, seconds: two rounds and a time-out. */
  readonly #silence: number;
  #last: number | undefined;
  #disbelieveUntil = 0;

  constructor(pace: Pace, addresses: Iterable<string>) {
    this.#pace = pace;
    this.#overdue = new Overdue(pace);
    for (const address of addresses) this.#heard.set(address, Number.NaN);
    this.#standstill = Math.max(0.8 * pace.timeoutMs, 3 * spacingMs(pace, this.#heard.size)) / 1000;
    this.#silence = (2 * pace.intervalMs + pace.timeoutMs) / 1000;
  }

  /** The results that a line brings; the canary's own line is a sign of life and is among them. */
  read(line: string): readonly Echo[] {
    const told = parseEcho(line);
    if (told === undefined) return [];
    const { address, at, nth, rtt } = told;
    if (this.#last === undefined) for (const each of this.#heard.keys()) this.#heard.set(each, at);
    else if (Math.abs(at - this.#last) > this.#standstill) this.#stoodStill(at);
    this.#last = at;
    if (address === canary) return [{ address, at, rtt, judges: true, counts: true }, ...this.#round(at)];
    if (!this.#heard.has(address)) return [];
    this.#heard.set(address, at);
    if (rtt !== undefined) {
      this.#overdue.answered(address, nth, at, rtt);
      return [{ address, at, rtt, judges: true, counts: true }];
    }
    if (at < this.#disbelieveUntil) return [];
    return [{ address, at, rtt, judges: !this.#overdue.timedOut(address, nth), counts: true }];
  }

  /** Once a round, with the canary. */
  #round(at: number): readonly Echo[] {
    const overdue = this.#overdue.round(at);
    return [
      ...overdue.map((address) => ({ address, at, rtt: undefined, judges: true, counts: false })),
      ...this.#silent(at),
    ];
  }

  #stoodStill(at: number): void {
    this.#disbelieveUntil = at + this.#pace.timeoutMs / 1000;
    for (const address of this.#heard.keys()) this.#heard.set(address, at);
    this.#overdue.forget();
  }

  #silent(at: number): readonly Echo[] {
    const silent: Echo[] = [];
    for (const [address, heard] of this.#heard) {
      const judges = !this.#overdue.knows(address);
      if (at - heard > this.#silence) silent.push({ address, at, rtt: undefined, judges, counts: true });
    }
    return silent;
  }
}
