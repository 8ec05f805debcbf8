import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderErrors } from "../../src/fleet/render.ts";
import { edited, parse } from "./fixture.ts";

describe("renderErrors", () => {
  const { errors } = parse(edited([["kind: pooled", "kind: poold"]]));

  it("draws a caret under the place", () => {
    assert.equal(
      renderErrors(errors),
      `fleet.yaml:36:42: error: kind must be one of personal, pooled, physical, not "poold"
   36 |       - { id: office, share: 0.25, kind: poold, class: light, concurrency: 0.8 }        # 6 → 10
      |                                          ^^^^^
      = bodies[1].pools[0].kind: did you mean "pooled"?

1 error`,
    );
  });

  it("hands each part to whoever colours it", () => {
    const parts = new Set<string>();
    renderErrors(errors, (part, text) => {
      parts.add(part);
      return text;
    });
    assert.deepEqual([...parts].toSorted(), ["caret", "error", "gutter", "hint", "place"]);
  });

  it("counts the files", () => {
    const list = { file: "desks.csv", line: 2, column: 1, path: "desk", message: "the row names no desk" };
    const text = renderErrors([...errors, list]);
    assert.match(text, /\n\n2 errors in 2 files$/);
  });
});
