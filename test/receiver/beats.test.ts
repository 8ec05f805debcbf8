import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { beaten, type Beats, graceMs, listening, looked, lookEveryMs } from "../../src/receiver/beats.ts";

/** Looks each second from one moment to another. */
function watched(beats: Beats, from: number, until: number): Beats {
  let current = beats;
  for (let at = from; at <= until; at += lookEveryMs) current = looked(current, at);
  return current;
}

test("silent when nothing has come for the grace, and not before; a beat ends it", () => {
  const begun = listening(0);
  assert.equal(watched(begun, 1000, graceMs - 1000).silent, false);
  const silent = watched(begun, 1000, graceMs);
  assert.equal(silent.silent, true);
  assert.equal(watched(silent, graceMs + 1000, 10 * graceMs).silent, true);
  const back = beaten(silent, graceMs + 500);
  assert.equal(back.silent, false);
  assert.equal(watched(back, graceMs + 1000, 2 * graceMs - 1000).silent, false);
});

test("who stood still has not heard what came meanwhile: that time is not counted, and reading has ten seconds", () => {
  const before = watched(listening(0), 1000, graceMs - 1000);
  const stopped = looked(before, 10 * graceMs);
  assert.equal(stopped.silent, false);
  assert.equal(watched(stopped, 10 * graceMs + 1000, 10 * graceMs + 10_000).silent, false);
  assert.equal(watched(stopped, 10 * graceMs + 1000, 10 * graceMs + 11_000).silent, true);
  assert.equal(looked(watched(listening(0), 1000, graceMs), 10 * graceMs).silent, true, "what was told stays so");
});

test("who stands still again and again tells a silence all the same", () => {
  let beats = listening(0);
  let at = 0;
  while (!beats.silent && at < 20 * graceMs) {
    beats = watched(beats, at + lookEveryMs, at + 30_000);
    at += 30_000 + 6000;
    beats = looked(beats, at);
  }
  assert.ok(beats.silent && at < 2 * graceMs, String(at));
});

test("beats that come in time are never a silence, and who looks on finds each longer gap", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 * graceMs }), { maxLength: 12 }), (gaps) => {
      let beats = listening(0);
      let at = 0;
      for (const gap of gaps) {
        beats = watched(beats, at + lookEveryMs, at + gap);
        assert.equal(beats.silent, Math.floor(gap / lookEveryMs) * lookEveryMs >= graceMs);
        at += gap;
        beats = looked(beaten(beats, at), at);
      }
    }),
  );
});
