import type { Fleet, FleetBody } from "../schema.ts";

/** Names of a fleet file whose ids a tenancy file gives: those that the cloud needs, and those that may stand there. */
export interface TenancyNeeds {
  readonly subscriptions: Names;
  readonly groups: Names;
  readonly images: Names;
  /** Ids of lines, `<body>/<site>/<link>`. */
  readonly lines: Names;
}

export interface Names {
  readonly needed: readonly string[];
  readonly known: readonly string[];
}

/** What the fleet needs of its tenant; nothing where the fleet names no cloud. */
export function tenancyNeeds(fleet: Fleet): TenancyNeeds {
  const lines = fleet.bodies.flatMap((body) =>
    body.sites.flatMap((site) => site.links.map((link) => `${body.id}/${site.id}/${link.id}`)),
  );
  const { azure } = fleet;
  if (azure === undefined) {
    const nothing = { needed: [], known: [] };
    return { subscriptions: nothing, groups: nothing, images: nothing, lines: nothing };
  }
  const clouded = fleet.bodies.filter(hasCloudDesks);
  const groups = unique(fleet.bodies.flatMap((body) => body.group ?? []));
  return {
    // All of them: the watch reads each one's quotas, also before desks are there.
    subscriptions: { needed: azure.subscriptions, known: azure.subscriptions },
    groups: { needed: unique(clouded.flatMap((body) => body.group ?? [])), known: groups },
    images: { needed: [azure.image], known: [azure.image] },
    lines: { needed: lines, known: lines },
  };
}

export function hasCloudDesks(body: FleetBody): boolean {
  return body.pools.some((pool) => pool.kind !== "physical");
}

/** The subscription of a body's cloud desks; undefined where the fleet names no cloud. */
export function subscriptionOf(fleet: Fleet, body: FleetBody): string | undefined {
  return fleet.azure === undefined ? undefined : (body.subscription ?? fleet.azure.subscriptions[0]);
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
