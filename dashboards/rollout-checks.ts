import { fullName } from "../src/metrics.ts";

/** What must hold before a roll-out goes on to its next wave. */
const rollout = {
  desksAnswer: {
    value: "0.95",
    reason:
      "hosts that are off or rebuilt by intent are a few in a hundred; a roll-out that takes desks away takes more",
  },
  desksSeen: {
    value: "5",
    reason: "of fewer desks one that is rebuilt would decide",
  },
  /** Alerts during which nobody should be given something new. */
  stoppedBy: [
    "DesksUnreachable",
    "GatewayDown",
    "SiteDown",
    "ServiceDown",
    "ProberDown",
    "ProbeStale",
    "CoverageLow",
    "VantageCut",
  ],
} as const;

/** Asked of the fleet's Prometheus between two waves of a roll-out. Each gives one value; none is no. */
export const rolloutChecks = [
  {
    what: "part of the desks that answer",
    query: `avg(max by (desk) (${fullName("desk_up")}))`,
    bound: "at least",
    limit: Number(rollout.desksAnswer.value),
    sample: {
      query: `count(max by (desk) (${fullName("desk_up")}))`,
      least: Number(rollout.desksSeen.value),
    },
  },
  {
    what: "alerts that say that people cannot work, or that nobody would see it",
    query: `count(ALERTS{alertstate="firing", alertname=~"${rollout.stoppedBy.join("|")}"}) or vector(0)`,
    bound: "at most",
    limit: 0,
  },
] as const;
