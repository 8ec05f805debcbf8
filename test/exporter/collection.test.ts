import assert from "node:assert/strict";
import { test } from "node:test";
import { Collection } from "../../src/exporter/collection.ts";
import type { Collector, Scene } from "../../src/exporter/collector.ts";
import type { Collected } from "../../src/exporter/exposition.ts";
import { Memory } from "../../src/exporter/memory.ts";
import { PartialCollectionError } from "../../src/exporter/partial.ts";
import { ReportStore } from "../../src/exporter/store.ts";

const scene: Scene = {
  fleet: undefined,
  inventoryError: undefined,
  store: new ReportStore(),
  hosts: undefined,
  labRoot: ".",
  instanceMs: 1000,
  memory: new Memory(),
  now: Date.now,
};
const sessions = (value: number): Collected => ({
  name: "vpn_sessions",
  samples: [{ labels: { gateway: "hub-a" }, value }],
});
const good: Collector = { name: "good", quick: true, collect: () => [sessions(1)] };

function make(collectors: readonly Collector[], budgetMs = 10_000) {
  const notes: string[] = [];
  return { notes, collection: new Collection({ collectors, budgetMs, note: (text) => notes.push(text) }) };
}

function successes(families: readonly Collected[]): Readonly<Record<string, number>> {
  const entries = families.flatMap((family) =>
    family.name === "collector_success" && "samples" in family
      ? family.samples.map(({ labels, value }) => [labels.collector, value] as const)
      : [],
  );
  return Object.fromEntries(entries);
}

function values(families: readonly Collected[]): readonly number[] {
  return families.flatMap((family) =>
    family.name === "vpn_sessions" && "samples" in family ? family.samples.map(({ value }) => value) : [],
  );
}

test("one that fails, and how, costs only its own metrics", async () => {
  const throwing: Collector = {
    name: "throwing",
    collect: () => {
      throw new Error("no such thing");
    },
  };
  const refusing: Collector = { name: "refusing", collect: () => Promise.reject(new Error("not today")) };
  const { collection, notes } = make([throwing, refusing, good]);
  const families = await collection.all(scene);
  assert.deepEqual(successes(families), { throwing: 0, refusing: 0, good: 1 });
  assert.deepEqual(values(families), [1]);
  assert.deepEqual(notes, ["collector throwing: no such thing", "collector refusing: not today"]);
});

test("what a collector got before it failed is served, as failed", async () => {
  const half: Collector = {
    name: "half",
    collect: () => Promise.reject(new PartialCollectionError("hub-b: gone", [sessions(7)])),
  };
  const families = await make([half]).collection.all(scene);
  assert.deepEqual([values(families), successes(families)], [[7], { half: 0 }]);
});

test("one that hangs is given up, told to stop, and not started again while it hangs", async () => {
  let starts = 0;
  let stopped = false;
  let release = (): void => undefined;
  const hanging: Collector = {
    name: "hanging",
    collect: (_, signal) => {
      starts += 1;
      if (starts > 1) return [sessions(3)];
      signal.addEventListener("abort", () => (stopped = true));
      return new Promise<readonly Collected[]>((resolve) => {
        release = () => resolve([]);
      });
    },
  };
  const { collection, notes } = make([hanging, good], 5);
  assert.deepEqual(successes(await collection.all(scene)), { hanging: 0, good: 1 });
  assert.deepEqual(successes(await collection.all(scene)), { hanging: 0, good: 1 });
  assert.deepEqual([starts, stopped], [1, true]);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(successes(await collection.all(scene)), { hanging: 1, good: 1 });
  assert.deepEqual(notes, [
    "collector hanging: it took more than 5 ms",
    "collector hanging: it still hangs from an earlier scrape",
    "collector hanging works again",
  ]);
});

test("scrapes at the same moment share one run", async () => {
  let starts = 0;
  const counted: Collector = {
    name: "counted",
    quick: true,
    collect: async () => {
      starts += 1;
      return [sessions(starts)];
    },
  };
  const { collection } = make([counted]);
  await Promise.all([collection.all(scene), collection.quick(scene), collection.all(scene)]);
  assert.equal(starts, 1);
  assert.deepEqual(values(await collection.all(scene)), [2]);
});

test("the quick scrape runs quick collectors alone", async () => {
  const slow: Collector = { name: "slow", collect: () => assert.fail("not for a scrape each second") };
  const families = await make([slow, good]).collection.quick(scene);
  assert.deepEqual(families, [sessions(1)]);
});
