import type { Pace } from "./pace.ts";
import type { Outcome } from "./outcome.ts";
import type { ProbeKind } from "./kinds.ts";

/**
 * How often an anchor is asked, and how long it has to answer: it is near, so that half a second is much. The line is
 * known to be cut before any target's last miss could come, since misses stop counting after `silentMs`.
 */
export const anchorPace: Pace = { intervalMs: 250, timeoutMs: 500 };

/** A way that nothing came back over for so long vouches for no miss. Four looks at an anchor. */
const silentMs = 1000;
/** A miss that is taken for one before its time is over is vouched for by what was heard so lately; one look and a half. */
const lateMs = 400;
/** Looks at each anchor in a row without an answer, for the line to be told as cut. */
const misses = 3;
/** An anchor that is silent for so much longer than the targets fails by itself: its silence says nothing of the line. */
const aloneMs = 5000;

/** Why a target is not probed, as its record says. */
export const silentWay = "nothing comes back over this vantage point's own line";

/**
 * A vantage point's own way out: whether a target's silence is the target's, or that of all that is asked from here.
 * Anchors (things close by that always answer) and the targets' own answers vouch for it. Without anchors, and where
 * they are silent although targets answer, every miss is believed.
 */
export class Way {
  readonly #anchors: number;
  readonly #clock: () => number;
  readonly #began: number;
  /** When an anchor, when a target was last heard; -Infinity: never. */
  #anchorAt = -Infinity;
  #targetAt = -Infinity;
  /** Since when something is heard again, after a silence. */
  #openedAt = -Infinity;
  #missed = 0;

  /** `clock`: milliseconds that only go forward. */
  constructor(anchors: number, clock = () => performance.now()) {
    this.#anchors = anchors;
    this.#clock = clock;
    this.#began = clock();
  }

  /** An anchor was asked. One that refuses a connection is as well heard as one that takes it. */
  anchor(outcome: Outcome): void {
    if (cameBack(outcome)) {
      this.#heard();
      this.#anchorAt = this.#clock();
      this.#missed = 0;
    } else if (outcome.kind === "missed") this.#missed += 1;
  }

  /** Something came back from a target. */
  target(): void {
    this.#heard();
    this.#targetAt = this.#clock();
  }

  /** Whether something came back of late, or nobody can say. */
  get open(): boolean {
    return this.#unwatched || this.#clock() - this.#lastHeard <= silentMs;
  }

  /** Whether the silence of a target that was asked with this patience is its own: the way stood all the while. */
  believes({ timeoutMs }: Pick<ProbeKind, "timeoutMs">): boolean {
    return this.#unwatched || (this.open && this.#clock() - this.#openedAt >= timeoutMs);
  }

  /** The same of one whose answer is overdue, and whose time is not over: the way has to be heard to work just now. */
  believesEarly(kind: Pick<ProbeKind, "timeoutMs">): boolean {
    return this.#unwatched || (this.#clock() - this.#lastHeard <= lateMs && this.believes(kind));
  }

  /** 0 while the line is cut, else 1; null where nobody can say. */
  get up(): 0 | 1 | null {
    if (this.#unwatched) return null;
    return this.#missed >= misses * this.#anchors && !this.open ? 0 : 1;
  }

  get #unwatched(): boolean {
    return this.#anchors === 0 || this.#targetAt - Math.max(this.#anchorAt, this.#began) > aloneMs;
  }

  get #lastHeard(): number {
    return Math.max(this.#anchorAt, this.#targetAt);
  }

  #heard(): void {
    const now = this.#clock();
    if (now - this.#lastHeard > silentMs) this.#openedAt = now;
  }
}

/** Whether anything came back over the way: a refusal did, too. */
export function cameBack(outcome: Outcome): boolean {
  if (outcome.kind !== "missed") return outcome.kind === "answered";
  return outcome.why.kind !== "timeout" && outcome.why.kind !== "unreachable";
}
