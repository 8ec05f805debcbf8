import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FleetFileError } from "../../src/fleet/errors.ts";
import { type KnownPlaces, parsePeople } from "../../src/fleet/people.ts";
import { told } from "./fixture.ts";

const known: KnownPlaces = {
  bodies: ["regione", "torino"],
  groups: ["presidency", "council"],
  poolOf: (desk) => {
    const [body = "", name = ""] = desk.split("-");
    return /^(regione|torino)-office-0000[1-9]$/.test(desk) ? { body, name } : undefined;
  },
};
const header = "person,account,body,desk,groups";

function read(...rows: readonly string[]): ReturnType<typeof parsePeople> {
  return parsePeople(new TextEncoder().encode([header, ...rows, ""].join("\n")), "people.csv", known);
}

function faults(...rows: readonly string[]): readonly string[] {
  try {
    read(...rows);
    return [];
  } catch (error) {
    if (error instanceof FleetFileError) return told(error.errors);
    throw error;
  }
}

describe("a list of people", () => {
  test("accounts in lower case, groups by body, pool and row, and nobody needs a desk", () => {
    assert.deepEqual(
      read(
        "Anna Bianchi,Anna.Bianchi@Regione.example,regione,regione-office-00001,presidency | council",
        "Niccolò D'Este,niccolò.d'este@torino.example,torino,,",
      ),
      [
        {
          person: "Anna Bianchi",
          account: "anna.bianchi@regione.example",
          body: "regione",
          desk: "regione-office-00001",
          groups: ["regione", "office", "presidency", "council"],
        },
        {
          person: "Niccolò D'Este",
          account: "niccolò.d'este@torino.example",
          body: "torino",
          desk: undefined,
          groups: ["torino"],
        },
      ],
    );
  });

  test("every fault of every row at once, in the order of the list", () => {
    assert.deepEqual(
      faults(
        "Anna,anna@regione.example,regione,regione-office-00001,",
        ",a b@regione.example,regine,,presidence",
        "Bruno,ANNA@regione.example,torino,regione-office-00001,",
        "Carla,carla@torino.example,torino,torino-office-00010,",
        "Dario,dario@torino.example",
        "Anna,other@regione.example,regione,,",
      ),
      [
        "people.csv:3:1 person: the row names no person",
        'people.csv:3:2 account: account must be an e-mail address or a plain name, not "a b@regione.example"',
        'people.csv:3:22 body: unknown body "regine"; choose one of: regione, torino | did you mean "regione"?',
        'people.csv:3:30 groups: unknown group "presidence"; choose one of: presidency, council | did you mean "presidency"?',
        'people.csv:4:7 account: account "ANNA@regione.example" stands already in line 2',
        'people.csv:4:35 desk: desk "regione-office-00001" is of body "regione", the person of "torino"',
        'people.csv:4:35 desk: desk "regione-office-00001" stands already in line 2',
        'people.csv:5:35 desk: no desk "torino-office-00010" in the plan',
        "people.csv:6:1 : the row has 2 fields, the header 5",
        'people.csv:7:1 person: person "Anna" stands already in line 2',
      ],
    );
  });

  test("nothing of a cell reaches a terminal, a URL or a command as more than a name", () => {
    for (const account of [
      "a/../b",
      "a?x=1",
      "a#b",
      "-x y",
      "a\u0007b",
      "$(id)",
      "a;b",
      "..",
      "@example.org",
      "a@b@c",
    ]) {
      assert.deepEqual(faults(`Anna,"${account}",regione,,`).length, 1, account);
    }
  });

  test("an empty list gives no one a seat by accident", () => {
    assert.deepEqual(faults(), ["people.csv:1:1 : the list names nobody"]);
  });
});
