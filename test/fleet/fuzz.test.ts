import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { stringify, parse as parseYaml } from "yaml";
import { parse, referenceText } from "./fixture.ts";

/** A fleet, or errors whose places are in the text: never both, never neither, never a crash. */
function assertAnswered(text: string, lists: Readonly<Record<string, Uint8Array>> = {}): void {
  const { fleet, errors } = parse(text, lists);
  assert.equal(fleet === undefined, errors.length > 0);
  const lines = text.split("\n");
  for (const { file, line, column, message } of errors) {
    assert.notEqual(message, "");
    assert.doesNotMatch(message, /undefined|\[object|NaN/);
    if (file !== "fleet.yaml") continue;
    assert.equal(line >= 1 && line <= lines.length, true);
    assert.equal(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, true);
  }
}

const fleet: unknown = parseYaml(referenceText);

/** Every place in the reference fleet. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

/** A copy in which one place holds something else; `undefined` removes it. */
function withValue(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined || typeof value !== "object" || value === null) return replacement;
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (name !== key) return [[name, inner]];
    const next = withValue(inner, rest, replacement);
    return next === undefined ? [] : [[name, next]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const place = fc.constantFrom(...placesOf(fleet));
const oddities = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  "__proto__",
  "constructor",
  -1,
  0,
  1e308,
  Infinity,
  NaN,
  true,
  [],
  {},
  "today",
  "0,5",
  "10.0.0.1/8",
  "2020-02-30",
  { constructor: 1, toString: [] },
);
const anything = fc.oneof(oddities, fc.jsonValue({ maxDepth: 3 }), fc.string(), fc.double());

const cut = fc.record({
  at: fc.nat(referenceText.length),
  length: fc.nat(40),
  insert: fc.oneof(
    fc.constantFrom(
      "",
      "\n",
      "  ",
      "\t",
      ":",
      "- ",
      "{",
      "}",
      "[",
      "]",
      "&a ",
      "*a",
      "<<: ",
      "|",
      '"',
      "'",
      "#",
      "---\n",
      "!",
    ),
    fc.string({ maxLength: 8 }),
  ),
});

describe("any file is answered", () => {
  it("with any value at any place of the reference fleet", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, anything), { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = changes.reduce((value, [path, replacement]) => withValue(value, path, replacement), fleet);
        assertAnswered(stringify(changed ?? null, { aliasDuplicateObjects: false }));
      }),
      { numRuns: 300 },
    );
  });

  it("with any cuts and insertions in the reference fleet's text", () => {
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        const text = cuts.reduce(
          (current, { at, length, insert }) => current.slice(0, at) + insert + current.slice(at + length),
          referenceText,
        );
        assertAnswered(text);
      }),
      { numRuns: 300 },
    );
  });

  it("with any bytes as a list", () => {
    const text = referenceText.replace("share: 0.015,", "share: 0.015, list: desks.csv,");
    const cell = fc.oneof(
      fc.constantFrom("pc-1", "giunta", "", '"', '""', ";", ",", "\n", "\r\n", "desk,person,site\n"),
      fc.string(),
    );
    const csv = fc
      .array(cell, { maxLength: 30 })
      .map((cells) => new TextEncoder().encode(`desk,person,site\n${cells.join("")}`));
    fc.assert(
      fc.property(fc.oneof(csv, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        assertAnswered(text, { "desks.csv": bytes });
      }),
      { numRuns: 300 },
    );
  });
});
