import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { type ImageRoll, imageVersion } from "../../src/plan/image.ts";
import { addressesOut, natAddresses } from "../../src/plan/nat.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { reference } from "./fleet.ts";

const pooled = { kind: "pooled" } as const;

function roll(reached?: "canary" | number): ImageRoll {
  return reached === undefined ? { version: "1.0.0" } : { version: "1.0.0", next: { version: "2.0.0", reached } };
}

function renewed(reached: "canary" | number, hosts: number): number[] {
  return Array.from({ length: hosts }, (_, ordinal) => ordinal).filter(
    (ordinal) => imageVersion(roll(reached), pooled, ordinal) === "2.0.0",
  );
}

const part = fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true });
const hosts = fc.integer({ min: 1, max: 300 });

describe("the image of a host", () => {
  it("is the pinned one where nothing is rolled, and always for personal desks", () => {
    assert.equal(imageVersion(roll(), pooled, 0), "1.0.0");
    assert.equal(imageVersion(roll(1), { kind: "personal" }, 0), "1.0.0");
  });

  it("is the next one on the first host of a pool, then on a spread part, then on all", () => {
    assert.deepEqual(renewed("canary", 8), [0]);
    assert.deepEqual(renewed(0.01, 8), [0]);
    assert.deepEqual(renewed(0.25, 8), [0, 4]);
    assert.deepEqual(renewed(0.5, 8), [0, 2, 4, 6]);
    assert.deepEqual(renewed(1, 8), [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("takes no host back when the roll goes on", () => {
    fc.assert(
      fc.property(part, part, hosts, (one, other, count) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const then = new Set(renewed(more, count));
        assert.ok(renewed(less, count).every((ordinal) => then.has(ordinal)));
        assert.ok(renewed("canary", count).every((ordinal) => then.has(ordinal)));
      }),
    );
  });

  it("reaches the part that it says, but for a few hosts", () => {
    fc.assert(
      fc.property(part, hosts, (reached, count) => {
        assert.ok(Math.abs(renewed(reached, count).length - reached * count) <= 1 + Math.log2(count));
      }),
    );
  });

  it("does not change on a host when its pool grows", () => {
    fc.assert(
      fc.property(part, hosts, hosts, (reached, count, more) => {
        assert.deepEqual(
          renewed(reached, count + more).filter((ordinal) => ordinal < count),
          renewed(reached, count),
        );
      }),
    );
  });
});

describe("public addresses by which hosts go out", () => {
  it("give each host 64 ports", () => {
    assert.deepEqual([0, 1, 1008, 1009, 16_128].map(addressesOut), [1, 1, 1, 2, 16]);
  });

  it("are at most sixteen a body", () => {
    const [body] = planFleet(reference()).bodies;
    const pools = body!.pools.map((pool) => ({ ...pool, hosts: pool.kind === "physical" ? 9_000_000 : 9000 }));
    assert.throws(
      () => natAddresses({ id: "regione", pools }),
      /body regione has 18000 hosts.* 18 public addresses.*16/,
    );
    assert.equal(natAddresses(body!), 4);
  });
});
