import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { FleetSitting } from "../../src/fleet/schema.ts";
import type { Inventory } from "../../src/inventory.ts";
import { preflight } from "../../src/sitting/checks.ts";
import { type CheckName, distances, dueFrom } from "../../src/sitting/distances.ts";
import { capacityOf, type Facts, placesOf } from "../../src/sitting/facts.ts";
import { day, fibre, fine, minute, radio, start, without } from "./facts.ts";
import { people, sitting, sittings } from "./people.ts";

/** `check level: says [people] → call`, of one sitting among others. */
function findings(
  facts: Partial<Facts>,
  change: Partial<FleetSitting> = {},
  others: readonly Partial<FleetSitting>[] = [],
) {
  const all = [sitting(change), ...sittings(others)];
  const found = preflight(all[0]!, { ...fine, ...facts }, all);
  const told = found.findings.map(
    ({ check, level, says, people: whose, call }) => `${check} ${level}: ${says} [${whose.join(" ")}] → ${call}`,
  );
  return { state: found.state, failed: found.failed, told };
}

const list = "whoever keeps the list of people and the fleet file";
const giver = "whoever gives out the seats (deskbridge rollout apply)";
const hosts = "the hosts: one of the two must move";
const watchers = "the operators of the watch (deskbridge status)";
const desks = "the operators of the desks";
const scheduler = "the operators (deskbridge sitting schedule giunta)";

