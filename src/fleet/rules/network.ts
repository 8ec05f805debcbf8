import type { FleetPath } from "../errors.ts";
import { networkOf, parseRange, rangesOverlap, rangeText } from "../ranges.ts";
import type { Fleet } from "../schema.ts";
import { receiverAddresses } from "./alerts-of.ts";
import type { Finding, Rule } from "./finding.ts";

/** Rules about addresses. */

const names = ["desks", "clients", "transit", "carriers"] as const;

/** Narrower than /16 leaves no room for the plan's networks; wider than /8 takes addresses of others. */
const narrowest = 16;
const widest = 8;

/** Ranges that no network may use (RFC 6890): this host, loopback, link-local, multicast and reserved. */
const special = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"];

function ranges(fleet: Fleet): { name: string; text: string; path: FleetPath }[] {
  return names.map((name) => ({ name, text: fleet.network[name], path: ["network", name] }));
}

export const networksAreNetworks: Rule = (fleet) =>
  ranges(fleet).flatMap(({ name, text, path }): Finding[] => {
    const range = parseRange(text);
    const network = networkOf(range);
    if (network.base === range.base) return [];
    const message = `${name} must be a network's own address, not "${text}", which lies inside ${rangeText(network)}`;
    return [{ path, message, value: text, hint: `write ${rangeText(network)}` }];
  });

export const networksAreWideEnough: Rule = (fleet) =>
  ranges(fleet).flatMap(({ name, text, path }): Finding[] => {
    const { prefix } = parseRange(text);
    if (prefix >= widest && prefix <= narrowest) return [];
    const message = `${name} must be a range from /${widest} to /${narrowest}, not /${prefix}`;
    return [{ path, message, value: text }];
  });

export const networksAreOrdinary: Rule = (fleet) =>
  ranges(fleet).flatMap(({ name, text, path }): Finding[] => {
    const reserved = special.find((other) => rangesOverlap(parseRange(text), parseRange(other)));
    if (reserved === undefined) return [];
    return [{ path, message: `${name} must not reach into ${reserved}, which no network may use`, value: text }];
  });

export const networksAreApart: Rule = (fleet) => {
  const all = ranges(fleet);
  return all.flatMap((right, index) =>
    all.slice(0, index).flatMap((left): Finding[] => {
      if (!rangesOverlap(parseRange(left.text), parseRange(right.text))) return [];
      const message = `${right.name} ${right.text} overlaps ${left.name} ${left.text}`;
      // A range left at its default has no place of its own: the finding then goes to the other.
      return [{ path: right.path, message, value: right.text, first: left.path, reads: [left.path] }];
    }),
  );
};

/** Every address that the file holds, with its place. */
function addresses(fleet: Fleet): { value: string; path: FleetPath }[] {
  const services = fleet.services.map(({ url }, s) => ({ value: url, path: ["services", s, "url"] }));
  const tools = (fleet.contactCentre?.queues ?? []).flatMap((queue, q) =>
    queue.tools.map(({ url }, t) => ({ value: url, path: ["contactCentre", "queues", q, "tools", t, "url"] })),
  );
  return [...services, ...tools, ...receiverAddresses(fleet)];
}

/** The file is read by many and kept in version control. */
export const addressesHoldNoPassword: Rule = (fleet) =>
  addresses(fleet).flatMap(({ value, path }): Finding[] => {
    const { username, password } = new URL(value);
    if (username === "" && password === "") return [];
    const message = `${String(path.at(-1))} must not hold a user or a password: the fleet file is no place for secrets`;
    return [{ path, message, secret: true }];
  });
