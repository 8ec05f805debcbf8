import { NoUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { best, type DashboardSpec } from "./spec.ts";

/** What an alert's labels say of where it burns; the rules name the cause already, so each row is one. */
const where =
  "alertname, severity, body, site, link, gateway, pool, service, queue, unit, job_name, vantage, shard, kind";
const burning = (severity: string) => `ALERTS{alertstate="firing",severity="${severity}"}`;
const deadline = `max by (unit, job_name) (${select("job_deadline_timestamp_seconds")})`;
const lastSuccess = `max by (unit, job_name) (${select("job_last_success_timestamp_seconds")})`;
const service = best(select("service_up"));

export const crisis: DashboardSpec = {
  uid: "deskbridge-crisis",
  title: "Crisis Unit",
  description: "What burns and since when, for whoever takes over; its data processing; what desks are for.",
  panels: [
    {
      id: 1,
      title: "Pages that burn",
      description: "How many alerts page now; none while all is well.",
      kind: "number",
      unit: NoUnit,
      width: 6,
      queries: [{ expr: `count(${burning("page")}) or vector(0)`, legend: "pages" }],
      bad: 1,
    },
    {
      id: 2,
      title: "Tickets that are open",
      description: "How many alerts wait as tickets for working hours.",
      kind: "number",
      unit: NoUnit,
      width: 6,
      queries: [{ expr: `count(${burning("ticket")}) or vector(0)`, legend: "tickets" }],
    },
    {
      id: 3,
      title: "Jobs late",
      description: "Jobs of the units whose deadline has passed; 0 while all is well.",
      kind: "number",
      unit: NoUnit,
      width: 6,
      queries: [{ expr: `count(time() > ${deadline}) or 0 * count(${deadline})`, legend: "jobs" }],
      bad: 1,
    },
    {
      id: 4,
      title: "Services down",
      description: "Services and tools that do not answer; 0 while all is well.",
      kind: "number",
      unit: NoUnit,
      width: 6,
      queries: [{ expr: `sum(1 - ${service})`, legend: "services" }],
      bad: 1,
    },
    {
      id: 5,
      title: "What burns: the list to hand over",
      description: "Each alert that pages or waits, by its cause, and for how long it has been true.",
      kind: "table",
      unit: Seconds,
      width: 24,
      queries: [
        {
          expr:
            `max by (${where}) (time() - ALERTS_FOR_STATE) ` +
            `and on (${where}) max by (${where}) (ALERTS{alertstate="firing",severity=~"page|ticket"})`,
          legend: "for",
        },
      ],
      leads: { to: "deskbridge-links", by: ["body", "site"] },
    },
    {
      id: 6,
      title: "Data processing: time to its deadline",
      description: "How long each job still has; below 0 it is late.",
      kind: "table",
      unit: Seconds,
      width: 12,
      queries: [
        { expr: `${deadline} - time()`, legend: "time left" },
        { expr: `time() - (${lastSuccess} > 0)`, legend: "since it last ran" },
      ],
    },
    {
      id: 7,
      title: "What desks are for, and what callers ask about",
      description: "Services and tools as they answer from the hub.",
      kind: "states",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: service, legend: "{{service}}" }],
    },
  ],
};
