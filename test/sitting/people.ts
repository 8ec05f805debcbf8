import type { ListedPerson } from "../../src/fleet/people.ts";
import { type FleetSitting, fleetSchema } from "../../src/fleet/schema.ts";
import { type Sitting, sittingsOf } from "../../src/sitting/sitting.ts";

/** People and sittings of our making. */

export function person(name: string, ...groups: readonly string[]): ListedPerson {
  const account = `${name.toLowerCase()}@comune.example`;
  return { person: name, account, body: "comune", desk: `desk-${name.toLowerCase()}`, groups: ["comune", ...groups] };
}

export const people = [
  person("Anna", "council"),
  person("Bruno", "council", "board"),
  person("Carla", "guests"),
  person("Dario", "board"),
  person("Elena"),
] as const;

export const usual: FleetSitting = {
  id: "giunta",
  title: "The board",
  date: "2026-12-01",
  at: "10:00",
  minutes: 60,
  people: 8,
  host: "council",
};

export function sittings(
  changes: readonly Partial<FleetSitting>[],
  list: readonly ListedPerson[] = people,
  timezone = "Europe/Rome",
): readonly Sitting[] {
  const videoconference = fleetSchema.shape.videoconference.parse({
    sittings: changes.map((change) => ({ ...usual, ...change })),
  });
  return sittingsOf({ timezone, videoconference }, list);
}

export function sitting(change: Partial<FleetSitting> = {}, list: readonly ListedPerson[] = people): Sitting {
  const [one] = sittings([change], list);
  if (one === undefined) throw new Error("no sitting");
  return one;
}
