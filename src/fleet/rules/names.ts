import type { FleetPath } from "../errors.ts";
import { nameInId, toolsOf } from "../tools.ts";
import { type Finding, poolsOf, repeated, type Rule } from "./finding.ts";

/** Rules about ids and the names made from them. */

const longestLabel = 63;
/** `-00001` after `<body>-<pool>`. */
const numberLength = 6;

function ids(what: string, base: FleetPath, items: readonly { readonly id: string }[]): Finding[] {
  return repeated(
    what,
    items.map(({ id }, index) => ({ value: id, path: [...base, index, "id"] })),
  );
}

function words(what: string, base: FleetPath, items: readonly string[]): Finding[] {
  return repeated(
    what,
    items.map((value, index) => ({ value, path: [...base, index] })),
  );
}

export const uniqueBodies: Rule = (fleet) => ids("body id", ["bodies"], fleet.bodies);

export const uniquePools: Rule = (fleet) =>
  fleet.bodies.flatMap((body, b) => ids("pool id", ["bodies", b, "pools"], body.pools));

export const uniqueSites: Rule = (fleet) =>
  fleet.bodies.flatMap((body, b) => ids("site id", ["bodies", b, "sites"], body.sites));

export const uniqueLinks: Rule = (fleet) =>
  fleet.bodies.flatMap((body, b) =>
    body.sites.flatMap((site, s) => ids("link id", ["bodies", b, "sites", s, "links"], site.links)),
  );

export const uniqueStages: Rule = (fleet) =>
  repeated(
    "stage name",
    fleet.stages.map(({ name }, index) => ({ value: name, path: ["stages", index, "name"] })),
  );

export const uniqueServices: Rule = (fleet) => ids("service id", ["services"], fleet.services);

export const uniqueQueues: Rule = (fleet) =>
  ids("queue id", ["contactCentre", "queues"], fleet.contactCentre?.queues ?? []);

/** Tools have no id of their own: it is made from their name. */
export const toolsHaveIds: Rule = (fleet) =>
  (fleet.contactCentre?.queues ?? []).flatMap((queue, q) => {
    const named = queue.tools.map(({ name }, t) => ({
      name,
      id: nameInId(name),
      path: ["contactCentre", "queues", q, "tools", t, "name"],
    }));
    const empty = named.filter(({ id }) => id === "");
    const rest = named.filter(({ id }) => id !== "").map(({ id, path }) => ({ value: id, path }));
    return [
      ...empty.map(({ name, path }) => ({
        path,
        message: `name "${name}" needs a letter from a to z or a digit: the tool's id is made from it`,
        value: name,
      })),
      ...repeated("tool id (made from its name)", rest),
    ];
  });

const mostServices = 1000;

/** Each is asked by a connection of its own, and in the lab has an address of its own. */
export const servicesAreFew: Rule = (fleet) => {
  const tools = toolsOf(fleet).length;
  const all = fleet.services.length + tools;
  if (all <= mostServices) return [];
  const message = `services (${fleet.services.length}) and the contact centre's tools (${tools}) must be at most ${mostServices} together, not ${all}`;
  return [{ path: ["contactCentre", "queues"], message }];
};

export const uniqueUnits: Rule = (fleet) => ids("unit id", ["units"], fleet.units);

export const uniqueJobs: Rule = (fleet) =>
  fleet.units.flatMap((unit, u) => ids("job id", ["units", u, "jobs"], unit.jobs));

export const uniquePeople: Rule = (fleet) =>
  fleet.units.flatMap((unit, u) => words("person", ["units", u, "people"], unit.people));

export const uniqueSittings: Rule = (fleet) =>
  ids("sitting id", ["videoconference", "sittings"], fleet.videoconference?.sittings ?? []);

/** Deskbridge's own steps of somebody's roll-out. */
const ownSteps: readonly string[] = ["free", "grant", "join", "seat", "withdraw"];

/** A step is known by its name: of two that share one the second would be taken for done. */
export const uniqueClientSteps: Rule = ({ videoconference }) => {
  const base = ["videoconference", "client"];
  const steps = videoconference?.client ?? [];
  const taken = steps.flatMap(({ id }, index): Finding[] =>
    ownSteps.includes(id)
      ? [{ path: [...base, index, "id"], message: `"${id}" is the name of a step of Deskbridge's own`, value: id }]
      : [],
  );
  return [...ids("client step id", base, steps), ...taken];
};

export const uniqueProtected: Rule = (fleet) =>
  words("protected group", ["videoconference", "protect"], fleet.videoconference?.protect ?? []);

export const uniqueSubscriptions: Rule = (fleet) =>
  words("subscription", ["azure", "subscriptions"], fleet.azure?.subscriptions ?? []);

/** A desk's name is a host name: one DNS label. */
export const deskNamesFit: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ body, pool, path }) => {
    const length = body.id.length + 1 + pool.id.length + numberLength;
    if (length <= longestLabel) return [];
    const message =
      `the desks' names ${body.id}-${pool.id}-00001 have ${length} characters, more than the ${longestLabel} of a ` +
      `host name; shorten the ids by ${length - longestLabel}`;
    return [{ path: [...path, "id"], message, value: pool.id, reads: [[...path.slice(0, 2), "id"]] }];
  });

/** `a-b` with pool `c` and `a` with pool `b-c` would both name their desks a-b-c-00001. */
export const deskNamesDiffer: Rule = (fleet) => {
  const seen = new Map<string, { body: string; path: FleetPath }>();
  return poolsOf(fleet).flatMap(({ body, pool, path }) => {
    const name = `${body.id}-${pool.id}`;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, { body: body.id, path });
    if (first === undefined || first.body === body.id) return [];
    const message = `two pools would name their desks ${name}-00001; change one of the ids`;
    const reads = [path, first.path].flatMap((at) => [
      [...at, "id"],
      [...at.slice(0, 2), "id"],
    ]);
    return [{ path: [...path, "id"], message, value: pool.id, first: [...first.path, "id"], reads }];
  });
};

/** Hosts' names are unique over the fleet. */
export const uniquePrefixes: Rule = (fleet) =>
  repeated(
    "host prefix",
    poolsOf(fleet).flatMap(({ pool, path }) =>
      pool.prefix === undefined ? [] : [{ value: pool.prefix, path: [...path, "prefix"] }],
    ),
  );
