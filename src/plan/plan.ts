import type { Fleet, FleetBody, FleetStage } from "../fleet/schema.ts";
import { toolsOf } from "../fleet/tools.ts";
import { subscriptionOf } from "../fleet/tenancy/needs.ts";
import { parseRange, rangesOverlap } from "./addresses.ts";
import { adviceOn } from "./advice.ts";
import { comesThroughGateway, demandOf, laptopPeople, laptopsOf, poolPeople } from "./demand.ts";
import { type PoolNetworks, placePools } from "./desk-network.ts";
import { type PlacedPool, poolsOf, stageDesks, stageOf } from "./desks.ts";
import { PlanError } from "./error.ts";
import { wholeUp } from "./exact.ts";
import { planGateways, weighGateways } from "./gateways.ts";
import { endpointsOf, planCloud } from "./cloud.ts";
import { checkNames, desksPerHost, hostCount, hostPrefix, vmSize } from "./hosts.ts";
import { prove } from "./proof.ts";
import { risksOf } from "./risks.ts";
import { stageSeats } from "./seats.ts";
import { planSites } from "./sites.ts";
import { planSlices, watchesSeats } from "./slices.ts";
import type { BodyPlan, Plan, PlanAccess, PlanNetwork, PoolPlan, SitePlan } from "./types.ts";

/**
 * The capacity plan of a fleet at a stage (default: the last one), with its proof. Pure: the same fleet gives the same
 * plan. Throws PlanError where the fleet cannot be planned at all; a limit that is merely broken is a row of the proof
 * that does not hold.
 */
export function plan(fleet: Fleet, stageName?: string): Plan {
  const stage = stageOf(fleet, stageName);
  checkNetwork(fleet.network);
  const placed = poolsOf(fleet);
  checkNames(placed);
  const counts = stageDesks(fleet, stage);
  const networks = placePools(
    fleet.network.desks,
    placed,
    placed.map((pool, index) => hostCount(pool, counts[index] ?? 0)),
  );
  const pools = planPools(fleet, placed, counts, networks);
  const demand = demandOf(fleet, stage, counts);
  const gatewayChoices = weighGateways(demand);
  const gateways = planGateways(fleet, demand, gatewayChoices);
  const sites = planSites(
    fleet,
    pools,
    gateways.flatMap((gateway) => gateway.instances),
  );
  const bodies = planBodies(fleet, stage, pools, sites);
  const cloud = planCloud(fleet, gateways);
  const services = [...fleet.services, ...toolsOf(fleet)];
  const videoconference = fleet.videoconference?.provider;
  const draft = {
    fleet: fleet.name,
    stage: stage.name,
    date: stage.date,
    desks: stage.desks,
    hosts: pools.reduce((sum, pool) => sum + pool.hosts, 0),
    peopleAtOnce: demand.people,
    network: fleet.network,
    access: accessOf(fleet),
    bodies,
    gateways,
    gatewayChoices,
    slices: planSlices({
      bodies,
      gateways,
      access: fleet.access,
      cloud,
      services,
      videoconference,
      watchesSeats: watchesSeats(fleet),
    }),
    services,
    videoconference,
    cloud,
  };
  const input = { fleet, stage, demand, plan: draft };
  return { ...draft, proof: prove(input), advice: adviceOn(input), risks: risksOf(draft) };
}

function accessOf({ access: { way, people, sites, authentication } }: Fleet): PlanAccess {
  return { way, people, sites, authentication };
}

function checkNetwork(network: PlanNetwork): void {
  const names = ["desks", "clients", "transit", "carriers"] as const;
  for (const [index, name] of names.entries()) {
    for (const otherName of names.slice(0, index)) {
      const [range, other] = [network[name], network[otherName]];
      if (rangesOverlap(parseRange(range), parseRange(other))) {
        throw new PlanError(`network.${name} ${range} overlaps network.${otherName} ${other}; give each its own range`);
      }
    }
  }
}

function planPools(
  fleet: Fleet,
  placed: readonly PlacedPool[],
  counts: readonly number[],
  networks: readonly PoolNetworks[],
): readonly PoolPlan[] {
  const openssh = opensshPool(counts);
  return placed.map((each, index): PoolPlan => {
    const { id, body, ordinal, pool } = each;
    const desks = counts[index] ?? 0;
    const own = networks[index];
    if (pool.kind === "physical" && !body.sites.some((site) => site.id === pool.site)) {
      const choices = body.sites.map((site) => site.id).join(", ") || "none: the body has no sites";
      throw new PlanError(
        `pool ${id} is physical and needs a site of its body, not "${pool.site}"; choose: ${choices}`,
      );
    }
    return {
      id,
      body: body.id,
      name: pool.id,
      ordinal,
      kind: pool.kind,
      class: pool.class,
      site: pool.kind === "physical" ? `${body.id}/${pool.site}` : undefined,
      desks,
      hosts: hostCount(each, desks),
      desksPerHost: desksPerHost(id, pool),
      concurrency: pool.concurrency,
      peopleAtOnce: wholeUp(poolPeople(pool, desks)),
      viaGateway: comesThroughGateway(fleet, pool.kind),
      roomForHosts: own?.roomForHosts ?? 0,
      block: own?.block ?? "",
      vm: vmSize(pool),
      range: own?.range ?? "",
      networks: own?.networks ?? [],
      hostPrefix: hostPrefix(each),
      listed: pool.listed,
      sshServer: index === openssh ? "openssh" : "tinysshd",
    };
  });
}

/** The pool with the fewest desks: OpenSSH bears less than half of tinysshd's handshakes a second. */
function opensshPool(counts: readonly number[]): number {
  return counts.indexOf(Math.min(...counts.filter((count) => count > 0)));
}

function planBodies(
  fleet: Fleet,
  stage: FleetStage,
  pools: readonly PoolPlan[],
  sites: readonly (readonly SitePlan[])[],
): readonly BodyPlan[] {
  const seats = stageSeats(fleet, stage);
  return fleet.bodies.map((body, ordinal): BodyPlan => {
    const own = pools.filter((pool) => pool.body === body.id);
    return {
      id: body.id,
      name: body.name,
      group: body.group,
      subscription: subscriptionOf(fleet, body),
      endpoints: endpointsOf(fleet, ordinal),
      ordinal,
      desks: own.reduce((sum, pool) => sum + pool.desks, 0),
      hosts: own.reduce((sum, pool) => sum + pool.hosts, 0),
      laptops: laptopsOf(fleet, body, stage),
      peopleAtOnce: wholeUp(bodyPeople(fleet, body, stage, own)),
      seats: seats[ordinal] ?? 0,
      pools: own,
      sites: sites[ordinal] ?? [],
    };
  });
}

function bodyPeople(fleet: Fleet, body: FleetBody, stage: FleetStage, pools: readonly PoolPlan[]): bigint {
  const atDesks = body.pools.reduce((sum, pool, index) => sum + poolPeople(pool, pools[index]?.desks ?? 0), 0n);
  return atDesks + laptopPeople(fleet, body, stage);
}
