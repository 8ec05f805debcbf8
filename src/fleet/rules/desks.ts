import type { FleetPath } from "../errors.ts";
import type { FleetPool } from "../schema.ts";
import { type Finding, poolsOf, type Rule } from "./finding.ts";

/** Rules about how many desks there are, and when. */

/** Shares are compared in whole units of 1e-15, so that 0.1 + 0.2 is 0.3; a sum within 1e-9 of 1 is 1. */
const unitsOfOne = 1e15;
const tolerance = 1e6;

const everyShare: FleetPath = ["bodies", "*", "pools", "*", "share"];
const everySize: readonly FleetPath[] = ["desks", "list", "share"].map((key) => ["bodies", "*", "pools", "*", key]);

/** Desks that a pool has at every stage, whatever the stage's total. */
function fixedDesks(pool: FleetPool): number {
  if (pool.desks !== undefined) return pool.desks;
  return pool.share === undefined ? pool.listed.length : 0;
}

export const poolsHaveOneSize: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ pool, path }): Finding[] => {
    const reads = ["share", "desks", "list"].map((key) => [...path, key]);
    if (pool.share !== undefined && pool.desks !== undefined) {
      const message = `the pool "${pool.id}" has both share and desks; keep one of them`;
      return [{ path: [...path, "desks"], message, reads, aim: "key" }];
    }
    if (pool.share !== undefined || pool.desks !== undefined || pool.list !== undefined) return [];
    const message = `the pool "${pool.id}" needs one of share, desks or list`;
    return [{ path: [...path, "share"], message, choices: ["share", "desks", "list"], reads }];
  });

export const sharesAddUp: Rule = (fleet) => {
  const shares = poolsOf(fleet).flatMap(({ pool }) => pool.share ?? []);
  if (shares.length === 0) return [];
  const sum = shares.reduce((total, share) => total + BigInt(Math.round(share * unitsOfOne)), 0n);
  const missing = Number(BigInt(unitsOfOne) - sum);
  if (Math.abs(missing) <= tolerance) return [];
  const message = `the shares of all pools add up to ${inOnes(Number(sum))}; they must add up to 1`;
  const hint = missing > 0 ? `${inOnes(missing)} is missing` : `${inOnes(-missing)} is too much`;
  return [{ path: ["bodies"], message, value: inOnes(Number(sum)), hint, reads: [everyShare] }];
};

function inOnes(units: number): string {
  return (units / unitsOfOne).toFixed(10).replace(/\.?0+$/, "");
}

/** Fixed desks and lists fit in the first stage; where no pool has a share, nothing is left over at any stage. */
export const fixedDesksFit: Rule = (fleet) => {
  const pools = poolsOf(fleet).map(({ pool }) => pool);
  const fixed = pools.reduce((sum, pool) => sum + fixedDesks(pool), 0);
  const shared = pools.some((pool) => pool.share !== undefined);
  const [first] = fleet.stages;
  if (first !== undefined && fixed > first.desks) {
    const message = `the pools' own desks and lists come to ${fixed}, more than the ${first.desks} desks of the first stage`;
    return [{ path: ["stages", 0, "desks"], message, value: String(first.desks), reads: everySize }];
  }
  if (shared) return [];
  return fleet.stages.flatMap((stage, index): Finding[] => {
    const left = stage.desks - fixed;
    if (left <= 0) return [];
    const message =
      `stage "${stage.name}" has ${stage.desks} desks, but the pools' own desks and lists come to ${fixed} and no pool ` +
      `has a share of the other ${left}`;
    return [{ path: ["stages", index, "desks"], message, value: String(stage.desks), reads: everySize }];
  });
};

/** A list names desks of its pool: it cannot name more than the pool has at the first stage. */
export const listsFitPools: Rule = (fleet) => {
  const pools = poolsOf(fleet);
  const fixed = pools.reduce((sum, { pool }) => sum + fixedDesks(pool), 0);
  const shared = Math.max(0, (fleet.stages[0]?.desks ?? 0) - fixed);
  return pools.flatMap(({ pool, path }): Finding[] => {
    if (pool.desks !== undefined && pool.listed.length > pool.desks) {
      const message = `the list names ${pool.listed.length} desks, more than the ${pool.desks} of the pool "${pool.id}"`;
      return [{ path: [...path, "list"], message, reads: everySize }];
    }
    // A hair more than the product, so that 0.29 × 100 is 29.
    const quota = Math.floor((pool.share ?? 1) * shared + 1e-6);
    if (pool.desks !== undefined || pool.share === undefined || pool.listed.length <= quota) return [];
    const message = `the list names ${pool.listed.length} desks, more than the ${quota} that are the pool's share of the first stage`;
    return [{ path: [...path, "list"], message, reads: [...everySize, ["stages", 0, "desks"]] }];
  });
};

export const stagesAscend: Rule = (fleet) =>
  fleet.stages.flatMap((stage, index): Finding[] => {
    const before = fleet.stages[index - 1];
    if (before === undefined || stage.date > before.date) return [];
    const message = `stage "${stage.name}" is on ${stage.date}, not after stage "${before.name}" on ${before.date}`;
    const path = ["stages", index, "date"];
    return [{ path, message, value: stage.date, reads: [["stages", index - 1, "date"]] }];
  });

/** Desks are people's: a smaller number would take some away without saying whose. */
export const desksNeverShrink: Rule = (fleet) =>
  fleet.stages.flatMap((stage, index): Finding[] => {
    const before = fleet.stages[index - 1];
    if (before === undefined || stage.desks >= before.desks) return [];
    const message =
      `stage "${stage.name}" has ${stage.desks} desks, fewer than the ${before.desks} of stage "${before.name}"; ` +
      `desks are never dropped silently`;
    const path = ["stages", index, "desks"];
    return [{ path, message, value: String(stage.desks), reads: [["stages", index - 1, "desks"]] }];
  });

export const seatsAddUp: Rule = (fleet) => {
  const last = fleet.stages.length - 1;
  const stage = fleet.stages[last];
  const sum = fleet.bodies.reduce((total, body) => total + body.seats, 0);
  if (stage === undefined || sum === stage.seats) return [];
  const message = `the bodies' seats add up to ${sum}; the last stage "${stage.name}" has ${stage.seats}`;
  return [{ path: ["stages", last, "seats"], message, value: String(stage.seats), reads: [["bodies", "*", "seats"]] }];
};
