import type { FleetPath } from "../errors.ts";
import type { Fleet } from "../schema.ts";
import { didYouMean } from "../suggest.ts";
import type { Finding, Rule } from "./finding.ts";

/** Rules about people and their time. */

export const exemptWithinStaff: Rule = (fleet) =>
  fleet.bodies.flatMap((body, b): Finding[] => {
    const { total = 0, exempt = {} } = body.staff ?? {};
    const sum = Object.values(exempt).reduce((all, some) => all + some, 0);
    if (sum <= total) return [];
    const path = ["bodies", b, "staff", "exempt"];
    const message = `the exempt staff of body "${body.id}" come to ${sum}, more than its ${total} in all`;
    return [{ path, message, value: String(sum), reads: [["bodies", b, "staff", "total"]] }];
  });

/** Laptops are counted from the staff who are enabled. */
export const laptopsNeedStaff: Rule = (fleet) =>
  fleet.bodies.flatMap((body, b): Finding[] => {
    if (body.laptops === undefined || body.staff !== undefined) return [];
    const path = ["bodies", b, "laptops"];
    const message = `body "${body.id}" has laptops but no staff: one laptop is counted for each enabled person`;
    return [{ path, message, reads: [["bodies", b, "staff"]] }];
  });

export const unitsHaveEnoughPeople: Rule = (fleet) =>
  fleet.units.flatMap((unit, u): Finding[] => {
    const people = unit.people.length;
    const needs = [
      { key: "day", field: "present", asked: unit.day.present, words: `${unit.day.present} present by day` },
      {
        key: "night",
        field: "onCall",
        asked: unit.night.onCall + unit.night.backup,
        words: `${unit.night.onCall} on call and ${unit.night.backup} as backup by night`,
      },
    ];
    return needs.flatMap(({ key, field, asked, words }): Finding[] => {
      if (asked <= people) return [];
      const message = `unit "${unit.id}" needs ${words}, but has ${people} people`;
      const reads = [
        ["units", u, "people"],
        ["units", u, key],
      ];
      return [{ path: ["units", u, key, field], message, value: String(asked), reads }];
    });
  });

/** Where the file says how long something takes. */
function durations(fleet: Fleet): { value: string; path: FleetPath }[] {
  const centre = fleet.contactCentre;
  if (centre === undefined) return [];
  const queues = centre.queues.flatMap(({ handle, patience }, q) =>
    Object.entries({ handle, patience }).flatMap(([key, value]) =>
      value === undefined ? [] : [{ value, path: ["contactCentre", "queues", q, key] }],
    ),
  );
  return [{ value: centre.target.within, path: ["contactCentre", "target", "within"] }, ...queues];
}

export const durationsAreLongerThanZero: Rule = (fleet) =>
  durations(fleet)
    .filter(({ value }) => Number.parseInt(value, 10) === 0)
    .map(({ value, path }) => ({ path, message: `${String(path.at(-1))} must be longer than 0, not ${value}`, value }));

/** The schema lets 31 days into each month; MM-DD is held against a leap year. */
export const closuresAreDays: Rule = (fleet) =>
  (fleet.contactCentre?.closures ?? []).flatMap((value, index): Finding[] => {
    const full = value.length === 5 ? `2020-${value}` : value;
    const date = new Date(`${full}T00:00:00Z`);
    if (!Number.isNaN(date.getTime()) && date.toISOString().startsWith(full)) return [];
    const path = ["contactCentre", "closures", index];
    return [{ path, message: `closures[${index}] must be a day of the calendar, not "${value}"`, value }];
  });

/** The zone goes to Alertmanager too, which knows IANA's names only, with their capitals. */
export const timezoneExists: Rule = (fleet) => {
  const zone = fleet.timezone;
  const known = [...Intl.supportedValuesOf("timeZone"), "UTC"];
  const miswritten = known.some((name) => name !== zone && name.toLowerCase() === zone.toLowerCase());
  if (known.includes(zone) || (!miswritten && /^[A-Z]/.test(zone) && isZone(zone))) return [];
  const message = `timezone must be an IANA time zone such as Europe/Rome, not "${zone}"`;
  return [{ path: ["timezone"], message, value: zone, hint: didYouMean(zone, known) }];
};

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
