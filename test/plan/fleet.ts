import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";
import { type Fleet, type ListedDesk, fleetSchema } from "../../src/fleet/schema.ts";

export const referenceFile = new URL("../../fleets/piemonte.yaml", import.meta.url);

export type FleetInput = z.input<typeof fleetSchema>;
export type BodyInput = FleetInput["bodies"][number];
export type PoolInput = NonNullable<BodyInput["pools"]>[number];
/** Desk lists by pool id, as if read from files. */
export type Lists = Readonly<Record<string, readonly ListedDesk[]>>;
type Parsed = z.output<typeof fleetSchema>;

function withLists(parsed: Parsed, lists: Lists): Fleet {
  return {
    ...parsed,
    bodies: parsed.bodies.map((body) => ({
      ...body,
      pools: body.pools.map((pool) => ({ ...pool, listed: lists[`${body.id}/${pool.id}`] ?? [] })),
    })),
  };
}

/** A fleet from plain values, with the schema's defaults. */
export function fleetOf(input: FleetInput, lists: Lists = {}): Fleet {
  return withLists(fleetSchema.parse(input), lists);
}

/** The reference fleet, changed where a test asks. */
export function reference(change?: (fleet: Parsed) => void): Fleet {
  const parsed = fleetSchema.parse(parse(readFileSync(referenceFile, "utf8")));
  change?.(parsed);
  return withLists(parsed, {});
}

/** A small fleet of one stage, with room for anything. */
export function small(
  desks: number,
  bodies: readonly BodyInput[],
  more: Partial<FleetInput> = {},
  lists: Lists = {},
): Fleet {
  return fleetOf(
    {
      version: 1,
      name: "small",
      network: { desks: "10.0.0.0/8", clients: "172.16.0.0/13", transit: "172.24.0.0/14" },
      stages: [{ name: "now", date: "2020-03-09", desks }],
      bodies: [...bodies],
      ...more,
    },
    lists,
  );
}

/** Listed desks with these names. */
export function listed(...desks: string[]): ListedDesk[] {
  return desks.map((desk) => ({ desk, person: `${desk}@example.org`, site: undefined }));
}
