import type { Draft } from "./proof/row.ts";
import type { InstancePlan, PoolPlan, Risk, SitePlan } from "./types.ts";

/**
 * What the loss of one part takes with it, worst first: known and shown, so that nobody is surprised. Desks and people
 * are those cut off until the part is back.
 */
export function risksOf(plan: Draft): readonly Risk[] {
  const pools = plan.bodies.flatMap((body) => body.pools);
  const sites = plan.bodies.flatMap((body) => body.sites);
  return [...gatewayRisks(plan, pools), ...sites.flatMap(siteRisks), ...pools.flatMap(hostRisks)].toSorted(
    (a, b) => b.people - a.people || b.desks - a.desks,
  );
}

function gatewayRisks(plan: Draft, pools: readonly PoolPlan[]): Risk[] {
  const instances = plan.gateways.flatMap((gateway) => gateway.instances);
  const desks = pools.reduce((sum, pool) => sum + (pool.viaGateway ? pool.desks : 0), 0);
  const names = instances.map((instance) => instance.id).join(", ");
  const only = instances.length === 1;
  const all: Risk = {
    kind: "gateway",
    what: only ? `the only gateway instance down: ${names}` : `all gateway instances down: ${names}`,
    desks,
    people: plan.peopleAtOnce,
    why: only ? "no other instance takes over" : "everybody comes in through one of them",
  };
  if (only) return [all];
  return [all, ...instances.map((instance) => instanceRisk(plan, instance, instances.length))];
}

/** One instance of several: people come back through the others; a site stays cut off if all its lines end there. */
function instanceRisk(plan: Draft, instance: InstancePlan, instances: number): Risk {
  const cut = plan.bodies
    .flatMap((body) => body.sites)
    .filter((site) => site.links.every((link) => link.instance === instance.id));
  const back = Math.ceil(plan.peopleAtOnce / instances).toLocaleString("en-US");
  const sites = cut.length === 0 ? "every site has another line" : `no other line for ${listOf(cut)}`;
  return {
    kind: "instance",
    what: `gateway instance ${instance.id} down`,
    desks: cut.reduce((sum, site) => sum + site.desks, 0),
    people: cut.reduce((sum, site) => sum + site.peopleAtOnce, 0),
    why: `up to ${back} people reconnect through the others; ${sites}`,
  };
}

/** The first sites by name, and how many more. */
function listOf(sites: readonly SitePlan[]): string {
  const shown = sites.slice(0, 3).map((site) => site.id);
  return sites.length > shown.length ? `${shown.join(", ")} and ${sites.length - shown.length} more` : shown.join(", ");
}

function siteRisks(site: SitePlan): Risk[] {
  const cut = { desks: site.desks, people: site.peopleAtOnce };
  const [first, ...others] = site.links;
  if (first === undefined) return [];
  if (others.length === 0) {
    return [
      {
        kind: "line",
        what: `the only line of ${site.id} down: ${first.name}`,
        ...cut,
        why: "the site has no second line",
      },
    ];
  }
  if (others.some((link) => link.carrier !== first.carrier)) return [];
  return [
    {
      kind: "carrier",
      what: `${first.carrier} down at ${site.id}`,
      ...cut,
      why: "all the site's lines are that carrier's",
    },
  ];
}

function hostRisks(pool: PoolPlan): Risk[] {
  if (pool.kind !== "pooled" || pool.hosts === 0) return [];
  const desks = Math.min(pool.desks, pool.desksPerHost);
  return [
    {
      kind: "host",
      what: `one host of ${pool.id} down`,
      desks,
      people: Math.ceil((pool.peopleAtOnce * desks) / pool.desks),
      why:
        pool.hosts > 1
          ? "its desks share it; people sign in again on another host that has room"
          : "its desks share it, and the pool has no other",
    },
  ];
}
