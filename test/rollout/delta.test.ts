import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type Actual, type Delta, deltaOf, isIdle, type Person, type Wanted } from "../../src/rollout/delta.ts";
import type { Holder } from "../../src/rollout/licences/provider.ts";

const idleBefore = "2020-06-01T00:00:00Z";
const long = "2020-01-01T00:00:00Z";
const lately = "2020-08-30T00:00:00Z";

function person(name: string, body = "regione", ...groups: readonly string[]): Person {
  return { person: name, account: `${name}@example.org`, body, desk: undefined, groups };
}

function holder(name: string, lastUsed?: string, isInherited = false): Holder {
  return { account: `${name}@example.org`, lastUsed, isInherited };
}

function wanted(
  people: readonly Person[],
  quotas: Readonly<Record<string, number>>,
  ...newcomers: readonly string[]
): Wanted {
  return {
    people,
    quotas: new Map(Object.entries(quotas)),
    untouchable: new Set(["presidency"]),
    idleBefore,
    newcomers: new Set(newcomers.map((name) => `${name}@example.org`)),
  };
}

function actual(total: number, holders: readonly Holder[], used = holders.length, ...busy: readonly string[]): Actual {
  return { seats: { total, used }, holders, busy: new Set(busy.map((name) => `${name}@example.org`)) };
}

/** Each person with what becomes of them. */
function told({ give, keep, wait }: Delta): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...give.map(({ person: { person }, from }) => [person, from === undefined ? "seat" : `seat of ${from.person}`]),
    ...keep.map(({ person: name }) => [name, "keeps"]),
    ...wait.map(({ person: { person: name }, why }) => [name, why]),
  ]);
}

const [anna, bruno, carla, dario, elena] = ["anna", "bruno", "carla", "dario", "elena"].map((name) => person(name));

describe("what has to change for people to have their seats", () => {
  const rows: readonly {
    readonly what: string;
    readonly wanted: Wanted;
    readonly actual: Actual;
    readonly is: Readonly<Record<string, string>>;
  }[] = [
    {
      what: "rows that hold a seat already are not given another: only the difference counts",
      wanted: wanted([anna!, bruno!, carla!], { regione: 3 }),
      actual: actual(3, [holder("anna", lately), holder("carla")]),
      is: { bruno: "seat", anna: "keeps", carla: "keeps" },
    },
    {
      what: "a body's seats go by its list, and who comes after them waits",
      wanted: wanted([anna!, bruno!, carla!], { regione: 2 }),
      actual: actual(9, []),
      is: { anna: "seat", bruno: "seat", carla: "quota" },
    },
    {
      what: "protected people come before the list",
      wanted: wanted([anna!, bruno!, person("zeno", "regione", "presidency")], { regione: 2 }),
      actual: actual(9, []),
      is: { zeno: "seat", anna: "seat", bruno: "quota" },
    },
    {
      what: "an idle seat is not touched while one is free",
      wanted: wanted([anna!, bruno!], { regione: 2 }),
      actual: actual(2, [holder("anna", long)]),
      is: { bruno: "seat", anna: "keeps" },
    },
    {
      what: "where none is free the seat that was idle for longest goes to the first who waits",
      wanted: wanted([anna!, bruno!, carla!, dario!], { regione: 4 }),
      actual: actual(3, [holder("anna", "2020-03-01T00:00:00Z"), holder("bruno", long), holder("carla", lately)]),
      is: { dario: "seat of bruno", anna: "keeps", carla: "keeps" },
    },
    {
      what: "a body without room gives on its own idle seats, and no other body's",
      wanted: wanted([anna!, bruno!, person("tina", "torino")], { regione: 1, torino: 1 }),
      actual: actual(9, [holder("anna", long), holder("tina", long)]),
      is: { bruno: "seat of anna", tina: "keeps" },
    },
    {
      what: "nobody loses a seat in a meeting, by a group's licence, as protected, or when the vendor does not say",
      wanted: wanted([anna!, bruno!, person("zeno", "regione", "presidency"), dario!, elena!], { regione: 5 }),
      actual: actual(
        4,
        [holder("anna", long), holder("bruno", long, true), holder("zeno", long), holder("dario")],
        4,
        "anna",
      ),
      is: { elena: "vendor", anna: "keeps", bruno: "keeps", zeno: "keeps", dario: "keeps" },
    },
    {
      what: "whoever has just got a seat is not idle, however long ago the account was used",
      wanted: wanted([anna!, bruno!], { regione: 1 }, "anna"),
      actual: actual(1, [holder("anna", long)]),
      is: { anna: "keeps", bruno: "quota" },
    },
    {
      what: "seats of people whom the fleet does not know leave fewer, and are left alone",
      wanted: wanted([anna!, bruno!], { regione: 2 }),
      actual: actual(2, [holder("stranger", long)]),
      is: { anna: "seat", bruno: "vendor" },
    },
    {
      what: "a vendor that counts more used than sold gives none",
      wanted: wanted([anna!], { regione: 1 }),
      actual: actual(2, [], 5),
      is: { anna: "vendor" },
    },
    {
      what: "a body that holds more than its seats gives none, not even its idle ones",
      wanted: wanted([anna!, bruno!, carla!], { regione: 1 }),
      actual: actual(9, [holder("anna", long), holder("bruno", lately)]),
      is: { carla: "quota", anna: "keeps", bruno: "keeps" },
    },
    {
      what: "a body without a quota has no seats",
      wanted: wanted([person("tina", "torino")], { regione: 1 }),
      actual: actual(9, []),
      is: { tina: "quota" },
    },
  ];
  for (const row of rows) {
    test(row.what, () => assert.deepEqual(told(deltaOf(row.wanted, row.actual)), row.is));
  }

  test("each body's seats are counted, and strangers told", () => {
    const delta = deltaOf(
      wanted([anna!, bruno!, person("tina", "torino")], { regione: 2, torino: 3 }),
      actual(2, [holder("anna", long), holder("stranger")]),
    );
    assert.deepEqual(delta.seats, [
      { body: "regione", quota: 2, used: 1, reserved: 1, freed: 1 },
      { body: "torino", quota: 3, used: 0, reserved: 0, freed: 0 },
    ]);
    assert.deepEqual([delta.strangers.map(({ account }) => account), delta.short], [["stranger@example.org"], 1]);
  });
});

