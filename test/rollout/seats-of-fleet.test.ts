import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadPeople } from "../../src/fleet/people.ts";
import { loadFleet } from "../../src/fleet/load.ts";
import { groupsOf, idleBeforeAt, licenceEnds, untouchableAt } from "../../src/fleet/seats.ts";
import { poolsByDesk } from "../../src/plan/names.ts";
import { plan } from "../../src/plan/plan.ts";

describe("who has a seat in the fleets that come with it", () => {
  for (const [file, atFirst, atLast] of [
    ["fleets/piemonte.yaml", 60, 150],
    ["fleets/small.yaml", 4, 8],
  ] as const) {
    test(`${file}: a list that holds, as long as its last stage has seats`, () => {
      const fleet = loadFleet(file);
      const { videoconference, stages, bodies } = fleet;
      assert.ok(videoconference?.people !== undefined);
      const last = plan(fleet, undefined);
      const pools = poolsByDesk(last);
      const people = loadPeople(file, videoconference.people, {
        bodies: bodies.map(({ id }) => id),
        groups: groupsOf(videoconference),
        poolOf: (desk) => pools.get(desk),
      });
      assert.equal(people.length, atLast);
      for (const { id, seats } of last.bodies) assert.equal(people.filter(({ body }) => body === id).length, seats);
      const first = plan(fleet, stages[0]?.name);
      assert.equal(
        first.bodies.reduce((sum, { seats }) => sum + seats, 0),
        atFirst,
      );
    });
  }
});

describe("whose seat nobody takes", () => {
  const { videoconference } = loadFleet("fleets/piemonte.yaml");
  const sitting = Date.parse("2020-03-10T10:00:00+01:00");
  const hosts = (now: number): readonly string[] => [
    ...untouchableAt({ ...videoconference!, protect: ["presidency"] }, "Europe/Rome", now),
  ];

  test("protected people, and hosts until the last of their sittings has ended", () => {
    const minute = 60_000;
    assert.deepEqual(hosts(sitting), ["presidency", "council"]);
    // The second one begins on the 11th at 11:00 and takes two hours.
    assert.deepEqual(hosts(sitting + 27 * 60 * minute - 1), ["presidency", "council"]);
    assert.deepEqual(hosts(sitting + 27 * 60 * minute), ["presidency"]);
  });

  test("idle is by the fleet's own measure", () => {
    const at = Date.parse("2020-06-01T00:00:00Z");
    assert.equal(idleBeforeAt({ ...videoconference!, idle: "90d" }, at), "2020-03-03T00:00:00.000Z");
    assert.equal(idleBeforeAt({ ...videoconference!, idle: "12h" }, at), "2020-05-31T12:00:00.000Z");
  });

  test("licences end with their last day, by the fleet's clocks", () => {
    assert.equal(licenceEnds(videoconference!, "Europe/Rome"), undefined);
    assert.equal(licenceEnds({ ...videoconference!, ends: "2020-12-31" }, "Europe/Rome"), "2020-12-31T23:00:00.000Z");
  });
});
