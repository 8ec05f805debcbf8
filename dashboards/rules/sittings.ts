import { fullName, select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import { once } from "./once.ts";
import type { RuleGroup } from "./rule.ts";
import { value } from "./texts.ts";

const start = once("sitting_start_timestamp_seconds", "sitting");
const atRisk = `${once("sitting_state", "sitting", { state: "risk" })} == 1`;
const failed = value(`max(${fullName("sitting_checks_failed")}{sitting=%q})`, ["sitting"], "some");
const unseen = `max by (fleet, sitting) (time() - ${select("sitting_checked_timestamp_seconds")})`;

const steps = [
  "`npx deskbridge sitting check` names what is missing, whose it is, and whom to call.",
  "A room or grants: `npx deskbridge sitting schedule ID`. A seat: `npx deskbridge rollout apply`.",
  "It cannot be mended in time: tell the clerk, who tells the President.",
] as const;

/** Sittings must happen: what is missing is told as soon as it is seen, and wakes whoever is on call in the last hour. */
export const sittingsGroup: RuleGroup = {
  name: "sittings",
  interval: intervals.slow,
  rules: [
    {
      alert: "SittingAtRisk",
      expr: `${start} - time() > ${thresholds.sittingSoonSeconds.value}\nand on (fleet, sitting) ${atRisk}`,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "Sitting {{ $labels.sitting }} is at risk",
      description: `It begins in {{ $value | humanizeDuration }}; checks that found something missing: ${failed}.`,
      impact: "People who are invited and would not come in, or a sitting without its host.",
      steps,
    },
    {
      alert: "SittingAtRiskSoon",
      expr: `${start} - time() <= ${thresholds.sittingSoonSeconds.value}\nand on (fleet, sitting) ${atRisk}`,
      severity: "page",
      dashboard: "deskbridge-seats",
      summary: "Sitting {{ $labels.sitting }} begins within the hour, or has begun, and is at risk",
      description: `Checks that found something missing: ${failed}.`,
      impact: "The sitting is about to be held without somebody, or not at all.",
      steps,
    },
    {
      alert: "SittingUnchecked",
      expr: [
        `${unseen} > ${thresholds.sittingUncheckedSeconds.value}`,
        `and on (fleet, sitting) ${start} - time() < ${thresholds.sittingWatchedSeconds.value}`,
      ].join("\n"),
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "Nobody looks whether sitting {{ $labels.sitting }} is ready",
      description: "It was last looked at {{ $value | humanizeDuration }} ago, and begins within a day.",
      impact: "Nobody by itself; what is missing would be seen when the sitting begins.",
      steps: [
        "The timer that runs `npx deskbridge sitting check`: does it run, and what does it say?",
        "Run it by hand: it names what is missing.",
        "The exporter must be shown the file that it writes (`--sittings`).",
      ],
    },
  ],
};
