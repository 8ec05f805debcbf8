import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Memory } from "../../../src/exporter/memory.ts";
import { type Bytes, ByteTally } from "../../../src/exporter/tally.ts";
import { watchFleet } from "../../../src/exporter/watched.ts";
import { madeInventory } from "../../watch/inventory.ts";

const reading = (counters: Readonly<Record<string, number>>): ReadonlyMap<string, Bytes> =>
  new Map(Object.entries(counters).map(([key, rx]) => [key, { rx, tx: 0 }]));

test("the total never falls, and is what all counters grew, whatever comes and goes", () => {
  const steps = fc.array(fc.dictionary(fc.constantFrom("a", "b", "c"), fc.integer({ min: 0, max: 1000 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(steps, (growths) => {
      const tally = new ByteTally();
      const counters: Record<string, number> = {};
      let total = 0;
      let before = tally.take("line", reading({}), 0).rx;
      for (const growth of growths) {
        for (const [key, grown] of Object.entries(growth)) {
          counters[key] = (counters[key] ?? 0) + grown;
          total += grown;
        }
        const listed = Object.fromEntries(Object.keys(growth).map((key) => [key, counters[key] ?? 0]));
        const { rx } = tally.take("line", reading(listed), 0);
        assert.ok(rx >= before);
        before = rx;
      }
      assert.equal(before, total);
    }),
  );
});

test("it begins with 0, whatever the counters stand at, and forgets a scope that goes", () => {
  const tally = new ByteTally();
  assert.equal(tally.take("line", reading({ a: 5000 }), 0).rx, 0);
  assert.equal(tally.take("line", reading({ a: 5001, b: 10 }), 0).rx, 11);
  tally.keep(new Set(["other"]));
  assert.equal(tally.take("line", reading({ a: 9000 }), 0).rx, 0);
});

test("more than any line carries is not believed, and does no harm to what comes after", () => {
  const tally = new ByteTally();
  tally.take("line", reading({ a: 0 }), 0);
  assert.throws(() => tally.take("line", reading({ a: 9e15 }), 15_000), {
    name: "ImplausibleBytesError",
    message: "9000000000000000 bytes more than 16 s ago",
  });
  assert.equal(tally.take("line", reading({ a: 700 }), 30_000).rx, 700);
});

test("what leaves the inventory is forgotten, and begins anew when it comes back", () => {
  const memory = new Memory();
  const kept = memory.loginsOf("hub-a");
  memory.loginsOf("hub-b").refusals.take(["1,N,198.18.0.2:1 TLS Error: TLS handshake failed"]);
  memory.keep(watchFleet(madeInventory({ instances: [{}] })));
  assert.equal(memory.loginsOf("hub-a"), kept);
  assert.equal(memory.loginsOf("hub-b").refusals.counts.handshake, 0);
});
