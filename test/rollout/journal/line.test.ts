import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { JournalReadError } from "../../../src/rollout/journal/errors.ts";
import { decode, encode, firstLink } from "../../../src/rollout/journal/line.ts";
import { story } from "./samples.ts";

function linesOf(): Buffer[] {
  let link = firstLink;
  return story.map((entry) => {
    const { bytes, next } = encode(entry, link);
    link = next;
    return bytes;
  });
}
const lines = linesOf();
const whole = Buffer.concat(lines);

test("what is encoded is decoded", () => {
  const read = decode("j", whole);
  assert.deepEqual(read.entries, story);
  assert.equal(read.link.offset, whole.length);
  assert.equal(read.tail.length, 0);
});

test("a file cut at any byte gives its longest whole prefix, and the rest as tail", () => {
  for (let size = 0; size <= whole.length; size += 1) {
    const { entries, link, tail } = decode("j", whole.subarray(0, size));
    let offset = 0;
    let count = 0;
    while (count < lines.length && offset + lines[count]!.length <= size) offset += lines[count++]!.length;
    assert.equal(entries.length, count);
    assert.equal(link.offset, offset);
    assert.equal(tail.length, size - offset);
  }
});

test("a flipped byte is never taken for true", () => {
  const start = whole.length - lines.at(-1)!.length;
  const byte = fc.nat({ max: whole.length - 1 });
  fc.assert(
    fc.property(byte, fc.integer({ min: 1, max: 255 }), (place, flip) => {
      const bytes = Buffer.from(whole);
      bytes[place]! ^= flip;
      if (place < start) {
        assert.throws(() => decode("j", bytes), JournalReadError);
      } else if (bytes[place] === 0x0a) {
        // The last line fell in two: as if others followed it.
        assert.throws(() => decode("j", bytes), JournalReadError);
      } else {
        const { entries, tail } = decode("j", bytes);
        assert.deepEqual(entries, story.slice(0, -1));
        assert.equal(tail.length, whole.length - start);
      }
    }),
    {
      numRuns: 5_000,
      examples: [
        [start - 1, 1],
        [start, 1],
        [whole.length - 1, 1],
      ],
    },
  );
});

test("a removed, swapped or repeated line is told with its place", () => {
  const [a, b, c, ...rest] = lines as [Buffer, Buffer, Buffer, ...Buffer[]];
  const told = { name: "JournalReadError", message: /^j:2: this line was altered, moved or damaged/ };
  for (const order of [
    [a, c, ...rest],
    [a, c, b, ...rest],
    [a, a, b, c, ...rest],
  ]) {
    assert.throws(() => decode("j", Buffer.concat(order)), told);
  }
});

test("another schema version is told", async () => {
  const { createHash } = await import("node:crypto");
  for (const [v, message] of [
    [2, /^j:1: schema version 2 where 1 is read: written by a newer Deskbridge/],
    [0, /^j:1: schema version 0 where 1 is read: written by an older Deskbridge/],
  ] as const) {
    const open = `{"v":${v},"seq":1,"entry":{}`;
    const sum = createHash("sha256").update(firstLink.sum).update(open).digest("hex").slice(0, 32);
    assert.throws(() => decode("j", Buffer.from(`${open},"sum":"${sum}"}\n`)), { message });
  }
});
