import { select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import type { RuleGroup } from "./rule.ts";
import { oldStates } from "./states.ts";
import { value } from "./texts.ts";

/** 0 or 1 a service that can be asked and is being asked. */
const state = "service:deskbridge_up:max";

const lastSuccess = select("job_last_success_timestamp_seconds");
const status = value(`max(${select("service_http_status")}{service=%q})`, ["service"], "none", 'printf "%.0f"');
const lateBy = value(
  `time() - (max(${lastSuccess}{unit=%q,job_name=%q}) > 0)`,
  ["unit", "job_name"],
  "never",
  'humanizeDuration | printf "%s ago"',
);

/** What desks are for, what callers ask about, and what has to have run. */
export const servicesGroup: RuleGroup = {
  name: "services",
  interval: intervals.slow,
  rules: [
    {
      record: state,
      expr: [
        `max by (service, queue) (${select("service_up")} unless on (fleet, instance) (${oldStates("service")}))`,
        `unless on (service, queue) (min by (service, queue) (${select("service_unprobed")}) == 1)`,
      ].join("\n"),
    },
    {
      alert: "ServiceDown",
      expr: `${state}{queue=""} == 0`,
      for: thresholds.serviceDownFor.value,
      severity: "page",
      dashboard: "deskbridge-overview",
      summary: "Service {{ $labels.service }} does not answer desks",
      description: `Asked from where desks are; HTTP status of its last answer: ${status} (0: no answer came).`,
      impact: "Everybody who works with it, at their desk or at home.",
      steps: [
        "Status 500 and above: the service itself; call its owner.",
        "0: look whether anything else of its network answers, then at names and certificates.",
        "Other services are down too: the hub's router or names; call the second on call.",
      ],
    },
    {
      alert: "ToolDown",
      expr: `${state}{queue!=""} == 0`,
      for: thresholds.toolDownFor.value,
      severity: "ticket",
      dashboard: "deskbridge-overview",
      team: "contact-centre",
      summary: "Callers' tool {{ $labels.service }} does not answer",
      description: `HTTP status of its last answer: ${status} (0: no answer came). It is asked from where desks are.`,
      impact: "Callers of queue {{ $labels.queue }} will ask about it; operators can say that it is known.",
      steps: [
        "Open it in a browser that is not at a desk: down for all, or for the region only?",
        "Tell the queue's operators what to say.",
        "Tell its owner, if they do not say themselves that it is down.",
      ],
    },
    {
      alert: "JobLate",
      expr: `time() > max by (unit, job_name) (${select("job_deadline_timestamp_seconds")})`,
      for: thresholds.jobLateFor.value,
      severity: "page",
      dashboard: "deskbridge-crisis",
      summary: "Job {{ $labels.job_name }} of {{ $labels.unit }} has not run in time",
      description: `Its last success: ${lateBy}.`,
      impact: "Whoever waits for its figures; those that are there are old.",
      steps: [
        "Did it run and fail, or not start? Its own log on the machine that runs it.",
        "It ran: does its heartbeat reach the exporter?",
        "Run it by hand; not done within the hour: tell who waits for it.",
      ],
    },
  ],
};
