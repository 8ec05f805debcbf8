import assert from "node:assert/strict";
import { test } from "node:test";
import { Board } from "../../src/probe/board.ts";
import { probeKinds } from "../../src/probe/kinds.ts";

const quick = { ...probeKinds, link: { ...probeKinds.link, misses: 2, hits: 1 } };

test("a new target is told as unknown, a removed one no more", () => {
  const board = new Board(quick);
  board.setTargets("site", ["a", "b"]);
  assert.deepEqual(
    board.take().flatMap(({ records }) => records.map(({ id, up }) => [id, up])),
    [
      ["a", null],
      ["b", null],
    ],
  );
  board.setTargets("site", ["b", "c"]);
  assert.deepEqual(
    board.take().flatMap(({ records }) => records.map(({ id }) => id)),
    ["c"],
  );
  assert.equal(board.record({ kind: "site", id: "a", at: 1, rtt: 0.1 }), false);
});

test("tells only what changed, and all again when asked to", () => {
  const board = new Board(quick);
  board.setTargets("link", ["a", "b"]);
  board.take();
  assert.deepEqual(board.take(), []);
  board.record({ kind: "link", id: "b", at: 5, rtt: 0.003 });
  const [told] = board.take();
  assert.deepEqual(told?.records, [
    {
      id: "b",
      up: 1,
      since: 5,
      attempts: 1,
      failures: 0,
      transitions: 0,
      rtt: 0.003,
      rtts: { counts: [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], sum: 0.003 },
    },
  ]);
  board.untell();
  assert.equal(board.take()[0]?.records.length, 2);
});

test("says which results are urgent: those that reverse a verdict", () => {
  const board = new Board(quick);
  board.setTargets("link", ["a"]);
  const results = [0.1, undefined, undefined, undefined, 5];
  assert.deepEqual(
    results.map((rtt, at) => board.record({ kind: "link", id: "a", at, rtt })),
    [false, false, true, false, true],
  );
  const record = board.take()[0]?.records[0];
  assert.deepEqual([record?.attempts, record?.failures, record?.transitions, record?.rtt], [5, 3, 2, 5]);
  assert.equal(record?.rtts?.counts.at(-1), 1, "slower than the last bucket");
});

test("keeps what is known of a target that stays", () => {
  const board = new Board(quick);
  board.setTargets("link", ["a"]);
  board.record({ kind: "link", id: "a", at: 7, rtt: 0.1 });
  board.setTargets("link", ["a", "b"]);
  const [a] = board.take()[0]?.records ?? [];
  assert.deepEqual([a?.id, a?.up, a?.since], ["a", 1, 7]);
});

test("last run only goes forward, and starts at never", () => {
  const board = new Board();
  board.setTargets("host", []);
  assert.deepEqual(board.kinds(), [{ kind: "host", interval: 10, lastRun: 0 }]);
  board.ran("host", 20);
  board.ran("host", 10);
  assert.equal(board.kinds()[0]?.lastRun, 20);
});
