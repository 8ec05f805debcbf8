import assert from "node:assert/strict";
import { test } from "node:test";
import type { Person, Wanted } from "../../src/rollout/delta.ts";
import { returnedOf } from "../../src/rollout/losers.ts";

const long = "2020-01-01T00:00:00Z";
const person = (account: string, ...groups: readonly string[]): Person => ({
  person: account,
  account,
  body: "regione",
  desk: undefined,
  groups,
});
const wanted: Wanted = {
  people: [person("anna"), person("bruno"), person("carla", "presidency"), person("dario"), person("elena")],
  quotas: new Map(),
  untouchable: new Set(["presidency"]),
  idleBefore: "2020-06-01T00:00:00Z",
  newcomers: new Set(["elena"]),
};

test("before a plan goes on: whose idle seat it would free, who needs it by now", () => {
  const holders = ["anna", "carla", "dario", "elena", "fabio", "giulia"].map((account) => ({
    account,
    lastUsed: long,
  }));
  const actual = {
    seats: { total: 9, used: 7 },
    holders: [...holders, { account: "bruno", lastUsed: "2020-08-30T00:00:00Z" }],
    busy: new Set(["dario"]),
  };
  // Used, protected, in a meeting, given lately, not listed any more. Giulia is in no plan.
  const losers = new Set(["anna", "bruno", "carla", "dario", "elena", "fabio"]);
  assert.deepEqual(returnedOf(losers, wanted, actual).toSorted(), ["bruno", "carla", "dario", "elena", "fabio"]);
  assert.deepEqual(returnedOf(new Set(["ivo"]), wanted, actual), [], "whose seat is gone already loses none");
});
