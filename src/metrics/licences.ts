import { type MetricDefinition } from "./definition.ts";

const seatLabels = ["provider", "body"] as const;

/** Licences of videoconferences, and the roll-out that gives them: counts alone, of nobody by name. */
export const licenceMetrics = {
  licence_seats_used: {
    type: "gauge",
    help: "Seats that are given: to the body's people, and, where body is empty, all that the vendor counts.",
    labels: seatLabels,
  },
  licence_seats_total: {
    type: "unknown",
    help: "Seats that the body may give, and, where body is empty, all that were bought and are good.",
    labels: seatLabels,
  },
  licence_seats_reserved: {
    type: "gauge",
    help: "Seats that a roll-out made now would give to people of the body.",
    labels: seatLabels,
  },
  licence_seats_strangers: {
    type: "gauge",
    help: "Seats that accounts hold which the list of people does not name.",
    labels: ["provider"],
  },
  licence_people_waiting: {
    type: "gauge",
    help: "People of the list without a seat, for whom none is free: by the body's quota, or at the vendor.",
    labels: [...seatLabels, "why"],
  },
  licence_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the licence ends, by the fleet file; absent where it does not say.",
    labels: seatLabels,
  },
  rollout_state: {
    type: "gauge",
    help: "1 for what the newest roll-out is (not begun, open, complete, drained, aborted, failed), 0 for what it is not.",
    labels: ["run", "state"],
  },
  rollout_hosts: {
    type: "gauge",
    help: "People of the newest roll-out, each with the host of their desk, by wave and the worst state of their steps.",
    labels: ["run", "wave", "state"],
  },
  rollout_steps_total: {
    type: "counter",
    help: "Steps of the newest roll-out that came to an outcome, those that were tried again included.",
    labels: ["run", "wave", "state"],
  },
  rollout_start_timestamp_seconds: {
    type: "gauge",
    help: "When the newest roll-out began; absent until then.",
    labels: ["run"],
  },
  rollout_progress_timestamp_seconds: {
    type: "gauge",
    help: "When the journal of the newest roll-out last grew; absent until it began.",
    labels: ["run"],
  },
  rollout_soak_seconds: {
    type: "gauge",
    help: "So long the newest roll-out does nothing between two waves, by intent.",
    labels: ["run"],
  },
} as const satisfies Record<string, MetricDefinition>;
