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
      unprobed: null,
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

test("last run does not go back for results out of order, but for a date that was set back", () => {
  const board = new Board();
  board.setTargets("host", []);
  const lastRun = () => board.kinds()[0]?.lastRun;
  assert.equal(lastRun(), 0);
  board.ran("host", 7200);
  board.ran("host", 7190);
  assert.equal(lastRun(), 7200);
  board.ran("host", 20);
  assert.equal(lastRun(), 20);
});

test("coverage is the part of the targets with a result of the last interval, by a clock that knows no date", () => {
  let now = 0;
  const board = new Board(quick, () => now);
  const coverage = () => board.kinds()[0]?.coverage;
  board.setTargets("host", ["a", "b", "c", "d"]);
  assert.equal(coverage(), 0);
  board.record({ kind: "host", id: "a", at: 9e9, rtt: 0.1 });
  board.record({ kind: "host", id: "b", at: 1, rtt: undefined });
  assert.equal(coverage(), 0.5, "a miss is a result");
  board.unprobed("host", "c", "no key");
  assert.equal(coverage(), 0.5, "what was not probed is none");
  now = 12_000;
  assert.equal(coverage(), 0.5, "an interval, its jitter and a time-out");
  now = 13_000;
  assert.equal(coverage(), 0);
  board.setTargets("host", []);
  assert.equal(coverage(), 1, "nothing is left out of nothing");
});

test("lag is the worst of the last half minute, whatever came since", () => {
  let now = 0;
  const board = new Board(quick, () => now);
  const lag = () => board.kinds()[0]?.lag;
  board.setTargets("link", ["a"]);
  assert.equal(lag(), 0);
  board.late("link", 3);
  board.late("link", 1);
  now = 30_000;
  board.late("link", 2);
  assert.equal(lag(), 3);
  now = 60_000;
  assert.equal(lag(), 2);
  now = 600_000;
  assert.equal(lag(), 0);
});

test("what cannot be probed keeps its verdict, and tells why, once", () => {
  const board = new Board(quick);
  board.setTargets("link", ["a"]);
  board.record({ kind: "link", id: "a", at: 1, rtt: 0.1 });
  const told = () => board.take()[0]?.records.map(({ up, unprobed, attempts }) => [up, unprobed, attempts]);
  board.unprobed("link", "a", "no key");
  assert.deepEqual(told(), [[1, "no key", 1]]);
  board.unprobed("link", "a", "no key");
  assert.equal(told(), undefined);
  board.record({ kind: "link", id: "a", at: 2, rtt: 0.1 });
  assert.deepEqual(told(), [[1, null, 2]]);
  board.unprobed("link", "gone", "no key");
});

test("a fleet that grows may need more misses in a row for a down", () => {
  const board = new Board(quick);
  const missed = (at: number) => board.record({ kind: "link", id: "a", at, rtt: undefined });
  board.setTargets("link", ["a"]);
  board.record({ kind: "link", id: "a", at: 1, rtt: 0.1 });
  board.setTargets("link", ["a", "b"], { misses: 3, hits: 1 });
  assert.deepEqual([missed(2), missed(3), missed(4)], [false, false, true]);
});

test("the last certificate that was seen stays while probes are missed, and goes with an answer that shows none", () => {
  const board = new Board();
  board.setTargets("service", ["a"]);
  const after = (result: object) => {
    board.record({ kind: "service", id: "a", at: 1, rtt: undefined, ...result });
    const [told] = board.take()[0]?.records ?? [];
    return [told?.certificateEnds, told?.status];
  };
  assert.deepEqual(after({ rtt: 0.1, certificateEnds: 2e9, status: 200 }), [2e9, 200]);
  assert.deepEqual(after({ status: 503 }), [2e9, 503]);
  assert.deepEqual(after({ status: 0 }), [2e9, 0]);
  assert.deepEqual(
    after({ certificateEnds: 1e9, status: 0 }),
    [1e9, 0],
    "one that has run out is a miss that shows it",
  );
  assert.deepEqual(after({ rtt: 0.1, status: 200 }), [undefined, 200]);
});
