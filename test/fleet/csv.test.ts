import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDeskList } from "../../src/fleet/csv.ts";
import { told } from "./fixture.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Windows-1252 and Latin-1 agree on the accented letters. */
const windows = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function desksOf(bytes: Uint8Array): unknown[] {
  const { list, errors } = parseDeskList(bytes, "desks.csv");
  assert.deepEqual(told(errors), []);
  return list.desks.map(({ desk, person, site }) => [desk, person, site]);
}

function errorsOf(text: string): string[] {
  return told(parseDeskList(utf8(text), "desks.csv").errors);
}

const twoDesks = [
  ["pc-1", "Niccolò", "giunta"],
  ["pc-2", undefined, undefined],
];

describe("parseDeskList reads", () => {
  const readable: Readonly<Record<string, Uint8Array>> = {
    commas: utf8("desk,person,site\npc-1,Niccolò,giunta\npc-2,,\n"),
    semicolons: utf8("desk;person;site\npc-1;Niccolò;giunta\npc-2;;\n"),
    "a byte order mark": utf8("\ufeffdesk,person,site\npc-1,Niccolò,giunta\npc-2,,\n"),
    "Windows-1252": windows("desk;person;site\r\npc-1;Niccol\u00f2;giunta\r\npc-2;;\r\n"),
    "CRLF, and no end of the last line": utf8("desk,person,site\r\npc-1,Niccolò,giunta\r\npc-2,,"),
    "lone CR": utf8("desk,person,site\rpc-1,Niccolò,giunta\rpc-2,,\r"),
    "columns in another order and case": utf8("Site,DESK,Person\ngiunta,pc-1,Niccolò\n,pc-2,\n"),
    "blanks around values": utf8("desk , person , site\n pc-1 , Niccolò , giunta \n pc-2 , , \n"),
    quotes: utf8('"desk","person","site"\n"pc-1","Niccolò","giunta"\n"pc-2","",""\n'),
    "blank rows": utf8("\n\ndesk,person,site\n\npc-1,Niccolò,giunta\n,,\n  \npc-2,,\n\n\n"),
  };
  for (const [what, bytes] of Object.entries(readable)) {
    it(what, () => assert.deepEqual(desksOf(bytes), twoDesks));
  }

  it("delimiters and quotes inside quotes", () => {
    assert.deepEqual(desksOf(utf8('desk;person;site\npc-1;"Rossi; ""Nic"" Ada";giunta\n')), [
      ["pc-1", 'Rossi; "Nic" Ada', "giunta"],
    ]);
  });

  it("the euro sign of Windows-1252", () => {
    const bytes = Uint8Array.from([...windows("desk,person,site\npc-1,"), 0x80, ...windows(",giunta\n")]);
    assert.deepEqual(desksOf(bytes), [["pc-1", "€", "giunta"]]);
  });

  it("a list without rows", () => assert.deepEqual(desksOf(utf8("desk,person,site\n")), []));

  it("a hundred thousand desks", () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `pc-${index},p${index},\n`);
    const desks = desksOf(utf8(`desk,person,site\n${rows.join("")}`));
    assert.equal(desks.length, 100_000);
    assert.deepEqual(desks.at(-1), ["pc-99999", "p99999", undefined]);
  });
});

describe("parseDeskList refuses", () => {
  const refused: readonly (readonly [what: string, text: string, errors: readonly string[]])[] = [
    [
      "an empty file",
      "",
      ["desks.csv:1:1 : the list is empty; its first line must name the columns desk, person, site"],
    ],
    [
      "an unknown column",
      "desk,persona,site\npc-1,ada,giunta\n",
      [
        'desks.csv:1:1 person: the column "person" is missing | its cells may be left empty',
        'desks.csv:1:6 persona: unknown column "persona"; the columns are desk, person, site | did you mean "person"?',
      ],
    ],
    [
      "another delimiter",
      "desk\tperson\tsite\n",
      [
        'desks.csv:1:1 desk: the column "desk" is missing',
        'desks.csv:1:1 person: the column "person" is missing | its cells may be left empty',
        'desks.csv:1:1 site: the column "site" is missing | its cells may be left empty',
        'desks.csv:1:1 desk·person·site: unknown column "desk·person·site"; the columns are desk, person, site | put ; or , between the columns',
      ],
    ],
    ["a column that stands twice", "desk,site,person,desk\n", ['desks.csv:1:18 desk: the column "desk" stands twice']],
    [
      "rows that are too short or too long",
      "desk,person,site\npc-1,ada\npc-2,ada,giunta,4\n",
      ["desks.csv:2:1 : the row has 2 fields, the header 3", "desks.csv:3:1 : the row has 4 fields, the header 3"],
    ],
    ["a row without a desk", "desk,person,site\n,ada,giunta\n", ["desks.csv:2:1 desk: the row names no desk"]],
    [
      "names that no host can bear, each with its place",
      'person,desk,site\nada,pc_1,giunta\n"a, b",-pc,giunta\nada,"pc 3",giunta\n',
      [
        'desks.csv:2:5 desk: desk must be a host name of 1 to 63 letters, digits and hyphens, with no hyphen at either end, not "pc_1"',
        'desks.csv:3:8 desk: desk must be a host name of 1 to 63 letters, digits and hyphens, with no hyphen at either end, not "-pc"',
        'desks.csv:4:5 desk: desk must be a host name of 1 to 63 letters, digits and hyphens, with no hyphen at either end, not "pc 3"',
      ],
    ],
    [
      "quotes that are not closed, and the lines between them still count",
      'desk,person,site\npc-1,"ada,giunta\npc-2,bea,giunta\npc-3,"carlo,giunta\npc_4,,\n',
      [
        'desks.csv:2:6 : a quote is not closed on its line, or stands inside a value | a value with a quote in it is written "like ""this"""',
        'desks.csv:4:6 : a quote is not closed on its line, or stands inside a value | a value with a quote in it is written "like ""this"""',
        'desks.csv:5:1 desk: desk must be a host name of 1 to 63 letters, digits and hyphens, with no hyphen at either end, not "pc_4"',
      ],
    ],
    [
      "a person's name with control characters",
      "desk,person,site\npc-1,a\u001b[31m,giunta\n",
      ['desks.csv:2:6 person: person must be at most 120 printable characters, not "a·[31m"'],
    ],
    [
      "a line without end",
      `desk,person,site\n${"a".repeat(5000)},,\n`,
      ["desks.csv:2:4000 : the line is longer than 4000 characters"],
    ],
  ];
  for (const [what, text, errors] of refused) {
    it(what, () => assert.deepEqual(errorsOf(text).toSorted(), [...errors].toSorted()));
  }

  for (const [what, mark] of [
    ["little", [0xff, 0xfe]],
    ["big", [0xfe, 0xff]],
  ] as const) {
    it(`UTF-16, ${what} end first`, () => {
      const bytes = Uint8Array.from([...mark, ...windows("desk")]);
      assert.deepEqual(told(parseDeskList(bytes, "desks.csv").errors), [
        "desks.csv:1:1 : the list must be UTF-8 or Windows-1252 text, not UTF-16 or binary data | save it as CSV UTF-8",
      ]);
    });
  }

  it("no more than the first thousand mistakes", () => {
    const { errors } = parseDeskList(utf8(`desk,person,site\n${'"\n'.repeat(50_000)}`), "desks.csv");
    assert.equal(errors.length, 1000);
  });

  it("millions of lines", () => {
    assert.deepEqual(errorsOf("\n".repeat(2_000_001)), [
      "desks.csv:2000000:1 : the list has more than 2,000,000 lines",
    ]);
  });
});
