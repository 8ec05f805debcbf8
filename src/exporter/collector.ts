import type { Family } from "../metrics.ts";
import type { ReportStore } from "./store.ts";
import type { WatchedFleet } from "./watched.ts";

/** What a collector may look at. */
export interface Scene {
  /** undefined until an inventory was read. */
  readonly fleet: WatchedFleet | undefined;
  /** Why the inventory's file could not be read last time. */
  readonly inventoryError: Error | undefined;
  readonly store: ReportStore;
  /** Folder that the inventory's socket paths are relative to. */
  readonly labRoot: string;
}

/**
 * One source of metrics. It only gathers: time limits, timing, success and errors are the caller's (`Collection`).
 * `signal` ends its work when its time is over.
 */
export interface Collector {
  readonly name: string;
  /** Part of `/metrics/links`: it must then read memory only. */
  readonly quick?: true;
  collect(scene: Scene, signal: AbortSignal): readonly Family[] | Promise<readonly Family[]>;
}

/** Some of it failed: what there is is served, and the collector counts as failed. */
export class PartialCollectionError extends Error {
  override readonly name = "PartialCollectionError";
  readonly families: readonly Family[];
  constructor(message: string, families: readonly Family[]) {
    super(message);
    this.families = families;
  }
}
