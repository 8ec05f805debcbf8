import { cloudChanges } from "./diff/cloud.ts";
import { deskChanges } from "./diff/desks.ts";
import { gatewayChanges } from "./diff/gateways.ts";
import { lineChanges } from "./diff/lines.ts";
import { seatChanges } from "./diff/seats.ts";
import { type Change, worstFirst } from "./diff/change.ts";
import type { Plan } from "./types.ts";

export type { Change } from "./diff/change.ts";

/** What a change of the plan means to people, worst first; nothing where nobody and nothing is touched. */
export function comparePlans(before: Plan, after: Plan): readonly Change[] {
  return [cloudChanges, deskChanges, gatewayChanges, lineChanges, seatChanges]
    .flatMap((changes) => changes(before, after))
    .toSorted((a, b) => worstFirst[a.effect] - worstFirst[b.effect]);
}
