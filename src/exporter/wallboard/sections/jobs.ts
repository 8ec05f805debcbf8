import { escapeHtml } from "../../../html.ts";
import { dueAt } from "../../jobs/deadline.ts";
import { moment, since, table } from "../marks.ts";
import type { Section } from "../section.ts";

/** The units' data processing: when it last ran, and by when it must run next. Only where heartbeats are kept. */
export const jobs: Section = {
  id: "jobs",
  title: "Jobs",
  place: "row",
  draw: ({ fleet, heartbeats, now }) => {
    if (heartbeats === undefined || fleet.inventory.jobs.length === 0) return [];
    const rows = fleet.inventory.jobs.map((job) => {
      const runs = heartbeats.runsOf(job);
      const due = dueAt(job, runs) / 1000;
      const late = due < now;
      const state = late
        ? '<span class="mark is-down"><span aria-hidden="true">■</span> LATE</span>'
        : '<span class="mark is-up"><span aria-hidden="true">●</span> in time</span>';
      const last = runs.lastSuccess === undefined ? "never told" : since(runs.lastSuccess / 1000);
      return [
        `${escapeHtml(job.unit)}/${escapeHtml(job.id)}`,
        `${state} <span class="below">due ${moment(due)}</span>`,
        last,
      ];
    });
    return table(
      "Jobs",
      ["Job", "State", "Last run"].map((title) => ({ title })),
      rows,
    );
  },
};