type Case = readonly [
  what: string,
  facts: Partial<Facts>,
  told: readonly string[],
  change?: Partial<FleetSitting>,
  others?: readonly Partial<FleetSitting>[],
];
const cases: readonly Case[] = [
  ["all is well", {}, []],
  [
    "the host has no seat",
    { seats: without("anna@comune.example") },
    [`host risk: the host has no seat, and cannot open it [Anna] → ${giver}`],
  ],
  [
    "no deputy has a seat, who is a member too",
    { seats: without("bruno@comune.example") },
    [
      `deputy risk: no deputy has a seat: without the host nobody can open it [Bruno] → ${giver}`,
      `seats risk: 1 person has no seat, and cannot come in [Bruno] → ${giver}`,
    ],
  ],
  [
    "nobody is of the host's group, nor the deputy on the list",
    { grant: undefined, rooms: undefined },
    [
      `host risk: nobody on the list is of the host's group crisis [] → ${list}`,
      `deputy risk: the deputy x@y.example is nobody on the list [] → ${list}`,
      `people risk: nobody on the list is of the invited group crisis [] → ${list}`,
    ],
    { host: "crisis", deputy: "x@y.example" },
  ],
  [
    "a host alone",
    {},
    [`deputy risk: the host has no deputy: nobody else is of the group guests [] → ${list}`],
    { host: "guests" },
  ],
  [
    "more people than planned",
    {},
    [`people note: 2 people are invited, and it is planned for 1: the room is made for all [] → ${list}`],
    { people: 1 },
  ],
  [
    "more people than the licence holds",
    {},
    [
      "capacity risk: a meeting of this licence holds 100 people, and 101 are to come [] → whoever buys the licences: a larger one, or fewer people",
    ],
    { people: 101 },
  ],
  ["as many as the licence holds", {}, [], { people: 100 }],
  ["a server of ours holds anybody", { capacity: "own" }, [], { people: 5000 }],
  [
    "a licence whose size is not known",
    { capacity: "unknown" },
    [
      "capacity note: whether a meeting holds 8 people hangs on the licence [] → whoever buys the licences: a larger one, or fewer people",
    ],
  ],
  [
    "two sittings of one host",
    {},
    [`overlaps risk: at the same time council hosts "The other" (other) [] → ${hosts}`],
    {},
    [{ id: "other", title: "The other", at: "10:59" }],
  ],
  [
    "somebody in two at once",
    {},
    [`overlaps risk: 1 person is also invited to "The board" (other) [Bruno] → ${hosts}`],
    {},
    [{ id: "other", host: "board", at: "09:30" }],
  ],
  [
    "one after the other, and one on another day",
    {},
    [],
    {},
    [
      { id: "a", at: "11:00" },
      { id: "b", at: "09:00" },
      { id: "c", date: "2026-12-02" },
    ],
  ],
  [
    "the room is not made",
    { rooms: { seen: new Set(["sitting-giunta-2026-11-30"]) } },
    [`room risk: its room sitting-giunta-2026-12-01 is not made → ${scheduler}`.replace(" →", " [] →")],
  ],
  [
    "grants: one is missing, one desk was dark, and one has none",
    {
      now: start - day,
      grant: (_, account) =>
        account.startsWith("anna")
          ? { seen: false }
          : account.startsWith("bruno")
            ? { unseen: "no answer" }
            : undefined,
    },
    [
      `grants risk: 1 person has no good grant at the desk [Anna] → ${scheduler}`,
      `grants unknown: whether 1 person has a grant could not be seen at the desk [Bruno] → ${desks}`,
      `grants note: 1 person has no desk that is built, so no grant was laid there [Carla] → ${scheduler}`,
    ],
    { members: ["guests"] },
  ],
  [
    "a desk does not answer",
    {
      desks: {
        seen: new Map([
          ["desk-anna", false],
          ["desk-bruno", true],
        ]),
      },
    },
    [`desks risk: 1 desk is not answering [Anna] → ${desks}`],
  ],
  [
    "desks of which nobody tells, an hour before",
    { now: start - 60 * minute, desks: { seen: new Map() } },
    [`desks unknown: 2 desks are not measured [Anna Bruno] → ${watchers}`],
  ],
  [
    "desks that are not built",
    { places: () => undefined },
    [`desks risk: 2 desks are not built [Anna Bruno] → ${desks}`],
  ],
  [
    "one line of a site is down",
    {
      lines: {
        seen: new Map([
          [fibre.id, false],
          [radio.id, true],
        ]),
      },
    },
    [
      "lines note: 1 of 2 lines of comune/town are down; the others carry it [Anna Bruno] → carrier-a (deskbridge link ticket comune/town/fibre)",
    ],
  ],
  [
    "all lines of a site are down",
    {
      lines: {
        seen: new Map([
          [fibre.id, false],
          [radio.id, false],
        ]),
      },
    },
    [
      "lines risk: all lines of comune/town are down [Anna Bruno] → carrier-a (deskbridge link ticket comune/town/fibre), carrier-b (deskbridge link ticket comune/town/radio)",
    ],
  ],
  [
    "a site of which nothing is known",
    { now: start - day, lines: { seen: new Map([[fibre.id, false]]) } },
    [`lines unknown: no line of comune/town is known to be up [Anna Bruno] → ${watchers}`],
  ],
  [
    "desks in the cloud hang on no line",
    { lines: { unseen: "gone" }, places: () => ({ site: undefined, lines: [] }) },
    [],
  ],
  [
    "the vendor does not answer, a day before",
    { now: start - day, seats: { unseen: "no answer" }, rooms: { unseen: "no answer" } },
    [
      `host unknown: who holds a seat could not be seen: no answer [] → ${giver}`,
      `room unknown: the meetings' server could not be seen: no answer [] → ${desks}`,
    ],
  ],
];

describe("what is missing, whose it is, and whom to call", () => {
  for (const [what, facts, told, change, others] of cases) {
    test(what, () => {
      const found = findings(facts, change, others);
      assert.deepEqual(found.told, told);
      const state = told.some((each) => each.includes(" risk: "))
        ? "risk"
        : told.some((each) => each.includes(" unknown: "))
          ? "unknown"
          : "ok";
      assert.equal(found.state, state);
      assert.equal(
        found.failed,
        new Set(told.filter((each) => each.includes(" risk: ")).map((each) => each.split(" ")[0])).size,
      );
    });
  }

  test("every check has a case in which it finds a risk", () => {
    const shown = new Set(
      cases.flatMap(([, , told]) => told.filter((each) => each.includes(" risk: ")).map((each) => each.split(" ")[0])),
    );
    assert.deepEqual(shown, new Set(Object.keys(dueFrom)));
  });
});

