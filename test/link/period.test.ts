import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bothTimes,
  durationText,
  isoOf,
  monthAround,
  monthOf,
  monthUpTo,
  parseTime,
  TimeError,
} from "../../src/link/period.ts";

const rome = "Europe/Rome";

test("times with an offset, and by the clock of the fleet's zone", () => {
  for (const [text, expected] of [
    ["2026-11-27T21:00Z", "2026-11-27T21:00:00Z"],
    ["2026-11-27T22:00+01:00", "2026-11-27T21:00:00Z"],
    ["2026-11-27T22:00:30", "2026-11-27T21:00:30Z"],
    ["2026-07-01", "2026-06-30T22:00:00Z"],
  ] as const) {
    assert.equal(isoOf(parseTime("--from", text, rome)), expected);
  }
  for (const text of ["", "tomorrow", "2026-13-01", "22:00", "27/11/2026"]) {
    assert.throws(() => parseTime("--from", text, rome), TimeError, text);
  }
});

test("a month begins by the fleet's clock", () => {
  const until = Date.parse("2026-03-31T22:00:00Z"); // the end of March in Rome
  assert.equal(isoOf(monthUpTo(until, rome).from), "2026-02-28T23:00:00Z");
  assert.equal(monthOf(until, rome), "2026-04");
  assert.equal(isoOf(monthUpTo(until + 1, rome).from), "2026-03-31T22:00:00Z");
  assert.deepEqual(monthAround(until - 1, rome), { from: Date.parse("2026-02-28T23:00:00Z"), until });
});

test("both hours that come twice are told apart", () => {
  assert.equal(
    bothTimes(Date.parse("2026-10-25T00:30:00Z"), rome),
    "2026-10-25 02:30:00 +02:00 (2026-10-25T00:30:00Z)",
  );
  assert.equal(
    bothTimes(Date.parse("2026-10-25T01:30:00Z"), rome),
    "2026-10-25 02:30:00 +01:00 (2026-10-25T01:30:00Z)",
  );
});

test("durations", () => {
  assert.deepEqual([0, 999, 47_000, 3_600_000, 90_061_000].map(durationText), [
    "0 s",
    "1 s",
    "47 s",
    "1 h 00 min 00 s",
    "1 d 01 h 01 min 01 s",
  ]);
});
