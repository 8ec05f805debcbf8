import type { Family } from "../metrics.ts";

/** Some of it failed: what there is is served, and the collector counts as failed. */
export class PartialCollectionError extends Error {
  override readonly name = "PartialCollectionError";
  readonly families: readonly Family[];
  constructor(message: string, families: readonly Family[]) {
    super(message);
    this.families = families;
  }
}
