import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { inOrder, takenDownBefore } from "../../scripts/order.ts";

/** Runs that come after some of those before them: never a circle. */
const runs = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 12 }).map((list) =>
  list.map((after, index) => ({
    name: `s${index}`,
    after: after.filter((each) => each < index).map((each) => `s${each}`),
  })),
);

describe("stacks in order", () => {
  test("each runs once, after all that it comes after", async () => {
    await fc.assert(
      fc.asyncProperty(runs, async (list) => {
        const done: string[] = [];
        await inOrder(list, async (name) => {
          const after = list.find((each) => each.name === name)?.after ?? [];
          for (const each of after) assert.ok(done.includes(each), `${name} after ${each}`);
          await Promise.resolve();
          done.push(name);
        });
        assert.deepEqual(done.toSorted(), list.map((each) => each.name).toSorted());
      }),
    );
  });

  test("after a failure nothing more begins, and the failure is told", async () => {
    const begun: string[] = [];
    const list = [
      { name: "hub", after: [] },
      { name: "one", after: ["hub"] },
      { name: "two", after: ["hub"] },
      { name: "watch", after: ["one", "two"] },
    ];
    const work = (name: string): Promise<void> => {
      begun.push(name);
      return name === "one" ? Promise.reject(new Error("no room")) : Promise.resolve();
    };
    await assert.rejects(inOrder(list, work), /no room/);
    assert.deepEqual(begun, ["hub", "one", "two"]);
  });

  test("a circle is named", async () => {
    const circle = [
      { name: "a", after: ["b"] },
      { name: "b", after: ["a"] },
    ];
    await assert.rejects(
      inOrder(circle, () => Promise.resolve()),
      /wait for each other: a, b/,
    );
  });
});

test("stacks go as they came: the watch first, hosts before what they stand on, the hub last", async () => {
  const all = ["azure-a", "azure-a-office-1", "azure-a-office-2", "azure-ab", "azure-hub", "azure-watch"];
  const gone: string[] = [];
  await inOrder(
    all.map((name) => ({ name, after: takenDownBefore(name, all) })),
    async (name) => void gone.push(name),
    1,
  );
  assert.deepEqual([gone.indexOf("azure-watch"), gone.indexOf("azure-hub")], [0, 5]);
  assert.ok(gone.indexOf("azure-a") > gone.indexOf("azure-a-office-2"));
  assert.deepEqual(takenDownBefore("azure-ab", all), ["azure-watch"]);
});
