import type { Family } from "../../metrics.ts";
import {
  decodeSeatsReport,
  personStates,
  type RolloutFigures,
  rolloutStates,
  type SeatFigures,
  stepResults,
  waitingReasons,
} from "../../seats-report.ts";
import type { Collector } from "../collector.ts";
import { PartialCollectionError } from "../partial.ts";
import { reportText } from "../report-file.ts";

const name = "seats";
/** Figures older than this are not served. */
const boundMs = 6 * 3_600_000;

/** Licences and the newest roll-out, as `deskbridge rollout watch` left them in a file. Where there is none, nothing. */
export const seatsCollector: Collector = {
  name,
  applies: ({ seatsReport }) => seatsReport !== undefined,
  collect: async ({ seatsReport, now }) => {
    const text = seatsReport === undefined ? undefined : await reportText(seatsReport);
    if (text === undefined) return [];
    const { at, provider, seats, rollout, faults } = decodeSeatsReport(text);
    const parts = [
      {
        scope: "vendor",
        at: seats?.at,
        fault: faults.seats,
        families: seats === null ? [] : familiesOfSeats(provider, seats),
      },
      { scope: "roll-out", at, fault: faults.rollout, families: rollout === null ? [] : familiesOfRollout(rollout) },
    ].map((part) => ({ ...part, ageMs: part.at === undefined ? undefined : Math.max(0, now() - Date.parse(part.at)) }));
    const isOld = ({ ageMs = 0 }: (typeof parts)[number]): boolean => ageMs > boundMs;
    const families: readonly Family[] = [
      ...parts.flatMap((part) => (isOld(part) ? [] : part.families)),
      {
        name: "collector_data_age_seconds",
        samples: parts.flatMap(({ scope, ageMs }) =>
          ageMs === undefined ? [] : [{ labels: { collector: name, scope }, value: ageMs / 1000 }],
        ),
      },
    ];
    const wrong = parts.flatMap((part) => [
      ...(part.fault === undefined ? [] : [`${part.scope}: ${part.fault}`]),
      ...(isOld(part) ? [`${part.scope}: its figures are too old to be served (more than ${boundMs / 1000} s)`] : []),
    ]);
    if (wrong.length > 0) throw new PartialCollectionError(wrong.join("; "), families);
    return families;
  },
};

const seconds = (at: string): number => Date.parse(at) / 1000;

/** An empty body is the vendor's whole. */
function familiesOfSeats(
  provider: string,
  { total, used, expires, strangers, bodies }: SeatFigures,
): readonly Family[] {
  const whole = { provider, body: "" };
  const of = (body: string) => ({ provider, body });
  return [
    {
      name: "licence_seats_used",
      samples: [{ labels: whole, value: used }, ...bodies.map((each) => ({ labels: of(each.body), value: each.used }))],
    },
    {
      name: "licence_seats_total",
      samples: [
        { labels: whole, value: total },
        ...bodies.map((each) => ({ labels: of(each.body), value: each.total })),
      ],
    },
    {
      name: "licence_seats_reserved",
      samples: bodies.map(({ body, reserved }) => ({ labels: of(body), value: reserved })),
    },
    { name: "licence_seats_strangers", samples: [{ labels: { provider }, value: strangers }] },
    {
      name: "licence_people_waiting",
      samples: bodies.flatMap(({ body, waiting }) =>
        waitingReasons.map((why) => ({ labels: { ...of(body), why }, value: waiting[why] })),
      ),
    },
    {
      name: "licence_expiry_timestamp_seconds",
      samples: expires === null ? [] : [{ labels: whole, value: seconds(expires) }],
    },
  ];
}

function familiesOfRollout({
  name: run,
  state: so,
  began,
  progress,
  soakSeconds,
  waves,
}: RolloutFigures): readonly Family[] {
  return [
    {
      name: "rollout_state",
      samples: rolloutStates.map((state) => ({ labels: { run, state }, value: state === so ? 1 : 0 })),
    },
    {
      name: "rollout_hosts",
      samples: waves.flatMap(({ wave, people }) =>
        personStates.map((state) => ({ labels: { run, wave: String(wave), state }, value: people[state] ?? 0 })),
      ),
    },
    {
      name: "rollout_steps_total",
      samples: waves.flatMap(({ wave, steps }) =>
        stepResults.map((state) => ({ labels: { run, wave: String(wave), state }, value: steps[state] ?? 0 })),
      ),
    },
    {
      name: "rollout_start_timestamp_seconds",
      samples: began === null ? [] : [{ labels: { run }, value: seconds(began) }],
    },
    {
      name: "rollout_progress_timestamp_seconds",
      samples: progress === null ? [] : [{ labels: { run }, value: seconds(progress) }],
    },
    { name: "rollout_soak_seconds", samples: [{ labels: { run }, value: soakSeconds }] },
  ];
}
