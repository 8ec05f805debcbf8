import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { changesOf } from "../../../src/exporter/wallboard/changes.ts";
import { DeskCounts } from "../../../src/exporter/wallboard/desk-counts.ts";
import { History, steps } from "../../../src/exporter/wallboard/history.ts";
import { drawing, layoutOf } from "../../../src/exporter/wallboard/layout.ts";
import { ReportStore } from "../../../src/exporter/store.ts";
import { watchFleet } from "../../../src/exporter/watched.ts";
import type { TargetRecord } from "../../../src/report.ts";
import { referenceInventory } from "./reference.ts";

const record = (id: string, change: Partial<TargetRecord> = {}): TargetRecord => ({
  id,
  up: 1,
  since: 1000,
  attempts: 0,
  failures: 0,
  transitions: 0,
  rtt: null,
  unprobed: null,
  ...change,
});

const sections = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.array(fc.string(), { maxLength: 4 }), {
  minKeys: 3,
  noNullPrototype: true,
});

test("what changed, put in place, gives what is there now", () => {
  fc.assert(
    fc.property(sections, sections, (before, after) => {
      const changes = changesOf(
        { version: "1", title: "", sections: before },
        { version: "1", title: "", sections: after },
      );
      const shown: Record<string, readonly string[]> = { ...before };
      for (const [id, lines] of Object.entries(changes?.sections ?? {})) {
        shown[id] = Array.isArray(lines) ? lines : Object.assign([...(before[id] ?? [])], lines);
      }
      assert.deepEqual(shown, after);
      assert.equal(changes === undefined, JSON.stringify(before) === JSON.stringify(after));
    }),
  );
});

test("desks counted as reports come are those counted anew", () => {
  const inventory = referenceInventory(0.002);
  const fleet = watchFleet(inventory);
  const change = fc.record({
    id: fc.constantFrom(...inventory.hosts.map(({ name }) => name), "no-such-host"),
    up: fc.constantFrom(0, 1, null),
    since: fc.nat(),
    unprobed: fc.constantFrom(null, "why"),
  });
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const store = new ReportStore();
      const counts = new DeskCounts(fleet, store);
      for (const each of changes) {
        store.apply("hub", { type: "targets", kind: "host", records: [record(each.id, each)] });
        const kept = store.record("hub", "host", each.id);
        if (kept !== undefined) counts.take(kept);
      }
      assert.deepEqual(counts.all(), new DeskCounts(fleet, store).all());
      for (const { listed, up, down, unseen, unprobed } of counts.all())
        assert.equal(up + down + unseen + unprobed, listed);
    }),
  );
});

test("drawn sites and lines never overlap, nor do instances, and all are inside", () => {
  const link = fc.record({ id: fc.string(), instance: fc.constantFrom("hub-a", "hub-b", "hub-c", "hub-d") });
  const site = fc.record({ id: fc.string(), links: fc.array(link, { maxLength: 6 }) });
  fc.assert(
    fc.property(fc.array(site, { minLength: 1, maxLength: 30 }), (sites) => {
      const { height, sites: placed, instances } = layoutOf(sites);
      const rows = placed.flatMap(({ y, links }) => [y, ...links.map((each) => each.y)]);
      const apart = (ys: readonly number[], least: number): boolean =>
        ys.every((y, index) => index === 0 || y - (ys[index - 1] ?? 0) >= least);
      assert.ok(apart(rows, 30), rows.join());
      assert.ok(
        apart(
          instances.map(({ y }) => y),
          60,
        ),
        JSON.stringify(instances),
      );
      assert.ok(rows.every((y) => y >= 20 && y <= height - 8));
      assert.ok(instances.every(({ y }) => y >= 30 && y <= height - 30));
      assert.ok(drawing.turn < drawing.ends && drawing.ends < drawing.width);
    }),
  );
});

test("a line's steps: counters that fall began anew, what nobody looked at is no step, old ones go", () => {
  const history = new History();
  const told = (attempts: number, failures: number, at: number): void =>
    history.take([record("l", { attempts, failures, rtt: 0.01 })], at);
  told(1000, 500, 1000);
  assert.deepEqual(history.at("l", 200), { loss: null, rtt: null }, "what was counted before is of no step");
  told(1010, 501, 1001);
  told(1020, 502, 1004.9);
  told(1030, 512, 1005);
  assert.deepEqual(history.at("l", 200), { loss: 0.1, rtt: 0.01 });
  assert.deepEqual(history.at("l", 201), { loss: 1, rtt: null });
  told(4, 1, 1010);
  assert.deepEqual(history.at("l", 202), { loss: 0.25, rtt: 0.01 }, "the prober began anew");
  assert.deepEqual(history.at("l", 203), { loss: null, rtt: null });
  assert.deepEqual(history.sum("l", 1015), { loss: 13 / 34, rtt: 0.01, attempts: 34 });
  told(5, 1, 1000 + 5 * steps);
  assert.deepEqual(history.at("l", 200), { loss: null, rtt: null }, "ten minutes later it is forgotten");
  history.keep(new Set());
  assert.deepEqual(history.sum("l", 1015), { loss: null, rtt: null, attempts: 0 });
});
