import type { Family } from "../../metrics.ts";
import type { Collector } from "../collector.ts";
import { dueAt } from "../jobs/deadline.ts";

/** When the jobs last ran and are due next, of each that the inventory names. */
export const jobsCollector: Collector = {
  name: "jobs",
  applies: ({ heartbeats }) => heartbeats !== undefined,
  collect: ({ heartbeats, fleet }): readonly Family[] => {
    if (heartbeats === undefined) return [];
    const jobs = (fleet?.inventory.jobs ?? []).map((job) => {
      const runs = heartbeats.runsOf(job);
      return { labels: { unit: job.unit, job_name: job.id }, last: runs.lastSuccess ?? 0, due: dueAt(job, runs) };
    });
    return [
      {
        name: "job_last_success_timestamp_seconds",
        samples: jobs.map(({ labels, last }) => ({ labels, value: last / 1000 })),
      },
      {
        name: "job_deadline_timestamp_seconds",
        samples: jobs.map(({ labels, due }) => ({ labels, value: due / 1000 })),
      },
    ];
  },
};
