import { limits } from "../limits.ts";
import type { ProofRow } from "../types.ts";
import { type ProofInput, proofRow } from "./row.ts";

/** Videoconference seats, and whether each unit has the people that its hours ask for. */
export function peopleRows({ fleet, stage, plan }: ProofInput): readonly ProofRow[] {
  const seats = plan.bodies.reduce((sum, body) => sum + body.seats, 0);
  const seatRows =
    stage.seats === 0 && seats === 0
      ? []
      : [
          proofRow({
            group: "people",
            what: "videoconference seats of the bodies",
            demand: seats,
            limit: stage.seats,
            unit: "seats",
            source: `the fleet's stage ${stage.name}`,
          }),
        ];
  const unitRows = fleet.units.map((unit) =>
    proofRow({
      group: "people",
      what: `${unit.name}: people needed for ${unit.day.present} present ${unit.day.hours} every day`,
      demand: peopleNeeded(unit.day.hours, unit.day.present),
      limit: unit.people.length,
      unit: "people",
      source: limits.weeklyHours.source,
    }),
  );
  return [...seatRows, ...unitRows];
}

/** People who keep so many present all seven days, with none above the week's hours on average. */
function peopleNeeded(hours: string, present: number): number {
  return Math.ceil((minutesOf(hours) * present * 7) / (limits.weeklyHours.value * 60));
}

/** Minutes of a span of the day, `08:00-20:00`; one that ends before it starts runs over midnight. */
function minutesOf(span: string): number {
  const [start = 0, end = 0] = span.split("-").map((clock) => {
    const [hour = 0, minute = 0] = clock.split(":").map(Number);
    return hour * 60 + minute;
  });
  return end > start ? end - start : end - start + 24 * 60;
}
