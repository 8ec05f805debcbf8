import type { Plan } from "../types.ts";
import { amount, type Change, change, paired, peopleText } from "./change.ts";

/** Videoconference seats of each body. */
export function seatChanges(before: Plan, after: Plan): readonly Change[] {
  return paired(before.bodies, after.bodies).flatMap(([id, old, now]) => {
    const more = (now?.seats ?? 0) - (old?.seats ?? 0);
    if (more === 0) return [];
    const seats = amount(Math.abs(more), "videoconference seat");
    if (more > 0) return [change("none", id, more, `${id} gains ${seats}`)];
    return [change("lost", id, -more, `${id} loses ${seats}: up to ${peopleText(-more)} lose theirs`)];
  });
}
