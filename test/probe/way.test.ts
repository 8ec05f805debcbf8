import assert from "node:assert/strict";
import { test } from "node:test";
import { missed, type Outcome, unprobed } from "../../src/probe/outcome.ts";
import { Way } from "../../src/probe/way.ts";

const answered: Outcome = { kind: "answered", rtt: 0.001 };
const silent = missed({ kind: "timeout", stage: "connect", afterMs: 500 });
const patience = { timeoutMs: 1000 };

/** A way with so many anchors, and the time (milliseconds) that it knows. */
function wayWith(anchors: number) {
  const time = { now: 0 };
  return { way: new Way(anchors, () => time.now), time };
}

test("without anchors nobody can say, and every miss is believed", () => {
  const { way, time } = wayWith(0);
  time.now = 1e9;
  assert.deepEqual([way.up, way.open, way.believes(patience)], [null, true, true]);
});

test("while an anchor answers, or refuses, misses are the targets' own", () => {
  for (const heard of [answered, missed({ kind: "refused" }), missed({ kind: "closed", stage: "connect" })]) {
    const { way, time } = wayWith(1);
    way.anchor(heard);
    time.now = 1000;
    assert.deepEqual([way.up, way.believes(patience)], [1, true]);
  }
});

test("when nothing comes back any more, no miss is believed, and after three looks the line is cut", () => {
  const { way, time } = wayWith(1);
  way.anchor(answered);
  time.now = 1001;
  assert.deepEqual([way.up, way.believes(patience)], [1, false]);
  way.anchor(silent);
  way.anchor(missed({ kind: "unreachable", code: "ENETUNREACH" }));
  assert.equal(way.up, 1);
  way.anchor(silent);
  assert.equal(way.up, 0);
});

test("looks that could not be made count for nothing", () => {
  const { way, time } = wayWith(1);
  time.now = 1001;
  for (let look = 0; look < 10; look += 1) way.anchor(unprobed("this process stood still meanwhile"));
  assert.equal(way.up, 1);
});

test("one of two anchors is enough", () => {
  const { way, time } = wayWith(2);
  for (time.now = 0; time.now < 60_000; time.now += 250) {
    way.anchor(answered);
    way.anchor(silent);
    assert.equal(way.up, 1);
  }
});

test("a target that answers is as good as an anchor", () => {
  const { way, time } = wayWith(1);
  for (let look = 0; look < 10; look += 1) way.anchor(silent);
  way.target();
  time.now = 1000;
  assert.deepEqual([way.up, way.open], [1, true]);
});

test("when it is back, probes that were sent while it was cut are not believed yet", () => {
  const { way, time } = wayWith(1);
  way.anchor(answered);
  time.now = 10_000;
  for (let look = 0; look < 3; look += 1) way.anchor(silent);
  assert.equal(way.up, 0);
  way.anchor(answered);
  assert.deepEqual([way.up, way.open, way.believes(patience)], [1, true, false]);
  time.now = 10_900;
  way.anchor(answered);
  assert.equal(way.believes(patience), false);
  time.now = 11_000;
  assert.equal(way.believes(patience), true);
});

test("anchors that fail by themselves say nothing: targets that go down later are down", () => {
  const { way, time } = wayWith(1);
  way.anchor(answered);
  for (time.now = 0; time.now <= 5000; time.now += 250) way.target();
  way.anchor(silent);
  assert.equal(way.up, 1);
  time.now = 5001;
  way.target();
  assert.equal(way.up, null);
  time.now = 20_000;
  assert.deepEqual([way.open, way.believes(patience)], [true, true]);
  way.anchor(answered);
  assert.equal(way.up, 1);
});

test("at a start with nothing to hear it is the line that is cut", () => {
  const { way } = wayWith(1);
  for (let look = 0; look < 3; look += 1) way.anchor(silent);
  assert.deepEqual([way.up, way.believes(patience)], [0, false]);
});

test("an overdue answer is held against a target only while something is heard just now", () => {
  const { way, time } = wayWith(1);
  way.anchor(answered);
  time.now = 1000;
  way.target();
  time.now = 1400;
  assert.deepEqual([way.believesEarly(patience), way.believes(patience)], [true, true]);
  time.now = 1401;
  assert.deepEqual([way.believesEarly(patience), way.believes(patience)], [false, true]);
  assert.equal(wayWith(0).way.believesEarly(patience), true, "without anchors nobody can say");
});
