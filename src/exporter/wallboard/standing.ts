import type { TargetRecord } from "../../report.ts";
import { neverProbed } from "../store.ts";
import type { Vigil } from "./vigil.ts";

/** How a target stands, as far as anyone knows: what was never seen, or cannot be asked, is not down. */
export interface Standing {
  readonly state: "up" | "down" | "unseen" | "unprobed";
  /** Nobody has looked lately: it stood so, and may not any more. */
  readonly isOld: boolean;
  /** When it came to stand so, seconds since 1970; undefined without a verdict. */
  readonly since: number | undefined;
  /** Why it cannot be asked. */
  readonly why?: string;
}

export function standingOf(record: TargetRecord | undefined, vigil: Vigil | undefined): Standing {
  if (neverProbed(record)) return { state: "unprobed", isOld: false, since: undefined, why: record.unprobed };
  if (record === undefined || record.up === null) return { state: "unseen", isOld: false, since: undefined };
  return { state: record.up === 1 ? "up" : "down", isOld: vigil?.state !== "looking", since: record.since };
}
