import type { FleetPath } from "../errors.ts";
import type { Finding } from "../document.ts";
import type { Fleet, FleetBody, FleetPool } from "../schema.ts";

export type { Finding } from "../document.ts";

/** A rule over several fields: looks at a whole fleet, gives what is wrong. To add one, write it and list it in rules.ts. */
export type Rule = (fleet: Fleet) => Iterable<Finding>;

export interface PoolAt {
  readonly body: FleetBody;
  readonly pool: FleetPool;
  readonly path: FleetPath;
}

/** All pools with their places. */
export function poolsOf(fleet: Fleet): PoolAt[] {
  return fleet.bodies.flatMap((body, b) =>
    body.pools.map((pool, p) => ({ body, pool, path: ["bodies", b, "pools", p] })),
  );
}

/** `a, b, c`, the first twenty; "none" of nothing. */
export function enumerate(choices: readonly string[]): string {
  const shown = choices.slice(0, 20).join(", ");
  if (choices.length > 20) return `${shown} and ${choices.length - 20} more`;
  return shown === "" ? "none" : shown;
}

/** One finding for each value that stood before. */
export function repeated(
  what: string,
  items: Iterable<{ readonly value: string; readonly path: FleetPath }>,
): Finding[] {
  const seen = new Map<string, FleetPath>();
  const findings: Finding[] = [];
  for (const { value, path } of items) {
    const first = seen.get(value);
    if (first === undefined) seen.set(value, path);
    else findings.push({ path, message: `${what} "${value}" is used twice`, value, first, reads: [first] });
  }
  return findings;
}
