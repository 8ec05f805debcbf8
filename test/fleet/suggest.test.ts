import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { editDistance, nearest } from "../../src/fleet/suggest.ts";

describe("nearest", () => {
  const words = ["personal", "pooled", "physical"];
  it("finds a mistyped word", () => {
    assert.equal(nearest("phisical", words), "physical");
    assert.equal(nearest("Personal", words), "personal");
    assert.equal(nearest("poolde", words), "pooled");
  });
  it("finds nothing that is far", () => {
    assert.equal(nearest("virtual", words), undefined);
    assert.equal(nearest("x".repeat(10_000), words), undefined);
    assert.equal(nearest("x", []), undefined);
  });
});

describe("editDistance", () => {
  it("counts insertions, deletions, replacements and swaps", () => {
    assert.equal(editDistance("kitten", "sitting"), 3);
    assert.equal(editDistance("knid", "kind"), 1);
    assert.equal(editDistance("", "abc"), 3);
  });
  it("is 0 for the same word only, and the same both ways", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        const distance = editDistance(left, right);
        assert.equal(distance === 0, left === right);
        assert.equal(editDistance(right, left), distance);
        assert.equal(distance <= Math.max(left.length, right.length), true);
      }),
    );
  });
});
