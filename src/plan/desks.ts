import type { Fleet, FleetBody, FleetPool, FleetStage } from "../fleet/schema.ts";
import { apportion } from "./apportion.ts";
import { PlanError, UnknownStageError } from "./error.ts";
import { billionths } from "./exact.ts";

/** A pool with its places in the file, on which names and addresses hang. */
export interface PlacedPool {
  readonly id: string;
  readonly body: FleetBody;
  readonly bodyOrdinal: number;
  readonly pool: FleetPool;
  readonly ordinal: number;
}

/** The stage of that name, or the last one. Throws UnknownStageError. */
export function stageOf(fleet: Fleet, name: string | undefined): FleetStage {
  const stage = name === undefined ? fleet.stages.at(-1) : fleet.stages.find((candidate) => candidate.name === name);
  if (stage !== undefined) return stage;
  throw new UnknownStageError(
    name ?? "",
    fleet.stages.map((candidate) => candidate.name),
  );
}

/** All pools in file order. */
export function poolsOf(fleet: Fleet): readonly PlacedPool[] {
  return fleet.bodies.flatMap((body, bodyOrdinal) =>
    body.pools.map((pool, ordinal) => ({
      id: `${body.id}/${pool.id}`,
      body,
      bodyOrdinal,
      pool,
      ordinal,
    })),
  );
}

/** Desks that every stage has: `desks:`, or the list's length where there is neither `desks:` nor a share. */
function fixedDesks(pool: FleetPool): number | undefined {
  if (pool.desks !== undefined) return pool.desks;
  return pool.share === undefined ? pool.listed.length : undefined;
}

/** Desks that no share moves. */
export function allFixedDesks(fleet: Fleet): number {
  return poolsOf(fleet).reduce((sum, { pool }) => sum + (fixedDesks(pool) ?? 0), 0);
}

/**
 * Desks of each pool, in the order of `poolsOf`: the fixed ones, and the rest of the stage's desks split over the
 * shares. Adds up to the stage's desks exactly; more desks in all never means fewer in a pool.
 */
export function countDesks(fleet: Fleet, desks: number): readonly number[] {
  const pools = poolsOf(fleet);
  const fixed = pools.map(({ pool }) => fixedDesks(pool));
  const weights = pools.map(({ pool }, index) => (fixed[index] === undefined ? billionths(pool.share ?? 0) : 0n));
  const parts = apportion(Math.max(0, desks - allFixedDesks(fleet)), weights);
  return fixed.map((count, index) => count ?? parts[index] ?? 0);
}

/** How many desks a body is to have at a stage. */
export interface DeskTarget {
  readonly body: string;
  readonly stage: string;
  readonly desks: number;
}

/** Every body at every stage, in the file's order. */
export function deskTargets(fleet: Fleet): readonly DeskTarget[] {
  const pools = poolsOf(fleet);
  return fleet.stages.flatMap((stage) => {
    const counts = countDesks(fleet, stage.desks);
    return fleet.bodies.map(({ id }) => ({
      body: id,
      stage: stage.name,
      desks: pools.reduce((sum, { body }, index) => sum + (body.id === id ? (counts[index] ?? 0) : 0), 0),
    }));
  });
}

/** countDesks for a stage, with the errors that a stage can have. */
export function stageDesks(fleet: Fleet, stage: FleetStage): readonly number[] {
  const fixed = allFixedDesks(fleet);
  if (fixed > stage.desks) {
    throw new PlanError(
      `stage ${stage.name} has ${stage.desks} desks, but pools with desks: or a list fix ${fixed}; ` +
        `raise the stage's desks to at least ${fixed} or fix fewer`,
    );
  }
  const counts = countDesks(fleet, stage.desks);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total !== stage.desks) {
    throw new PlanError(
      `stage ${stage.name} has ${stage.desks} desks, the pools fix ${fixed}, and no pool has a share of the other ` +
        `${stage.desks - fixed}; give a pool share:`,
    );
  }
  for (const [index, { id, pool }] of poolsOf(fleet).entries()) {
    const count = counts[index] ?? 0;
    if (pool.listed.length > count) {
      throw new PlanError(
        `pool ${id} lists ${pool.listed.length} desks, but at stage ${stage.name} it has ${count}; ` +
          `raise its ${pool.share === undefined ? "desks" : "share"} or shorten the list`,
      );
    }
  }
  return counts;
}
