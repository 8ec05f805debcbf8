import type { Fleet, FleetStage } from "../../fleet/schema.ts";
import type { Demand } from "../demand.ts";
import type { Plan, ProofRow } from "../types.ts";

/** The plan as far as it goes without its proof. */
export type Draft = Omit<Plan, "proof" | "advice" | "risks">;

export interface ProofInput {
  readonly fleet: Fleet;
  readonly stage: FleetStage;
  readonly demand: Demand;
  readonly plan: Draft;
}

export type RowInput = Pick<ProofRow, "group" | "what" | "demand" | "limit" | "unit" | "source"> & {
  /** The smallest amount by which the demand grows (default 1). */
  readonly step?: number;
  readonly breaksAtDesks?: number | undefined;
};

/** A row with what follows from demand and limit: headroom, the next demand past the limit, and whether it holds. */
export function proofRow({ step = 1, breaksAtDesks, ...row }: RowInput): ProofRow {
  return {
    ...row,
    headroom: row.limit - row.demand,
    breaksAt: (Math.floor(row.limit / step) + 1) * step,
    breaksAtDesks,
    holds: row.demand <= row.limit,
  };
}

/** A fleet without a cloud names none. */
export function subscriptionName(name: string): string {
  return name === "" ? "one subscription" : `subscription ${name}`;
}
