import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseWaves, type Subject, usualWaves, WavesError, wavesOf } from "../../src/rollout/waves.ts";

const usual = parseWaves(usualWaves);

function subjects(body: string, count: number, more: Partial<Subject> = {}): readonly Subject[] {
  return Array.from({ length: count }, (_, nth) => ({
    id: `${body}-${more.pool ?? ""}${more.site ?? ""}-${String(nth).padStart(4, "0")}`,
    body,
    protected: false,
    ...more,
  }));
}

const sizes = (waves: readonly (readonly Subject[])[]): readonly number[] => waves.map(({ length }) => length);

test("the usual waves of 7,000, of 90, and of fewer than they name", () => {
  assert.deepEqual(sizes(wavesOf(subjects("a", 7000), usual)), [1, 10, 350, 1750, 4889]);
  assert.deepEqual(sizes(wavesOf(subjects("a", 90), usual)), [1, 10, 5, 23, 51]);
  assert.deepEqual(sizes(wavesOf(subjects("a", 7), usual)), [1, 6]);
  assert.deepEqual(wavesOf([], usual), []);
});

test("a part that binary fractions cannot hold is no person more", () => {
  assert.deepEqual(sizes(wavesOf(subjects("a", 100), parseWaves("7%"))), [7, 93]);
});

test("nobody is forgotten where rest is not written", () => {
  assert.deepEqual(sizes(wavesOf(subjects("a", 20), parseWaves("1, 4"))), [1, 4, 15]);
});

for (const [text, message] of [
  ["", 'wave "": write a number such as 10, a part of all such as 5%, or rest'],
  ["1,ten", 'wave "ten": write a number such as 10, a part of all such as 5%, or rest'],
  ["0", 'wave "0": write a number such as 10, a part of all such as 5%, or rest'],
  ["1.5", 'wave "1.5": write a number such as 10, a part of all such as 5%, or rest'],
  ["120%", 'wave "120%": write a number such as 10, a part of all such as 5%, or rest'],
  ["rest,5", 'waves "rest,5": nobody is left for "5", which stands after rest'],
] as const) {
  test(`refuses "${text}"`, () => {
    assert.throws(() => parseWaves(text), new WavesError(message));
  });
}

test("the first are of the biggest body; a wave has its part of each body, pool and site", () => {
  const all = [
    ...subjects("big", 600, { pool: "big/office" }),
    ...subjects("big", 300, { pool: "big/hall", site: "big/hall" }),
    ...subjects("small", 100, { pool: "small/office" }),
  ];
  const [canary, ten, five] = wavesOf(all, usual);
  assert.equal(canary?.[0]?.body, "big");
  assert.deepEqual(
    ["big/office", "big/hall", "small/office"].map((pool) => ten?.filter((each) => each.pool === pool).length),
    [6, 3, 1],
  );
  assert.deepEqual(
    ["big/office", "big/hall", "small/office"].map((pool) => five?.filter((each) => each.pool === pool).length),
    [30, 15, 5],
  );
});

test("protected people come last", () => {
  const all = [...subjects("a", 30, { protected: true }), ...subjects("b", 30)];
  const ordered = wavesOf(all, usual).flat();
  assert.ok(ordered.slice(0, 30).every((each) => !each.protected));
});

const arbitrarySubjects = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    body: fc.constantFrom("a", "b", "c"),
    pool: fc.constantFrom(undefined, "p", "q"),
    site: fc.constantFrom(undefined, "s", "t"),
    protected: fc.constant(false),
  }),
  { selector: ({ id }) => id, maxLength: 200 },
);

test("everybody is in one wave; the order of the list is no matter; each beginning has its part of each body", () => {
  fc.assert(
    fc.property(arbitrarySubjects, fc.infiniteStream(fc.nat()), (all, random) => {
      const waves = wavesOf(all, usual);
      const ordered = waves.flat();
      assert.deepEqual(ordered.map(({ id }) => id).toSorted(), all.map(({ id }) => id).toSorted());
      const shuffled = all
        .map((each) => ({ each, at: random.next().value ?? 0 }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ each }) => each);
      assert.deepEqual(wavesOf(shuffled, usual), waves);
      for (const body of ["a", "b", "c"]) {
        const whole = all.filter((each) => each.body === body).length;
        let had = 0;
        for (const [nth, each] of ordered.entries()) {
          if (each.body === body) had += 1;
          const due = (whole * (nth + 1)) / all.length;
          assert.ok(Math.abs(had - due) <= 2, `${had} of ${body} in ${nth + 1}, and ${due} are due`);
        }
      }
    }),
  );
});
