import type { Link } from "../../src/inventory.ts";
import type { Facts } from "../../src/sitting/facts.ts";
import { people, sitting } from "./people.ts";

/** What is seen where all is well. */

export const minute = 60_000;
export const day = 1440 * minute;
export const start = sitting().start;
export const fibre = { id: "comune/town/fibre", carrier: "carrier-a" } as Link;
export const radio = { id: "comune/town/radio", carrier: "carrier-b" } as Link;

const accounts = people.map(({ account }) => account);
/** All is well, a minute before it begins. */
export const fine: Facts = {
  now: start - minute,
  capacity: 100,
  seats: { seen: new Set(accounts) },
  rooms: { seen: new Set(["sitting-giunta-2026-12-01"]) },
  grant: () => ({ seen: true }),
  desks: { seen: new Map(people.map(({ desk }) => [desk ?? "", true])) },
  lines: { seen: new Map([fibre, radio].map(({ id }) => [id, true])) },
  places: () => ({ site: "comune/town", lines: [fibre, radio] }),
};

export const without = (account: string): Facts["seats"] => ({
  seen: new Set(accounts.filter((each) => each !== account)),
});
