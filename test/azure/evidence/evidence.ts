import type { Tenancy } from "../../../src/fleet/tenancy.ts";
import { checkAgainstSdk } from "../sdk/check.ts";
import { Addresses } from "./addresses.ts";
import { countProblems } from "./counts.ts";
import { idProblems, isAzure } from "./ids.ts";
import type { RecordedSlice } from "./record.ts";
import { References } from "./references.ts";
import { secretProblems } from "./secrets.ts";

/** What is asked of every slice of a fleet, and of all of them together. */
export const questions = ["counts", "ids", "sdk", "secrets", "references", "addresses"] as const;
export type Problems = Record<(typeof questions)[number], readonly string[]>;

/** Looks at a fleet's slices one by one and keeps none of them; what is wrong is told by question. */
export class Evidence {
  readonly #tenancy: Tenancy;
  readonly #references: References;
  readonly #addresses = new Addresses();
  readonly #counts: string[] = [];
  readonly #ids: string[] = [];
  readonly #sdk: string[] = [];
  readonly #secrets: string[] = [];

  constructor(tenancy: Tenancy) {
    this.#tenancy = tenancy;
    this.#references = new References(tenancy);
  }

  add(recorded: RecordedSlice): void {
    const { slice, recording } = recorded;
    this.#counts.push(...countProblems(recorded, this.#tenancy));
    this.#ids.push(...idProblems(recording));
    this.#secrets.push(...secretProblems(recording));
    for (const resource of recording.resources.filter(isAzure)) {
      this.#sdk.push(...checkAgainstSdk(resource).map((problem) => `${slice.stack}: ${resource.name}: ${problem}`));
    }
    this.#references.add(recorded);
    this.#addresses.add(recorded);
  }

  /** When all slices were looked at. */
  problems(): Problems {
    return {
      counts: this.#counts,
      ids: this.#ids,
      sdk: this.#sdk,
      secrets: this.#secrets,
      references: this.#references.problems(),
      addresses: this.#addresses.problems(),
    };
  }

  /** How much was looked at: where these are zero, no problem proves nothing. */
  get followed(): { readonly references: number; readonly addresses: number } {
    return { references: this.#references.count, addresses: this.#addresses.count };
  }
}
