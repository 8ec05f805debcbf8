import type { Pace } from "./pace.ts";

/**
 * Probes whose answers should have been there. Where a target is known to answer long before a probe's time is over, its
 * silence is taken for misses as soon as its answers are overdue: at five probes a second and a time-out of one, five in a
 * row are known a second sooner. What is told of the same probes later judges nothing. All times are fping's, in seconds.
 */
export class Overdue {
  readonly #pace: Pace;
  readonly #known = new Map<string, Known>();
  readonly #missed = new Map<string, Missed>();
  /** When the round last began, and how late all rounds were together. */
  #round: number | undefined;
  #late = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Whether the target's silence is judged here. */
  knows(address: string): boolean {
    return this.#known.has(address);
  }

  /** The target's probe `nth` came back at `at`. */
  answered(address: string, nth: number, at: number, rtt: number): void {
    const { intervalMs, timeoutMs } = this.#pace;
    const usual = Math.max(rtt, fades * (this.#known.get(address)?.usual ?? 0));
    // Else its time-outs are told as soon.
    const isSooner = 2 * usual + slack < timeoutMs / 1000 && intervalMs < timeoutMs;
    if (isSooner) this.#known.set(address, { nth, sent: at - rtt, usual, late: this.#late });
    else this.#known.delete(address);
  }

  /** The target's probe is told as timed out. True where it was taken for missed before. */
  timedOut(address: string, nth: number): boolean {
    const missed = this.#missedOf(address);
    missed.upTo = Math.max(missed.upTo, nth);
    return missed.untold.delete(nth);
  }

  /**
   * A round began at `at`: what it comes late by, all targets are asked late by too. Gives the targets with an overdue
   * probe, once for each such probe that was not told before.
   */
  round(at: number): readonly string[] {
    const { intervalMs } = this.#pace;
    if (this.#round !== undefined) this.#late += Math.max(0, at - this.#round - intervalMs / 1000);
    this.#round = at;
    return [...this.#known].flatMap(([address, { nth, sent, usual, late }]) => {
      const silence = at - sent - (this.#late - late) - 2 * usual - slack;
      return this.#take(address, nth, nth + Math.floor((1000 * silence) / intervalMs));
    });
  }

  /** Nothing that was awaited counts any more, as after a standstill. */
  forget(): void {
    this.#known.clear();
    this.#round = undefined;
  }

  /** The probes after `nth` up to `last`, those taken before left out. */
  #take(address: string, nth: number, last: number): readonly string[] {
    const missed = this.#missedOf(address);
    const taken: string[] = [];
    for (let each = Math.max(nth, missed.upTo) + 1; each <= last; each += 1) {
      missed.untold.add(each);
      missed.upTo = each;
      taken.push(address);
    }
    // Of those that are never told, since the kernel did not send them, only the last are kept.
    const kept = (2 * this.#pace.timeoutMs) / this.#pace.intervalMs;
    for (const each of missed.untold) if (each < missed.upTo - kept) missed.untold.delete(each);
    return taken;
  }

  #missedOf(address: string): Missed {
    const missed = this.#missed.get(address) ?? { upTo: -1, untold: new Set() };
    this.#missed.set(address, missed);
    return missed;
  }
}

interface Known {
  /** The last probe that was answered, counted from 0, and when it was sent. */
  readonly nth: number;
  readonly sent: number;
  /** Its longest round trip of late. */
  readonly usual: number;
  /** How late all rounds had been by then. */
  readonly late: number;
}

/** A target's probes that did not come back. */
interface Missed {
  /** The last of them. */
  upTo: number;
  /** Those that were taken for missed, and not told as timed out since. */
  readonly untold: Set<number>;
}

/** Round trips of long ago count less with each answer. */
const fades = 0.98;
/** Beyond twice the usual round trip: what a busy machine or a queue on the way adds. */
const slack = 0.1;
