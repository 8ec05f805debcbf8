import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { FleetFileError } from "../../src/fleet/errors.ts";
import { loadFleet } from "../../src/fleet/load.ts";
import { edited, smallText, told } from "./fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "fleet-"));
after(() => rmSync(folder, { recursive: true }));

/** What loading says, with the folder's name cut off. */
function refusalOf(name: string): string[] {
  try {
    loadFleet(join(folder, name));
  } catch (error) {
    if (error instanceof FleetFileError) return told(error.errors).map((line) => line.replaceAll(`${folder}/`, ""));
    throw error;
  }
  return [];
}

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

describe("loadFleet", () => {
  it("reads a fleet and the lists beside it", () => {
    mkdirSync(join(folder, "lists"));
    write("lists/office.csv", "desk;person;site\npc-ada;ada;\npc-bea;bea;\n");
    write("listed.yaml", edited([["share: 0.5,", "share: 0.5, list: ./lists/office.csv,"]]));
    const fleet = loadFleet(join(folder, "listed.yaml"));
    assert.deepEqual(fleet.bodies[0]?.pools[0]?.listed, [
      { desk: "pc-ada", person: "ada", site: undefined },
      { desk: "pc-bea", person: "bea", site: undefined },
    ]);
    assert.deepEqual(fleet.bodies[0]?.pools[1]?.listed, []);
  });

  it("tells the mistakes of the fleet file and of its lists together, each in its own file", () => {
    write("lists/wrong.csv", "desk;person;site\npc-ada;ada;\npc bea;bea;\n");
    const fleet = edited([
      ["share: 0.5,", "share: 0.5, list: lists/wrong.csv,"],
      ["seats: 5", "seats: 6"],
    ]);
    assert.deepEqual(refusalOf(write("wrong.yaml", fleet)), [
      'wrong.yaml:15:56 stages[1].seats: the bodies\' seats add up to 9; the last stage "surge" has 8',
      'lists/wrong.csv:3:1 desk: desk must be a host name of 1 to 63 letters, digits and hyphens, with no hyphen at either end, not "pc bea"',
    ]);
  });

  it("reads a file with a byte order mark", () => {
    assert.deepEqual(refusalOf(write("bom.yaml", `\ufeff${smallText}`)), []);
  });

  const unreadable: Readonly<Record<string, readonly [make: (path: string) => void, reason: string]>> = {
    missing: [() => {}, "there is no such file"],
    folder: [(path) => mkdirSync(path), "it is a folder"],
    pipe: [(path) => execFileSync("mkfifo", [path]), "it is not a regular file"],
    device: [(path) => symlinkSync("/dev/zero", path), "it is not a regular file"],
    circle: [(path) => symlinkSync(path, path), "its links go in a circle"],
    large: [
      (path) => {
        writeFileSync(path, "");
        truncateSync(path, 100 * 1024 * 1024);
      },
      "it is larger than 512 KiB",
    ],
  };
  for (const [name, [make, reason]] of Object.entries(unreadable)) {
    it(`refuses a fleet file: ${name}`, () => {
      make(join(folder, name));
      assert.deepEqual(refusalOf(name), [`${name}:1:1 : cannot read "${name}": ${reason}`]);
    });
  }

  it("refuses a file that it may not read", () => {
    write("secret.yaml", smallText);
    chmodSync(join(folder, "secret.yaml"), 0o000);
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.("nobody");
    try {
      assert.deepEqual(refusalOf("secret.yaml"), [
        'secret.yaml:1:1 : cannot read "secret.yaml": no permission to read it',
      ]);
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it("refuses a list of 100 MB", () => {
    write("huge.csv", "");
    truncateSync(join(folder, "huge.csv"), 100 * 1024 * 1024);
    assert.deepEqual(refusalOf(write("huge.yaml", edited([["share: 0.5,", "share: 0.5, list: huge.csv,"]]))), [
      'huge.yaml:22:41 bodies[0].pools[0].list: cannot read "huge.csv": it is larger than 65536 KiB',
    ]);
  });

  it("refuses text that is not UTF-8, at the first wrong byte", () => {
    const bytes = Buffer.from(smallText.replace("Comune di Prova", "Comune di Pr\u00f3va"), "latin1");
    assert.deepEqual(refusalOf(write("latin.yaml", bytes)), [
      "latin.yaml:19:23 : the file is not UTF-8 text | save it as UTF-8",
    ]);
    const utf16 = Buffer.from(`\ufeff${smallText}`, "utf16le");
    assert.deepEqual(refusalOf(write("utf16.yaml", utf16)), [
      "utf16.yaml:1:1 : the file is not UTF-8 text | save it as UTF-8",
    ]);
  });

  it("reads the project's own fleets", () => {
    for (const name of ["piemonte.yaml", "small.yaml"]) {
      copyFileSync(new URL(`../../fleets/${name}`, import.meta.url), join(folder, name));
      assert.deepEqual(refusalOf(name), []);
    }
  });
});
