import type { FleetPath } from "../errors.ts";
import { deskClasses } from "../schema.ts";
import { didYouMean } from "../suggest.ts";
import { enumerate, type Finding, poolsOf, type Rule } from "./finding.ts";

/** Rules about what one part of the file names in another. */

/** A name that must be one of the names at `where`. */
function unknownName(
  label: string,
  value: string,
  path: FleetPath,
  choices: readonly string[],
  where: string,
  reads: readonly FleetPath[],
): Finding {
  const message = `${label} "${value}" does not exist; ${where} has ${enumerate(choices)}`;
  return { path, message, value, choices, reads, hint: didYouMean(value, choices) };
}

export const physicalPoolsHaveSite: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ body, pool, path }): Finding[] => {
    if (pool.kind !== "physical") return [];
    const choices = body.sites.map((site) => site.id);
    const sites = [...path.slice(0, 2), "sites"];
    const reads = [
      [...path, "kind"],
      [...sites, "*", "id"],
    ];
    if (pool.site === undefined) {
      const message = `the physical pool "${pool.id}" needs a site, where its PCs stand: one of ${enumerate(choices)}`;
      return [{ path: [...path, "site"], message, choices, reads }];
    }
    if (choices.includes(pool.site)) return [];
    return [unknownName("site", pool.site, [...path, "site"], choices, `body "${body.id}"`, reads)];
  });

export const cloudPoolsHaveNoSite: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ pool, path }) => {
    if (pool.kind === "physical" || pool.site === undefined) return [];
    const message = `the ${pool.kind} pool "${pool.id}" lives in the cloud and has no site`;
    const hint = "drop the site, or make the pool physical";
    return [
      { path: [...path, "site"], message, value: pool.site, hint, reads: [[...path, "kind"]], aim: "key" as const },
    ];
  });

export const cloudPoolsHaveClass: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ pool, path }) => {
    if (pool.kind === "physical" || pool.class !== undefined) return [];
    const message = `the ${pool.kind} pool "${pool.id}" needs a class: one of ${deskClasses.join(", ")}`;
    return [{ path: [...path, "class"], message, choices: deskClasses, reads: [[...path, "kind"]] }];
  });

export const physicalPoolsHaveNoPrefix: Rule = (fleet) =>
  poolsOf(fleet).flatMap(({ pool, path }) => {
    if (pool.kind !== "physical" || pool.prefix === undefined) return [];
    const message = `the physical pool "${pool.id}" has no prefix: its PCs bear their desks' names`;
    return [
      { path: [...path, "prefix"], message, value: pool.prefix, reads: [[...path, "kind"]], aim: "key" as const },
    ];
  });

/** A site's unit exists, and works at one site only. */
export const unitsOfSites: Rule = (fleet) => {
  const choices = fleet.units.map((unit) => unit.id);
  const known = new Set(choices);
  const seen = new Map<string, FleetPath>();
  return fleet.bodies.flatMap((body, b) =>
    body.sites.flatMap((site, s): Finding[] => {
      if (site.unit === undefined) return [];
      const path = ["bodies", b, "sites", s, "unit"];
      if (!known.has(site.unit)) {
        return [unknownName("unit", site.unit, path, choices, "the file", [["units", "*", "id"]])];
      }
      const first = seen.get(site.unit);
      seen.set(site.unit, first ?? path);
      if (first === undefined) return [];
      const message = `unit "${site.unit}" works at two sites; a unit has one`;
      return [{ path, message, value: site.unit, first, reads: [first] }];
    }),
  );
};

/** Who hosts a sitting is somebody that the file knows. */
export const hostsOfSittings: Rule = (fleet) => {
  const { sittings = [] } = fleet.videoconference ?? {};
  const { choices, reads } = groupsKnown(fleet);
  return sittings.flatMap(({ host }, index) =>
    choices.includes(host)
      ? []
      : [unknownName("host", host, ["videoconference", "sittings", index, "host"], choices, "the file", reads)],
  );
};

/** So is a sitting's deputy that is a group; an account is looked for on the list of people, when it is read. */
export const deputiesOfSittings: Rule = (fleet) => {
  const { sittings = [] } = fleet.videoconference ?? {};
  const { choices, reads } = groupsKnown(fleet);
  return sittings.flatMap(({ deputy, members = [] }, index): Finding[] => {
    const known = [...new Set([...choices, ...members])];
    if (deputy === undefined || deputy.includes("@") || known.includes(deputy)) return [];
    const path = ["videoconference", "sittings", index, "deputy"];
    return [
      unknownName("deputy", deputy, path, known, "the file", [
        ...reads,
        ["videoconference", "sittings", "*", "members", "*"],
      ]),
    ];
  });
};

/** Groups that the file makes known by itself. */
function groupsKnown(fleet: Parameters<Rule>[0]) {
  const { protect = [] } = fleet.videoconference ?? {};
  const pools = fleet.bodies.flatMap((body) => body.pools);
  const named = [...fleet.bodies, ...pools, ...fleet.units].map(({ id }) => id);
  const reads = [
    ["videoconference", "protect"],
    ["bodies", "*", "id"],
    ["bodies", "*", "pools", "*", "id"],
    ["units", "*", "id"],
  ];
  return { choices: [...new Set([...protect, ...named])], reads };
}

/** A vendor that sells several licences must be told which; Zoom's is its plan. */
export const licencesOfVendors: Rule = (fleet) => {
  const { provider, licence } = fleet.videoconference ?? {};
  const path = ["videoconference", "licence"];
  const reads = [["videoconference", "provider"]];
  if ((provider === "graph" || provider === "webex") && licence === undefined) {
    const called = provider === "graph" ? "a part number such as MCOMEETADV" : "its name at Webex";
    return [{ path, message: `provider ${provider} needs the licence: ${called}`, reads }];
  }
  if (provider !== "zoom" || licence === undefined || licence in { pro: 0, business: 0 }) return [];
  return [unknownName("plan", licence, path, ["pro", "business"], "Zoom", reads)];
};

/** Cloud desks live in a subscription that the fleet names. */
export const subscriptionsOfBodies: Rule = (fleet) =>
  fleet.bodies.flatMap(({ id, subscription }, b): Finding[] => {
    if (subscription === undefined) return [];
    const path = ["bodies", b, "subscription"];
    if (fleet.azure === undefined) {
      const message = `body "${id}" has a subscription, but the file has no azure section that names it`;
      const hint = "write azure:, or drop the subscription";
      return [{ path, message, value: subscription, hint, reads: [["azure"]], aim: "key" }];
    }
    const choices = fleet.azure.subscriptions;
    if (choices.includes(subscription)) return [];
    return [
      unknownName("subscription", subscription, path, choices, "azure.subscriptions", [["azure", "subscriptions"]]),
    ];
  });