const bodies = ["regione", "torino", "metropolitana"];

const situation = fc
  .record({
    people: fc.array(
      fc.record({
        body: fc.constantFrom(...bodies),
        isProtected: fc.boolean(),
        holds: fc.constantFrom("no", "unsaid", "long", "lately", "inherited"),
        isBusy: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
    quotas: fc.tuple(fc.nat(12), fc.nat(12), fc.nat(12)),
    strangers: fc.nat(4),
    free: fc.integer({ min: -3, max: 12 }),
  })
  .map(({ people, quotas, strangers, free }) => {
    const all = people.map(({ body, isProtected }, nth) =>
      person(`p${nth}`, body, ...(isProtected ? ["presidency"] : [])),
    );
    const holders = [
      ...people.flatMap(({ holds }, nth) => {
        if (holds === "no") return [];
        const used = { unsaid: undefined, long, lately, inherited: long }[holds];
        return [holder(`p${nth}`, used, holds === "inherited")];
      }),
      ...Array.from({ length: strangers }, (_, nth) => holder(`s${nth}`, long)),
    ];
    const busy = people.flatMap(({ isBusy }, nth) => (isBusy ? [`p${nth}`] : []));
    return {
      wanted: wanted(all, Object.fromEntries(bodies.map((body, nth) => [body, quotas[nth] ?? 0]))),
      actual: actual(Math.max(0, holders.length + free), holders, holders.length, ...busy),
    };
  });

describe("whatever the people, the seats and the vendor", () => {
  test("everybody is in one place: given, kept, waiting or freed", () => {
    fc.assert(
      fc.property(situation, ({ wanted: want, actual: is }) => {
        const { give, keep, wait } = deltaOf(want, is);
        const all = [
          ...give.map(({ person: one }) => one),
          ...give.flatMap(({ from }) => from ?? []),
          ...keep,
          ...wait.map(({ person: one }) => one),
        ];
        assert.deepEqual(
          all.map(({ account }) => account).toSorted(),
          want.people.map(({ account }) => account).toSorted(),
        );
      }),
    );
  });

  test("no more seats are used than were sold, and no body has more than its own or what it had", () => {
    fc.assert(
      fc.property(situation, ({ wanted: want, actual: is }) => {
        const { give, seats } = deltaOf(want, is);
        const more = give.filter(({ from }) => from === undefined).length;
        assert.ok(more <= Math.max(0, is.seats.total - is.seats.used));
        for (const { quota, used, reserved, freed } of seats)
          assert.ok(used + reserved - freed <= Math.max(quota, used));
      }),
    );
  });

  test("only idle seats are freed, each once, and nobody waits whom one would serve", () => {
    fc.assert(
      fc.property(situation, ({ wanted: want, actual: is }) => {
        const { give, keep, wait } = deltaOf(want, is);
        const holders = new Map(is.holders.map((each) => [each.account, each]));
        const idle = (one: Person): boolean => isIdle(one, holders.get(one.account), want, is.busy);
        const freed = give.flatMap(({ from }) => from ?? []);
        assert.ok(freed.every(idle));
        assert.equal(new Set(freed).size, freed.length);
        if (wait.some(({ why }) => why === "vendor")) assert.ok(!keep.some(idle));
      }),
    );
  });

  test("done once, it is done: of the same people nobody who got a seat gets another", () => {
    fc.assert(
      fc.property(situation, ({ wanted: want, actual: is }) => {
        const { give } = deltaOf(want, is);
        const gone = new Set(give.flatMap(({ from }) => (from === undefined ? [] : [from.account])));
        const holders = [
          ...is.holders.filter(({ account }) => !gone.has(account)),
          ...give.map(({ person: { account } }) => ({ account, lastUsed: long })),
        ];
        const newcomers = new Set(give.map(({ person: { account } }) => account));
        const used = is.seats.used + give.length - gone.size;
        const again = deltaOf({ ...want, newcomers }, { ...is, holders, seats: { ...is.seats, used } });
        assert.ok(!again.give.some(({ person: one }) => give.some((before) => before.person === one)));
        // Whoever lost an idle seat does not come back for that of the next.
        assert.ok(again.give.every(({ from }) => from === undefined || !gone.has(from.account)));
      }),
    );
  });
});
