import { select } from "../../src/metrics.ts";
import { intervals, thresholds } from "../config.ts";
import { once } from "./once.ts";
import type { RuleGroup } from "./rule.ts";
import { peopleLeftBehind, rolloutState } from "./texts.ts";

const whole = { body: "" } as const;
const ofBodies = { body: { matches: ".+" } } as const;
const used = once("licence_seats_used", "provider", whole);
const bought = once("licence_seats_total", "provider", whole);
/** What the bodies are to have at this stage, and have not. */
const owed = [
  `sum by (fleet, provider) (${once("licence_seats_total", "provider, body", ofBodies)})`,
  `- sum by (fleet, provider) (${once("licence_seats_used", "provider, body", ofBodies)})`,
].join(" ");

const open = `${once("rollout_state", "run", { state: "open" })} == 1`;
/** When it was looked at, not now: a watch that has ended is told by itself. */
const silence = [
  `max by (fleet, run) (time() - ${select("rollout_progress_timestamp_seconds")})`,
  `- on (fleet) group_left () min by (fleet) (${select("collector_data_age_seconds", { collector: "seats", scope: "roll-out" })})`,
  `- on (fleet, run) ${once("rollout_soak_seconds", "run")}`,
].join("\n");

/** Licences of videoconferences, and the roll-out that gives them. Nobody is woken by them. */
export const licencesGroup: RuleGroup = {
  name: "licences",
  interval: intervals.slow,
  rules: [
    {
      alert: "LicenceSeatsFull",
      expr: `sum by (fleet, provider) (${once("licence_people_waiting", "provider, body", { why: "vendor" })}) > 0`,
      for: thresholds.licenceSeatsFor.value,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "{{ $labels.provider }} has no seat left, and {{ $value }} people wait for one",
      description: "Their bodies have room in their quotas, and no idle seat may be freed for them.",
      impact: "{{ $value }} people who are to have a seat, and cannot call a sitting.",
      steps: [
        "`npx deskbridge rollout plan` says how many licences are to be bought, and who waits.",
        "`npx deskbridge rollout reclaim` lists idle seats, and those of accounts that the list does not name.",
        "Take those back, or buy; then `npx deskbridge rollout apply`.",
      ],
    },
    {
      alert: "LicenceSeatsHigh",
      expr: [
        `${used} / ${bought} >= ${thresholds.licenceSeatsHigh.value}`,
        `and on (fleet, provider) (${owed} > on (fleet, provider) (${bought} - ${used}))`,
      ].join("\n"),
      for: thresholds.licenceSeatsFor.value,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "{{ $labels.provider }} has fewer seats left than the bodies are still to get",
      description: "{{ $value | humanizePercentage }} of the seats are given.",
      impact: "Nobody yet; the last of those who are to get a seat will wait.",
      steps: [
        "`npx deskbridge rollout plan` says who gets a seat, and how many are missing.",
        "`npx deskbridge rollout reclaim` lists seats that nobody uses.",
        "Buy the rest: an order takes weeks.",
      ],
    },
    {
      alert: "LicenceExpiring",
      expr: `min by (fleet, provider) (${select("licence_expiry_timestamp_seconds")}) - time() < ${thresholds.licenceExpiringDays.value} * 86400`,
      for: thresholds.expiryFor.value,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "The licences of {{ $labels.provider }} end soon",
      description: "They end in {{ $value | humanizeDuration }}, by the fleet file.",
      impact: "Then everybody with a seat is without.",
      steps: [
        "Is the contract prolonged already? Then write its new end into the fleet file (`videoconference.ends`).",
        "Else order it; a tender takes weeks.",
        "Another vendor: `npx deskbridge check` and `rollout plan` with it, long before.",
      ],
    },
    {
      alert: "RolloutFailing",
      expr: [
        `${once("rollout_state", "run", { state: "failed" })} == 1`,
        `or sum by (fleet, run) (${once("rollout_hosts", "run, wave, state", { state: { matches: "failed|unreachable" } })}) > 0`,
      ].join("\n"),
      for: thresholds.rolloutFailingFor.value,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "Roll-out {{ $labels.run }}: people did not come through, or it was stopped",
      description: `It is ${rolloutState}; people who failed or whose desk was not reached: ${peopleLeftBehind}.`,
      impact: "These people have no seat, or no client that works; after a stop, all of the later waves too.",
      steps: [
        "`npx deskbridge rollout status` names who, which step, and why; also which cap or gate stopped it.",
        "Mend the cause: the desk, the vendor's refusal, what the gate's figures show.",
        "`npx deskbridge rollout resume` tries again what failed, and goes on.",
      ],
    },
    {
      alert: "RolloutStalled",
      expr: `${silence}\n> ${thresholds.rolloutStalledSeconds.value}\nand on (fleet, run) ${open}`,
      severity: "ticket",
      dashboard: "deskbridge-seats",
      summary: "Roll-out {{ $labels.run }} is open, and nothing comes of it",
      description: "Its journal has not grown for {{ $value | humanizeDuration }} beyond its pause between waves.",
      impact: "People of its later waves wait; what was in flight at its end is known by nobody.",
      steps: [
        "Does its process live? `npx deskbridge rollout resume` refuses, and names it, where it does.",
        "It lives: does the vendor let it wait (a quota of the day), or a desk?",
        "It does not: `npx deskbridge rollout resume` looks at what was in flight, and goes on.",
      ],
    },
  ],
};
