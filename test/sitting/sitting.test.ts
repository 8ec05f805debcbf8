import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FleetSitting } from "../../src/fleet/schema.ts";
import { roomSize, whenText } from "../../src/sitting/sitting.ts";
import { people, sitting, sittings } from "./people.ts";

const names = (list: readonly { readonly person: string }[]): string => list.map((each) => each.person).join(" ");

describe("who comes to a sitting", () => {
  for (const [what, change, host, deputies, invited] of [
    ["the host's group alone", {}, "Anna", "Bruno", "Anna Bruno"],
    ["other groups beside it", { members: ["guests", "board"] }, "Anna", "Bruno", "Anna Bruno Carla Dario"],
    [
      "a deputy by account, invited although of no group",
      { deputy: "Elena@comune.example" },
      "Anna",
      "Elena",
      "Anna Bruno Elena",
    ],
    [
      "a deputy by group, the host not among them",
      { host: "board", deputy: "council" },
      "Bruno",
      "Anna",
      "Anna Bruno Dario",
    ],
    ["a body", { host: "comune" }, "Anna", "Bruno Carla Dario Elena", "Anna Bruno Carla Dario Elena"],
  ] satisfies readonly (readonly [string, Partial<FleetSitting>, string, string, string])[]) {
    test(what, () => {
      const found = sitting(change);
      assert.deepEqual([found.host?.person, names(found.deputies), names(found.invited)], [host, deputies, invited]);
      assert.deepEqual([found.missingDeputy, found.emptyGroups], [undefined, []]);
    });
  }

  test("who is named and on no list is told", () => {
    const found = sitting({ host: "crisis", members: ["guests", "gests"], deputy: "nobody@comune.example" });
    assert.equal(found.host, undefined);
    assert.deepEqual([found.missingDeputy, found.emptyGroups], ["nobody@comune.example", ["crisis", "gests"]]);
    assert.equal(names(found.invited), "Carla");
  });

  test("the room holds whoever is planned, and whoever is invited", () => {
    assert.equal(roomSize(sitting()), 8);
    assert.equal(roomSize(sitting({ people: 1 })), 2);
  });
});

describe("when a sitting is", () => {
  for (const [what, change, start, text] of [
    ["winter", {}, "2026-12-01T09:00:00Z", "Tuesday 1 December 2026, 10:00 to 11:00 (Europe/Rome)"],
    [
      "a time that the clocks leave out",
      { date: "2027-03-28", at: "02:30" },
      "2027-03-28T01:30:00Z",
      "Sunday 28 March 2027, 03:30 to 04:30 (Europe/Rome)",
    ],
    [
      "a time that comes twice",
      { date: "2026-10-25", at: "02:30" },
      "2026-10-25T00:30:00Z",
      "Sunday 25 October 2026, 02:30 to 02:30 (Europe/Rome)",
    ],
    [
      "over midnight",
      { at: "23:30" },
      "2026-12-01T22:30:00Z",
      "Tuesday 1 December 2026, 23:30 to Wednesday 2 December 2026, 00:30 (Europe/Rome)",
    ],
  ] as const) {
    test(what, () => {
      const found = sitting(change);
      assert.equal(found.start, Date.parse(start));
      assert.equal(found.end - found.start, 3_600_000);
      assert.equal(whenText(found), text);
    });
  }

  test("in another zone, and in order", () => {
    const [first, second] = sittings([{ id: "b", at: "11:00" }, { id: "a" }], people, "America/New_York");
    assert.deepEqual([first?.id, second?.id, first?.start], ["a", "b", Date.parse("2026-12-01T15:00:00Z")]);
  });
});
