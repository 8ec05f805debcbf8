import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Pacer } from "../../src/reach/pace.ts";

const task = fc.record({ via: fc.constantFrom("ssh" as const, "rdp" as const), group: fc.constantFrom("a", "b", "c") });

test("all work is done, and never more at once than the pace allows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(task, { maxLength: 60 }),
      fc.record({ total: fc.integer({ min: 1, max: 8 }), ssh: fc.integer({ min: 1, max: 5 }), rdp: fc.constant(2) }),
      async (tasks, { total, ssh, rdp }) => {
        const running = new Map<string, number>();
        let all = 0;
        let done = 0;
        const pacer = new Pacer({ total, perGroup: { ssh, rdp } }, async ({ via, group }: (typeof tasks)[number]) => {
          const key = `${via} ${group}`;
          running.set(key, (running.get(key) ?? 0) + 1);
          all += 1;
          assert.ok(all <= total);
          assert.ok((running.get(key) ?? 0) <= { ssh, rdp }[via]);
          await new Promise(setImmediate);
          running.set(key, (running.get(key) ?? 0) - 1);
          all -= 1;
          done += 1;
        });
        for (const one of tasks) pacer.add(one);
        await pacer.idle();
        assert.equal(done, tasks.length);
      },
    ),
    { numRuns: 100 },
  );
});

test("a pool whose share is full holds no other pool back", async () => {
  const started: string[] = [];
  const gate = Promise.withResolvers<void>();
  const pacer = new Pacer(
    { total: 10, perGroup: { ssh: 2, rdp: 2 } },
    async ({ group }: { via: "ssh"; group: string }) => {
      started.push(group);
      if (group === "slow") await gate.promise;
    },
  );
  for (let n = 0; n < 5; n += 1) pacer.add({ via: "ssh", group: "slow" });
  for (let n = 0; n < 5; n += 1) pacer.add({ via: "ssh", group: "quick" });
  while (started.filter((group) => group === "quick").length < 5) await new Promise(setImmediate);
  assert.equal(started.filter((group) => group === "slow").length, 2);
  gate.resolve();
  await pacer.idle();
  assert.equal(started.length, 10);
});
