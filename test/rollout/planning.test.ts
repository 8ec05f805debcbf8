import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Delta } from "../../src/rollout/delta.ts";
import { changesOf, planOf, reclaimPlanOf, type Seen } from "../../src/rollout/planning.ts";
import { asked, delta, everybody, person, spots } from "./planned.ts";

const [anna, bruno, carla, dario] = [
  person("anna", "desk-1"),
  person("bruno", "desk-2"),
  person("carla"),
  person("dario", "desk-9"),
] as const;
const recipes = [
  { name: "grant", change: "the grant is laid" },
  { name: "meetings", change: "meetings is set up" },
];

describe("who is in a plan", () => {
  const rows: readonly {
    readonly what: string;
    readonly delta: Delta;
    readonly seen?: Readonly<Record<string, Seen>>;
    readonly only?: readonly string[];
    readonly is: readonly string[];
  }[] = [
    { what: "nobody, where nothing is to be done", delta: delta({}), is: [] },
    { what: "whoever gets a seat", delta: delta({ give: [{ person: anna, from: undefined }] }), is: ["anna"] },
    {
      what: "whoever has one and lacks something at the desk, or whose desk nobody could look at",
      delta: delta({ keep: [anna, bruno, carla, dario] }),
      seen: { anna: { missing: ["grant"] }, bruno: { unseen: "it does not answer" }, carla: { missing: [] } },
      is: ["anna", "bruno"],
    },
    {
      what: "of those only whoever was chosen",
      delta: delta({ give: [{ person: anna, from: undefined }], keep: [bruno, carla] }),
      seen: { bruno: { missing: ["grant"] }, carla: { missing: ["grant"] } },
      only: ["carla"],
      is: ["carla"],
    },
    {
      what: "nobody who waits, and nobody whom the list does not name",
      delta: delta({ wait: [{ person: anna, why: "quota" }], strangers: [{ account: "zoe" }] }),
      is: [],
    },
  ];
  for (const { what, delta: given, seen = {}, only, is } of rows) {
    test(what, () => {
      const choice =
        only === undefined ? everybody : { ...everybody, isChosen: (each: typeof anna) => only.includes(each.account) };
      const plan = planOf(given, spots, new Map(Object.entries(seen)), choice, asked);
      assert.deepEqual(
        plan.subjects.map(({ id }) => id),
        is,
      );
      assert.deepEqual(plan.waves.flat().toSorted(), is.toSorted());
    });
  }
});

test("a plan says where each person's client is, whose seat is freed, and how many seats are set aside", () => {
  const give = [
    { person: anna, from: bruno },
    { person: carla, from: dario },
    { person: person("elena", undefined, "presidency"), from: undefined },
  ];
  const plan = planOf(delta({ give }), spots, new Map(), everybody, asked);
  const [first, second, third] = plan.subjects;
  assert.deepEqual(
    [first?.host, first?.pool, first?.site, first?.from],
    ["host-1", "office", "palace", { id: "bruno", host: "host-1" }],
  );
  assert.deepEqual([second?.host, second?.from], [undefined, { id: "dario" }], "his desk is not up");
  assert.equal(third?.protected, true);
  assert.deepEqual(plan.waves.at(-1)?.at(-1), "elena", "protected people come last");
  assert.deepEqual(plan.seats, [{ body: "regione", reserved: 3 }]);
});

test("seats that are taken back: at the desk too where the list gives one, and also from accounts that it does not name", () => {
  const accounts = ["anna", "zoe"].map((account) => ({ account, body: "regione" }));
  const { subjects, waves, seats } = reclaimPlanOf(accounts, [anna, bruno], spots, everybody.waves, asked);
  assert.deepEqual(
    subjects.map(({ id, person: name, action, host }) => [id, name, action, host]),
    [
      ["anna", "ANNA", "free", "host-1"],
      ["zoe", "zoe", "free", undefined],
    ],
  );
  assert.deepEqual([waves.flat().length, seats], [2, []]);
});

describe("what would change somebody, in words", () => {
  const rows: readonly {
    readonly what: string;
    readonly delta: Delta;
    readonly seen?: Readonly<Record<string, Seen>>;
    readonly is: readonly (readonly [string, ...string[]])[];
  }[] = [
    {
      what: "a seat, and all that belongs to their desk",
      delta: delta({ give: [{ person: anna, from: undefined }] }),
      is: [["anna", "gets a seat", "the grant is laid", "meetings is set up"]],
    },
    {
      what: "both are told of a seat that changes hands",
      delta: delta({ give: [{ person: carla, from: bruno }] }),
      is: [
        ["carla", "gets the seat of BRUNO, who has not used it", "no desk: the client is theirs to set up"],
        ["bruno", "loses an idle seat, to CARLA"],
      ],
    },
    {
      what: "a desk that is not up",
      delta: delta({ give: [{ person: dario, from: undefined }] }),
      is: [["dario", "gets a seat", "desk desk-9 is not up: nothing is set up there"]],
    },
    {
      what: "only what is missing, of whoever has a seat; nothing of whoever has all",
      delta: delta({ keep: [anna, bruno, carla] }),
      seen: { anna: { missing: ["meetings"] }, bruno: { unseen: "no answer" }, carla: { missing: [] } },
      is: [
        ["anna", "meetings is set up"],
        ["bruno", "could not be looked at: no answer"],
      ],
    },
  ];
  for (const { what, delta: given, seen = {}, is } of rows) {
    test(what, () => {
      const changes = changesOf(given, spots, new Map(Object.entries(seen)), recipes);
      assert.deepEqual(
        changes.map(({ account, actions }) => [account, ...actions]),
        is,
      );
    });
  }
});
