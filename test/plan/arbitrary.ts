import * as fc from "fast-check";
import { type BodyInput, type PoolInput, small } from "./fleet.ts";
import type { Fleet } from "../../src/fleet/schema.ts";

/** A fleet to be made: bodies with weights for shares, and the stage's desks. */
export interface Spec {
  readonly bodies: readonly { readonly pools: readonly PoolSpec[]; readonly sites: number }[];
  readonly desks: number;
}

interface PoolSpec {
  readonly kind: "personal" | "pooled" | "physical";
  readonly class: "light" | "medium" | "heavy" | "power";
  readonly weight: number;
  /** In percent. */
  readonly concurrency: number;
}

const poolSpec: fc.Arbitrary<PoolSpec> = fc.record({
  kind: fc.constantFrom("personal", "pooled", "physical"),
  class: fc.constantFrom("light", "medium", "heavy", "power"),
  weight: fc.integer({ min: 1, max: 1000 }),
  concurrency: fc.integer({ min: 0, max: 100 }),
});

export function specs(mostDesks: number): fc.Arbitrary<Spec> {
  return fc.record({
    bodies: fc.array(
      fc.record({ pools: fc.array(poolSpec, { minLength: 1, maxLength: 5 }), sites: fc.integer({ min: 1, max: 4 }) }),
      { minLength: 1, maxLength: 6 },
    ),
    desks: fc.integer({ min: 1, max: mostDesks }),
  });
}

function pool(spec: PoolSpec, ordinal: number, size: { share: number } | { desks: number }): PoolInput {
  return {
    id: `p${ordinal}`,
    ...size,
    kind: spec.kind,
    concurrency: spec.concurrency / 100,
    ...(spec.kind === "physical" ? { site: "s0" } : { class: spec.class }),
  };
}

function body(
  ordinal: number,
  { pools, sites }: Spec["bodies"][number],
  size: (spec: PoolSpec) => { share: number } | { desks: number },
): BodyInput {
  return {
    id: `b${ordinal}`,
    name: `Body ${ordinal}`,
    pools: pools.map((spec, position) => pool(spec, position, size(spec))),
    sites: Array.from({ length: sites }, (_, site) => ({
      id: `s${site}`,
      links: Array.from({ length: 1 + (site % 3) }, (_line, line) => ({
        id: `l${line}`,
        carrier: `c${line}`,
        mbps: 100,
      })),
    })),
  };
}

export interface Extra {
  /** Pools of a fixed size, appended to the first body. */
  readonly pools?: readonly PoolSpec[];
  /** Bodies appended, their pools of a fixed size. */
  readonly bodies?: Spec["bodies"];
}

export const extraDesks = 300;

/** The fleet of a spec, with more desks or with appended parts of a fixed size, so that the rest keeps its counts. */
export function fleetFrom({ bodies, desks }: Spec, extra: Extra = {}): Fleet {
  const sum = bodies.flatMap(({ pools }) => pools).reduce((all, { weight }) => all + weight, 0);
  const made = bodies.map((spec, ordinal) => body(ordinal, spec, ({ weight }) => ({ share: weight / sum })));
  const [first] = made;
  const offset = first?.pools?.length ?? 0;
  const more = (extra.pools ?? []).map((spec, nth) => pool(spec, offset + nth, { desks: extraDesks }));
  if (first !== undefined) first.pools = [...(first.pools ?? []), ...more];
  const appended = (extra.bodies ?? []).map((spec, nth) =>
    body(bodies.length + nth, spec, () => ({ desks: extraDesks })),
  );
  const fixed = more.length + appended.reduce((all, { pools }) => all + (pools?.length ?? 0), 0);
  return small(desks + fixed * extraDesks, [...made, ...appended]);
}

export const extras: fc.Arbitrary<Extra> = fc.record({
  pools: fc.array(poolSpec, { maxLength: 3 }),
  bodies: fc.array(
    fc.record({ pools: fc.array(poolSpec, { minLength: 1, maxLength: 3 }), sites: fc.integer({ min: 1, max: 3 }) }),
    { maxLength: 3 },
  ),
});
