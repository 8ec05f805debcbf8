import type { FleetPath } from "../errors.ts";
import { didYouMean } from "../suggest.ts";
import { enumerate, type Finding, poolsOf, type Rule } from "./finding.ts";

/** Rules about the desks that lists name. A path `[…pool, "listed", 7, "site"]` is a cell of the pool's list. */

const everyId: readonly FleetPath[] = [
  ["bodies", "*", "id"],
  ["bodies", "*", "pools", "*", "id"],
];

/** Host names know no capitals. */
export const listedDesksAreUnique: Rule = (fleet) => {
  const seen = new Map<string, FleetPath>();
  const findings: Finding[] = [];
  for (const { pool, path } of poolsOf(fleet)) {
    for (const [index, { desk }] of pool.listed.entries()) {
      const name = desk.toLowerCase();
      const first = seen.get(name);
      const at = [...path, "listed", index, "desk"];
      if (first === undefined) seen.set(name, at);
      else findings.push({ path: at, message: `desk "${desk}" is listed twice`, value: desk, first });
    }
  }
  return findings;
};

/** Names of the form `<body>-<pool>-00001` are the plan's to give. */
export const listedDesksBearOwnNames: Rule = (fleet) => {
  const pools = poolsOf(fleet);
  const stems = new Set(pools.map(({ body, pool }) => `${body.id}-${pool.id}`));
  const prefixes = new Set(pools.flatMap(({ pool }) => pool.prefix ?? []));
  return pools.flatMap(({ pool, path }) =>
    pool.listed.flatMap(({ desk }, index): Finding[] => {
      const stem = /^(.+)-\d{5,}$/.exec(desk.toLowerCase())?.[1];
      if (stem === undefined || !(stems.has(stem) || prefixes.has(stem))) return [];
      const message = `desk "${desk}" bears a name that the plan gives to ${prefixes.has(stem) ? "hosts" : "desks"} itself: ${stem}-00001 and on`;
      return [{ path: [...path, "listed", index, "desk"], message, value: desk, reads: everyId }];
    }),
  );
};

/** A listed site is one of the body's; a physical pool stands at one site, so its rows can name no other. */
export const listedSitesExist: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ body, pool, path }) => {
    const choices = body.sites.map(({ id }) => id);
    const known = new Set(choices);
    const reads = [
      [...path.slice(0, 2), "sites", "*", "id"],
      [...path, "kind"],
      [...path, "site"],
    ];
    return pool.listed.flatMap(({ desk, site }, index): Finding[] => {
      if (site === undefined) return [];
      const at = { path: [...path, "listed", index, "site"], value: site, choices, reads };
      if (!known.has(site)) {
        const message = `site "${site}" does not exist; body "${body.id}" has ${enumerate(choices)}`;
        return [{ ...at, message, hint: didYouMean(site, choices) }];
      }
      if (pool.kind !== "physical" || pool.site === undefined || pool.site === site) return [];
      const message = `desk "${desk}" is listed at site "${site}", but its pool "${pool.id}" stands at "${pool.site}"`;
      return [{ ...at, message, hint: `give the desks of "${site}" a pool of their own` }];
    });
  });
