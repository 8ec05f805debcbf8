import { NoUnit, PercentUnit, Seconds } from "@grafana/grafana-foundation-sdk/units";
import { select } from "../../src/metrics.ts";
import { marks } from "../config.ts";
import { best, chosen, type DashboardSpec, rateInterval } from "./spec.ts";

const whole = { body: "" } as const;
const used = best(select("licence_seats_used", whole));
const bought = best(select("licence_seats_total", whole));
/** Of bodies alone: the vendor's whole has no reserve. */
const ofBodies = (series: string): string =>
  `${best(series)} and on (provider, body) ${select("licence_seats_reserved", chosen)}`;
const people = best(select("rollout_hosts"));
const stuck = { state: { matches: "failed|unreachable" } } as const;
/** Seconds: a month ahead, by the trend of a week. */
const ahead = 30 * 86_400;

const number = { kind: "number", unit: NoUnit, width: 4 } as const;
const lines = { kind: "lines", unit: NoUnit, width: 12 } as const;
const waiting = (why: "quota" | "vendor"): string =>
  `sum(${best(select("licence_people_waiting", { ...chosen, why }))})`;

export const seats: DashboardSpec = {
  uid: "deskbridge-seats",
  title: "Licences and roll-out",
  description: "Who has a videoconference seat and who waits for one, in counts, and how far the newest roll-out is.",
  panels: [
    {
      id: 1,
      title: "Seats in use",
      description: "Seats that the vendor says are given, as a part of all that were bought.",
      ...number,
      unit: PercentUnit,
      bad: Number(marks.shareUsed.value),
      alert: "LicenceSeatsHigh",
      queries: [{ expr: `${used} / on (provider) (${bought} > 0)`, legend: "{{provider}}" }],
    },
    {
      id: 2,
      title: "Wait for the vendor",
      description: "People of the list whose body has room in its quota, while the vendor has no seat left; 0 is well.",
      ...number,
      bad: 1,
      alert: "LicenceSeatsFull",
      queries: [{ expr: waiting("vendor"), legend: "people" }],
    },
    {
      id: 3,
      title: "Wait for their body",
      description: "People of the list whose body has given all the seats of its quota at this stage.",
      ...number,
      queries: [{ expr: waiting("quota"), legend: "people" }],
    },
    {
      id: 4,
      title: "Held by strangers",
      description: "Seats of accounts that the list does not name: to be taken back, or put into the list.",
      ...number,
      queries: [{ expr: best(select("licence_seats_strangers")), legend: "{{provider}}" }],
    },
    {
      id: 5,
      title: "Did not come through",
      description: "People of the newest roll-out with a step that failed, or a desk that was not reached; 0 is well.",
      ...number,
      bad: 1,
      alert: "RolloutFailing",
      queries: [{ expr: `sum by (run) (${best(select("rollout_hosts", stuck))})`, legend: "{{run}}" }],
    },
    {
      id: 6,
      title: "Until the licences end",
      description: "By the last day that the fleet file names; no data where it names none.",
      ...number,
      unit: Seconds,
      alert: "LicenceExpiring",
      queries: [{ expr: `${best(select("licence_expiry_timestamp_seconds"))} - time()`, legend: "{{provider}}" }],
    },
    {
      id: 7,
      title: "Seats of each body, beside its quota",
      description: "Seats that people of the body hold, and those that it may give at this stage.",
      ...lines,
      queries: [
        { expr: ofBodies(select("licence_seats_used", chosen)), legend: "{{body}}" },
        { expr: ofBodies(select("licence_seats_total", chosen)), legend: "{{body}} quota" },
      ],
    },
    {
      id: 8,
      title: "Seats in all, and in 30 days",
      description: "Seats in use and bought, by the vendor, and how many would be in use if the last week went on.",
      ...lines,
      queries: [
        { expr: used, legend: "in use" },
        { expr: bought, legend: "bought" },
        {
          expr: `clamp_min(max by (provider) (predict_linear(${select("licence_seats_used", whole)}[7d], ${ahead})), 0)`,
          legend: "in 30 days",
        },
      ],
    },
    {
      id: 9,
      title: "Who waits, and why",
      description: "People of the list without a seat for whom none is free: by their body's quota, or at the vendor.",
      ...lines,
      queries: [{ expr: best(select("licence_people_waiting", chosen)), legend: "{{body}}, {{why}}" }],
    },
    {
      id: 10,
      title: "Waves of the newest roll-out",
      description: "People of each wave by the worst state of their steps; states of nobody are left out.",
      kind: "table",
      unit: NoUnit,
      width: 12,
      queries: [{ expr: `sum by (run, wave, state) (${people}) > 0`, legend: "people" }],
    },
    {
      id: 11,
      title: "People by state",
      description: "People of all waves of the newest roll-out: those who are done grow while others wait.",
      ...lines,
      queries: [{ expr: `sum by (run, state) (${people})`, legend: "{{run}} {{state}}" }],
    },
    {
      id: 12,
      title: "Steps a minute, by result",
      description: "Steps that came to an outcome; unchanged were so already, undone were in flight at a crash.",
      ...lines,
      queries: [
        {
          expr: `60 * sum by (state) (${best(`rate(${select("rollout_steps_total")}[${rateInterval}])`)})`,
          legend: "{{state}}",
        },
      ],
    },
    {
      id: 13,
      title: "Steps that failed, by wave",
      description: "Steps of the newest roll-out that failed or whose desk was not reached, repeated ones included.",
      ...lines,
      alert: "RolloutFailing",
      queries: [
        { expr: `sum by (run, wave) (${best(select("rollout_steps_total", stuck))})`, legend: "{{run}} wave {{wave}}" },
      ],
    },
    {
      id: 14,
      title: "Age of these figures",
      description:
        "Since the vendor answered, and since the roll-out was looked at; both are renewed every few minutes.",
      ...lines,
      unit: Seconds,
      bad: Number(marks.dataAgeSeconds.value),
      alert: "SeatsReportOld",
      queries: [{ expr: best(select("collector_data_age_seconds", { collector: "seats" })), legend: "{{scope}}" }],
    },
    {
      id: 15,
      title: "Sittings to come",
      description:
        "How long until each begins, by what was last found: risk is something missing, unknown is not seen.",
      kind: "table",
      unit: Seconds,
      width: 12,
      alert: "SittingAtRisk",
      queries: [
        {
          expr: `(${best(select("sitting_start_timestamp_seconds"))} - time()) * on (sitting) group_right () (${best(select("sitting_state"))} > 0)`,
          legend: "begins in",
        },
      ],
    },
  ],
};