describe("when it is looked for", () => {
  const worst: Partial<Facts> = {
    seats: { seen: new Set() },
    rooms: { seen: new Set() },
    grant: () => ({ seen: false }),
    desks: { seen: new Map(people.map(({ desk }) => [desk ?? "", false])) },
    lines: { seen: new Map([fibre, radio].map(({ id }) => [id, false])) },
  };
  const risks = (now: number): readonly string[] =>
    findings({ ...worst, now }).told.map((each) => each.split(" ")[0] ?? "");

  for (const [before, expected] of [
    [distances["7 days"] + 1, []],
    [distances["7 days"], ["host", "deputy", "seats"]],
    [distances["24 hours"] + 1, ["host", "deputy", "seats"]],
    [distances["24 hours"], ["host", "deputy", "seats", "room", "grants", "lines"]],
    [distances["1 hour"], ["host", "deputy", "seats", "room", "grants", "lines", "desks"]],
    [-30 * minute, ["host", "deputy", "seats", "room", "grants", "lines", "desks"]],
  ] as const) {
    test(`${before / minute} minutes before`, () => assert.deepEqual(risks(start - before), expected));
  }

  test("before anything is due nothing is known", () => {
    assert.equal(findings({ now: start - 8 * day }).state, "unknown");
  });

  test("in the last ten minutes what cannot be seen is a risk", () => {
    const dark: Partial<Facts> = { desks: { unseen: "Prometheus does not answer" } };
    assert.equal(findings({ ...dark, now: start - distances["10 minutes"] - 1 }).state, "unknown");
    assert.equal(findings({ ...dark, now: start - distances["10 minutes"] }).state, "risk");
  });

  test("nearer to it, nothing that was looked for is left out", () => {
    const names = Object.keys(dueFrom) as CheckName[];
    fc.assert(
      fc.property(fc.nat(10 * day), fc.nat(day), (before, less) => {
        const at = (distance: number) => preflight(sitting(), { ...fine, now: start - distance }, []).due;
        const [far, near] = [at(before), at(before - less)];
        assert.deepEqual(
          far.filter((name) => !near.includes(name)),
          [],
        );
        assert.deepEqual(
          near,
          names.filter((name) => near.includes(name)),
        );
      }),
    );
  });
});

test("how many people a meeting holds, by vendor and licence", () => {
  assert.deepEqual(
    [
      capacityOf("livekit", undefined),
      capacityOf("zoom", undefined),
      capacityOf("zoom", "pro"),
      capacityOf("zoom", "business"),
      capacityOf("graph", "X"),
      capacityOf("webex", "X"),
    ],
    ["own", 100, 100, 300, "unknown", "unknown"],
  );
});

test("a desk's lines are those of its pool's site; in the cloud it has none", () => {
  const inventory = {
    desks: [
      { id: "d1", host: "h1" },
      { id: "d2", host: "h2" },
    ],
    hosts: [
      { name: "h1", pool: "comune/pcs" },
      { name: "h2", pool: "comune/cloud" },
    ],
    pools: [{ id: "comune/pcs", site: "comune/town" }, { id: "comune/cloud" }],
    links: [
      { ...fibre, site: "comune/town" },
      { ...radio, site: "comune/other" },
    ],
  } as unknown as Inventory;
  const places = placesOf(inventory);
  assert.deepEqual(
    places("d1")?.lines.map(({ id }) => id),
    [fibre.id],
  );
  assert.deepEqual([places("d2"), places("d3")], [{ site: undefined, lines: [] }, undefined]);
});
