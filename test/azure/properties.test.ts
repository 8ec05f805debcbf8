import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { Fleet } from "../../src/fleet/schema.ts";
import { fleetFrom, type Spec, specs } from "../plan/arbitrary.ts";
import { Evidence } from "./evidence/evidence.ts";
import { Growth } from "./evidence/growth.ts";
import { cloudOf, recordedSlices } from "./evidence/record.ts";

/** What holds for every fleet; the reference fleet's own numbers stand in reference.e2e.test.ts. */
interface Ground {
  readonly way: "gateway" | "broker";
  readonly instances: 1 | 2;
  readonly join: "entra" | "domain";
  /** Whether every second body has its desks in a subscription of its own, and whether it has a group. */
  readonly apart: boolean;
  readonly grouped: boolean;
}

const grounds: fc.Arbitrary<Ground> = fc.record({
  way: fc.constantFrom("gateway", "broker"),
  instances: fc.constantFrom(1, 2),
  join: fc.constantFrom("entra", "domain"),
  apart: fc.boolean(),
  grouped: fc.boolean(),
});
const domain = { name: "ad.example.org", user: "joiner@ad.example.org", controllers: ["10.250.0.4"] };

function clouded(spec: Spec, { way, instances, join, apart, grouped }: Ground): Fleet {
  const fleet = fleetFrom(spec);
  return {
    ...fleet,
    access: { ...fleet.access, way, instances },
    azure: { region: "italynorth", tenant: "example.org", subscriptions: ["main", "second"], image: "desk", join },
    bodies: fleet.bodies.map((body, ordinal) => ({
      ...body,
      ...(apart && ordinal % 2 === 1 ? { subscription: "second" } : {}),
      ...(grouped ? { group: `sg-${body.id}` } : {}),
    })),
  };
}

const cloud = (spec: Spec, ground: Ground) =>
  cloudOf(clouded(spec, ground), undefined, ground.join === "domain" ? { domain } : {});

describe("any fleet in Azure", () => {
  it("is counted exactly, shares no id and no address, names only what is there before, and tells no secret", async () => {
    await fc.assert(
      fc.asyncProperty(specs(60), grounds, async (spec, ground) => {
        const made = cloud(spec, ground);
        const evidence = new Evidence(made.tenancy);
        for await (const recorded of recordedSlices(made)) evidence.add(recorded);
        assert.deepEqual(Object.values(evidence.problems()).flat(), []);
        assert.ok(evidence.followed.references > 100);
      }),
      { numRuns: 8 },
    );
  });

  // Under 250 people at once: past them a gateway leaves the first generation, which is no growth in place (Azure VPN
  // Gateway: upgrade a gateway SKU, 2026).
  it("grows without a change to what is there, but for what is meant to", async () => {
    await fc.assert(
      fc.asyncProperty(specs(60), fc.integer({ min: 1, max: 60 }), grounds, async (spec, more, ground) => {
        const growth = new Growth();
        for await (const recorded of recordedSlices(cloud(spec, ground))) growth.remember(recorded);
        const grown = cloud({ ...spec, desks: spec.desks + more }, ground);
        for await (const recorded of recordedSlices(grown)) growth.compare(recorded);
        assert.deepEqual(growth.problems(), []);
      }),
      { numRuns: 8 },
    );
  });
});
