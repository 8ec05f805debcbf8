import type { Inventory } from "../inventory.ts";
import type { PoolDesks } from "./tasks.ts";

/** Where the audit's profiles come from; each gives the path of an OpenVPN profile that only its owner can read. */
export interface AuditProfiles {
  /** A good one, of `audit@<body>`, which begins with the instance given. */
  readonly good: (body: string, first: string) => Promise<string>;
  /** One that was revoked, for this instance alone. */
  readonly revoked: (body: string, instance: string) => Promise<string>;
}

export interface Progress {
  readonly phase: "denials without a way in" | "desks" | "denials of other bodies' desks";
  readonly done: number;
  readonly total: number;
  readonly failed: number;
}

export interface ReachOptions {
  readonly inventory: Inventory;
  /** Bodies whose people come in; default: all. */
  readonly bodies?: readonly string[];
  /** Desks a pool; default: all. */
  readonly sample?: number;
  /** Hosts a pool whose remote desktop is asked. */
  readonly rdp: number;
  /** Desks and hosts a pool that the denials try; 0: no denials. */
  readonly denials: number;
  /** For one handshake. */
  readonly timeoutMs: number;
  /** For what must not answer: a desk's door, a revoked profile. Milliseconds. */
  readonly patience?: { readonly desk: number; readonly revoked: number };
  readonly profiles: AuditProfiles;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** A body whose people have a home on the public side. */
export interface Visit {
  readonly body: string;
  readonly enter: readonly string[];
  /** Gateway instance to begin with: the bodies spread over them. */
  readonly first: string;
}

/** What the phases of one run share. */
export interface Context extends ReachOptions {
  /** All desks there are, by pool. */
  readonly everyPool: readonly PoolDesks[];
  /** The desks that are asked. */
  readonly asked: readonly PoolDesks[];
  /** Bodies whose desks are asked, with a home or without. */
  readonly asking: readonly string[];
  readonly visits: readonly Visit[];
  /** What the report has to say beside its figures; the phases add to it. */
  readonly notes: string[];
  /** Calls the run off; part of `signal`. */
  readonly stop: AbortController;
}

/**
 * Awaits all; where one fails, the others are called off through `stop`, and only then is its error thrown: so that
 * nothing still runs when the caller goes on.
 */
export async function together<T extends readonly Promise<unknown>[]>(
  context: Context,
  works: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  for (const work of works) work.catch((error: unknown) => context.stop.abort(error));
  const settled = await Promise.allSettled(works);
  if (settled.some(({ status }) => status === "rejected")) throw context.signal.reason;
  return Promise.all(works);
}

/** Counts what is done of a phase and tells it. */
export function stepper(
  { onProgress }: ReachOptions,
  phase: Progress["phase"],
  total: number,
): (failed: boolean) => void {
  let done = 0;
  let failures = 0;
  return (failed) => {
    done += 1;
    if (failed) failures += 1;
    onProgress({ phase, done, total, failed: failures });
  };
}
