import type { LabSettings } from "../settings.ts";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/**
 * One kind of thing that the lab makes. The provider derives create, update, read, diff and delete from these four
 * functions, so that every kind tells the truth in the same way:
 * - `observe` looks at the real thing and says in words where it differs from `wanted` (empty: as declared),
 *   or `absent`;
 * - `ensure` makes the real thing be as wanted, whatever it finds, adopting what an interrupted run left;
 * - `remove` leaves nothing, and is content when nothing is there.
 */
export interface Kind<Wanted> {
  check(wanted: Wanted): readonly Failure[];
  identity(wanted: Wanted): string;
  /** Properties whose change makes it another thing. */
  readonly replaceOn: readonly (keyof Wanted & string)[];
  observe(wanted: Wanted, lab: LabSettings): Promise<"absent" | readonly string[]>;
  /** Gives further outputs (never a secret). */
  ensure(wanted: Wanted, lab: LabSettings): Promise<Readonly<Record<string, unknown>>>;
  remove(wanted: Wanted, lab: LabSettings): Promise<void>;
}

/** The property under which a resource reports its state. */
export const asDeclared = "as declared";
