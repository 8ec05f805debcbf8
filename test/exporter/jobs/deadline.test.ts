import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { dueAt } from "../../../src/exporter/jobs/deadline.ts";
import type { Job } from "../../../src/inventory.ts";

const daily: Job = { unit: "crisis", id: "daily-cases", every: "day", by: "17:30", timezone: "Europe/Rome" };
const hourly: Job = { ...daily, every: "hour", by: "00:20" };
const weekly: Job = { ...daily, every: "week", by: "12:00" };
const nightly: Job = { ...daily, by: "02:30" };

/** What the job last did, since when it is watched, and when it is due then. Times are UTC; Rome is 1 or 2 h ahead. */
const cases: readonly (readonly [what: string, job: Job, last: string | null, watchedSince: string, due: string])[] = [
  ["never heard of, watched since the morning", daily, null, "2020-03-10T08:00Z", "2020-03-10T16:30Z"],
  ["never heard of, watched since the evening", daily, null, "2020-03-10T18:00Z", "2020-03-11T16:30Z"],
  ["never heard of, watched from that very moment on", daily, null, "2020-03-10T16:30Z", "2020-03-10T16:30Z"],
  ["ran in time: due tomorrow", daily, "2020-03-10T15:00Z", "2020-03-01T00:00Z", "2020-03-11T16:30Z"],
  ["ran late: counts for its own day", daily, "2020-03-10T20:00Z", "2020-03-01T00:00Z", "2020-03-11T16:30Z"],
  ["ran after midnight: counts for the new day", daily, "2020-03-10T23:30Z", "2020-03-01T00:00Z", "2020-03-12T16:30Z"],
  ["the day before summer time", daily, "2020-03-28T12:00Z", "2020-03-01T00:00Z", "2020-03-29T15:30Z"],
  ["the day before winter time", daily, "2020-10-24T12:00Z", "2020-03-01T00:00Z", "2020-10-25T16:30Z"],
  ["a time that the day leaves out", nightly, "2020-03-28T12:00Z", "2020-03-01T00:00Z", "2020-03-29T01:30Z"],
  ["a time that the day has twice", nightly, "2020-10-24T12:00Z", "2020-03-01T00:00Z", "2020-10-25T00:30Z"],
  ["every hour, ran in time", hourly, "2020-03-10T08:10Z", "2020-03-01T00:00Z", "2020-03-10T09:20Z"],
  ["every hour, ran late", hourly, "2020-03-10T08:50Z", "2020-03-01T00:00Z", "2020-03-10T09:20Z"],
  ["every hour, the hour that comes twice", hourly, "2020-10-25T00:10Z", "2020-03-01T00:00Z", "2020-10-25T01:20Z"],
  ["every week, ran on a Wednesday", weekly, "2020-03-11T08:00Z", "2020-03-01T00:00Z", "2020-03-22T11:00Z"],
  ["every week, never, watched since a Monday", weekly, null, "2020-03-09T08:00Z", "2020-03-15T11:00Z"],
  ["every week, ran on Sunday, late", weekly, "2020-03-15T20:00Z", "2020-03-01T00:00Z", "2020-03-22T11:00Z"],
  ["the year's end", daily, "2020-12-31T12:00Z", "2020-03-01T00:00Z", "2021-01-01T16:30Z"],
];

describe("when a job is due next", () => {
  for (const [what, job, last, watchedSince, due] of cases) {
    test(what, () => {
      const runs = {
        lastSuccess: last === null ? undefined : Date.parse(last),
        watchedSince: Date.parse(watchedSince),
      };
      assert.equal(new Date(dueAt(job, runs)).toISOString(), new Date(due).toISOString());
    });
  }

  const hourMs = 3_600_000;
  const lengths = { hour: hourMs, day: 24 * hourMs, week: 168 * hourMs } as const;
  const anyJob = fc.record<Job>({
    unit: fc.constant("crisis"),
    id: fc.constant("job"),
    every: fc.constantFrom("hour", "day", "week"),
    by: fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`),
    timezone: fc.constantFrom("Europe/Rome", "UTC", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"),
  });
  const anyTime = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });

  test("is after the run, and no more than two of its spans later; a later run is never due earlier", () => {
    fc.assert(
      fc.property(anyJob, anyTime, fc.nat(10 * 24 * hourMs), (job, lastSuccess, more) => {
        const due = dueAt(job, { lastSuccess, watchedSince: 0 });
        // The day on which clocks change is an hour longer or shorter.
        assert.ok(due > lastSuccess, "it is still to come when the job has just run");
        assert.ok(due <= lastSuccess + 2 * lengths[job.every] + hourMs);
        assert.ok(dueAt(job, { lastSuccess: lastSuccess + more, watchedSince: 0 }) >= due);
      }),
    );
  });

  test("of one that never ran, is not before it is watched, and no more than one span later", () => {
    fc.assert(
      fc.property(anyJob, anyTime, (job, watchedSince) => {
        const due = dueAt(job, { lastSuccess: undefined, watchedSince });
        assert.ok(due >= watchedSince);
        assert.ok(due <= watchedSince + lengths[job.every] + hourMs);
      }),
    );
  });
});
