import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { edited, parse, told } from "./fixture.ts";

/** Ten levels of nine aliases each: 3.5 × 10^9 values in 400 characters. */
function bomb(): string {
  const levels = Array.from({ length: 10 }, (_, level) => {
    const inside = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 9 }, () => inside).join(", ")}]\n`;
  });
  return levels.join("");
}

function mergeBomb(): string {
  const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join(", ");
  return `a: &a { ${keys} }\nb:\n${"  - <<: *a\n".repeat(5000)}`;
}

const tooMuch = ["fleet.yaml:1:1 : the file holds more than 200,000 values, anchors written out"];

describe("hostile files end in an error", () => {
  const cases: Readonly<Record<string, readonly [text: string, errors: readonly string[]]>> = {
    "aliases that explode": [bomb(), tooMuch],
    "aliases that explode where the schema looks": [`${bomb()}bodies: *a9\n`, tooMuch],
    "merged mappings that explode": [mergeBomb(), tooMuch],
    "an alias of itself": ["a: &a [*a]", tooMuch],
    "a mapping merged into itself": ["a: &a\n  <<: *a\n", tooMuch],
    "half a million values": [`a: [${"1,".repeat(250_000)}]`, tooMuch],
    "nested keys, whose text would double at each level": [
      "? ".repeat(500),
      ["fleet.yaml:1:3 : a key must be a plain word, not a list, mapping or alias"],
    ],
  };
  for (const [what, [text, errors]] of Object.entries(cases)) {
    it(what, () => assert.deepEqual(told(parse(text).errors), errors));
  }

  for (const [what, bracket] of Object.entries({ lists: "[", mappings: "{", items: "- ", keys: "? " })) {
    it(`a hundred thousand nested ${what}`, () => {
      assert.match(
        told(parse(bracket.repeat(100_000)).errors).join("\n"),
        /^fleet\.yaml:1:\d+ : the file is nested too deeply$/,
      );
    });
  }

  it("a file of errors is told up to the thousandth", () => {
    for (const text of [
      `a: [${",".repeat(100_000)}]`,
      "k: 1\n".repeat(20_000),
      "*a: 1\n".repeat(20_000),
      "]".repeat(50_000),
    ]) {
      const { fleet, errors } = parse(text);
      assert.equal(fleet, undefined);
      assert.equal(errors.length > 0 && errors.length <= 1000, true);
    }
  });

  it("thousands of wrong bodies, sites and pools", () => {
    for (const text of [
      `bodies: [${"{},".repeat(20_000)}]`,
      edited([["sites:\n      - id: municipio", `sites:\n${"      - id: 5\n".repeat(20_000)}      - id: municipio`]]),
      edited([["    pools:\n", `    pools:\n${"      - { id: office, kind: pooled }\n".repeat(5000)}`]]),
    ]) {
      const { fleet, errors } = parse(text);
      assert.equal(fleet, undefined);
      assert.equal(errors.length > 0 && errors.length <= 1000, true);
    }
  });

  it("data that is no text", () => {
    const bytes = String.fromCharCode(...Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256));
    assert.equal(parse(bytes).fleet, undefined);
  });
});
