import { readFileSync } from "node:fs";
import { key } from "./ids.ts";
import type { SqlRow, State } from "./state.ts";

/**
 * What can go wrong with a request.
 * - "429", "500", "503": the request is answered so and nothing is done; `times` requests, the client's own retries
 *   counted, so that 3 are waited out and 4 are seen by the user.
 * - "timeout-created": what was asked is done, and the wait for it runs into the operation's time limit.
 * - "reset-created": what was asked is done, and the connection breaks before the answer.
 * - "never-ends": the operation is accepted, goes on for ever, and the resource stays "Updating"; where its type has no
 *   such state, it is done and only the answer never comes.
 * - "fails": the operation is accepted and then fails; the resource stays "Failed".
 * - "crash-before", "crash-after": the engine is killed before, or after, Azure has done what was asked.
 */
export type FaultKind =
  | "429"
  | "500"
  | "503"
  | "timeout-created"
  | "reset-created"
  | "never-ends"
  | "fails"
  | "crash-before"
  | "crash-after";

export interface Fault {
  /** A token, or a part of an id (case does not matter); "" matches all. */
  readonly match: string;
  readonly kind: FaultKind;
  /** The nth matching write since the fault was set; 1 where not given. */
  readonly at?: number;
  /** How often; 1 where not given. */
  readonly times?: number;
  /** All writes where not given; reads only where it says so, and of them "429", "500" and "503". */
  readonly operation?: "create" | "update" | "delete" | "read";
}

/** Counts this request with every fault that it matches, and gives those that strike. */
export function strike(state: State, operation: string, token: string, id: string): readonly SqlRow[] {
  const matching = state.rows(
    `SELECT * FROM faults WHERE fired < times AND (operation = ?1 OR (operation = '' AND ?1 <> 'read'))
       AND (match = '' OR lower(match) = ?2 OR instr(?3, lower(match)) > 0) ORDER BY id`,
    operation,
    key(token),
    key(id),
  );
  for (const fault of matching) state.run("UPDATE faults SET seen = seen + 1 WHERE id = ?", fault["id"] ?? 0);
  return matching.filter((fault) => Number(fault["seen"]) + 1 >= Number(fault["at"]));
}

/** Uses a fault up once, on a resource; false where it has struck as often as it was to. */
export function spend(state: State, fault: SqlRow, id: string): boolean {
  const row = state.row(
    "UPDATE faults SET fired = fired + 1 WHERE id = ? AND fired < times RETURNING kind",
    fault["id"] ?? 0,
  );
  if (row !== undefined) state.run("INSERT INTO strikes (kind, id) VALUES (?, ?)", row["kind"] ?? "", id);
  return row !== undefined;
}

/** Kills the engine that started us, as a power cut would, and ends with it. */
export function crash(): never {
  const engine = ancestor("pulumi");
  if (engine !== undefined) process.kill(engine, "SIGKILL");
  process.exit(1);
}

/** The nearest ancestor process of a name, from /proc. */
function ancestor(name: string): number | undefined {
  for (let pid = process.ppid; pid > 1;) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    if (command === name) return pid;
    pid = Number(parent);
  }
  return undefined;
}
