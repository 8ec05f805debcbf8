import type { Fleet, FleetBody, FleetPool, FleetStage, PoolKind } from "../fleet/schema.ts";
import { subscriptionOf } from "../fleet/tenancy/needs.ts";
import { allFixedDesks, countDesks, poolsOf } from "./desks.ts";
import { PlanError } from "./error.ts";
import { partOf, wholeUp } from "./exact.ts";
import { hostCount } from "./hosts.ts";
import { mbpsPerPerson } from "./limits.ts";

/** What a stage asks of the gateway and the cloud, computed from the pools' desk counts alone. */
export interface Demand {
  /** People at once through the gateway. */
  readonly people: number;
  /** Hosts in the cloud; a scaling plan starts and stops each, personal ones too. */
  readonly vms: number;
  /** The same by subscription; under "" where the fleet names no cloud. */
  readonly subscriptions: ReadonlyMap<string, number>;
  /** Site-to-site tunnels: of an active-active gateway each instance holds one a line (Azure: active-active gateways). */
  readonly tunnels: number;
  /** Mb/s through the gateway. */
  readonly mbps: number;
  /** The fastest line, in Mb/s. */
  readonly fastestLink: number;
}

/** Physical desks are reached through the gateway whatever the way; cloud desks only where the broker is private. */
export function comesThroughGateway(fleet: Fleet, kind: PoolKind): boolean {
  return fleet.access.way === "gateway" || kind === "physical";
}

/**
 * People who bring their own laptop: at the first stage those enabled, at the last all but the exempt, in between in
 * proportion to the desks; never more than may.
 */
export function laptopsOf(fleet: Fleet, body: FleetBody, stage: FleetStage): number {
  if (body.laptops === undefined) return 0;
  if (body.staff === undefined) throw new PlanError(`body ${body.id} has laptops and needs staff: to count them`);
  const exempt = Object.values(body.staff.exempt).reduce((sum, count) => sum + count, 0);
  const most = Math.max(0, body.staff.total - exempt);
  const first = fleet.stages[0];
  const last = fleet.stages.at(-1);
  if (first === undefined || last === undefined || stage.name === last.name) return most;
  const enabled = Math.round(Number(partOf(body.staff.total, body.staff.enabled)) / 1e9);
  const grown = last.desks === first.desks ? 0 : (stage.desks - first.desks) / (last.desks - first.desks);
  return Math.min(most, Math.round(enabled + (most - enabled) * Math.min(1, Math.max(0, grown))));
}

/** The demand of a stage, were its desks `counts` (in the order of `poolsOf`). */
export function demandOf(fleet: Fleet, stage: FleetStage, counts: readonly number[]): Demand {
  let people = 0n;
  let physical = 0n;
  const subscriptions = new Map<string, number>();
  for (const [index, placed] of poolsOf(fleet).entries()) {
    const desks = counts[index] ?? 0;
    const here = poolPeople(placed.pool, desks);
    if (comesThroughGateway(fleet, placed.pool.kind)) people += here;
    if (placed.pool.kind === "physical") {
      physical += here;
      continue;
    }
    const subscription = subscriptionOf(fleet, placed.body) ?? "";
    subscriptions.set(subscription, (subscriptions.get(subscription) ?? 0) + hostCount(placed, desks));
  }
  for (const body of fleet.bodies) people += laptopPeople(fleet, body, stage);
  const links = fleet.bodies.flatMap((body) => body.sites.flatMap((site) => site.links));
  return {
    people: wholeUp(people),
    vms: [...subscriptions.values()].reduce((sum, vms) => sum + vms, 0),
    subscriptions,
    tunnels: links.length * Math.min(2, fleet.access.instances),
    // A physical desk's traffic passes twice: in from home, and out again over its site's line.
    mbps: (wholeUp(people) + wholeUp(physical)) * mbpsPerPerson.value,
    fastestLink: links.reduce((most, link) => Math.max(most, link.mbps), 0),
  };
}

/** People at once in a pool, in billionths. */
export function poolPeople(pool: FleetPool, desks: number): bigint {
  return partOf(desks, pool.concurrency);
}

/** People at once with laptops, in billionths. */
export function laptopPeople(fleet: Fleet, body: FleetBody, stage: FleetStage): bigint {
  return partOf(laptopsOf(fleet, body, stage), body.laptops?.concurrency ?? 1);
}

const mostDesks = 10_000_000;

/**
 * The smallest number of desks in all at which the measure goes past the limit, laptops and lines staying as they are;
 * undefined where no number does. Desk counts never fall as the total grows, so a search by halves is exact.
 */
export function desksThatBreak(
  fleet: Fleet,
  stage: FleetStage,
  measure: (demand: Demand) => number,
  limit: number,
): number | undefined {
  const breaks = (desks: number) => measure(demandOf(fleet, stage, countDesks(fleet, desks))) > limit;
  let low = allFixedDesks(fleet);
  let high = mostDesks;
  if (!breaks(high)) return undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (breaks(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
