import type { Dropped } from "./dialer.ts";
import type { Failure } from "./failure.ts";
import type { Identity } from "./identity.ts";
import type { Command, Pacing, Result, Target } from "./target.ts";

/** What a pool and its workers tell each other. */

/** Commands for one host, one after another over one connection; the first that does not end with 0 is the last. */
export interface Task {
  readonly target: Target;
  readonly commands: readonly Command[];
}

export interface Done {
  /** Of the commands that came to an end, in order. */
  readonly results: readonly Result[];
  /** Why there are no more of them, where it was none of the results. */
  readonly failure?: Failure;
}

export interface Setup {
  readonly identity: Identity;
  readonly pacing: Pacing;
  /** A connection is kept so long after a task, for the next one of the same host. */
  readonly lingerSeconds: number;
  /** Kept at once, at most; the one that has waited longest goes. */
  readonly lingering: number;
}

export type Order =
  | { readonly kind: "do"; readonly id: number; readonly task: Task }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "release"; readonly place: string }
  | { readonly kind: "end" };

export type Report =
  | { readonly kind: "done"; readonly id: number; readonly done: Done }
  | { readonly kind: "told"; readonly told: Dropped };
