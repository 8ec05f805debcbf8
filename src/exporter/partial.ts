import type { Collected } from "./exposition.ts";

/** Some of it failed: what there is is served, and the collector counts as failed. */
export class PartialCollectionError extends Error {
  override readonly name = "PartialCollectionError";
  readonly families: readonly Collected[];
  constructor(message: string, families: readonly Collected[]) {
    super(message);
    this.families = families;
  }
}
