import assert from "node:assert/strict";
import { test } from "node:test";
import { standing } from "../../src/rollout/journal/standing.ts";
import type { Entry } from "../../src/rollout/journal/entries.ts";
import { newcomersOf } from "../../src/rollout/rollouts.ts";
import { begun } from "./desks.ts";

const at = "2020-03-12T10:00:00.000Z";
const step = "anna seat";
const run = (name: string, resumes = false): Entry => ({ kind: "run", at, resumes, ...begun(name) });
const wave: Entry = { kind: "wave", at, wave: 1, subjects: ["anna"] };
const intent: Entry = {
  kind: "intent",
  at,
  step,
  wave: 1,
  subject: "anna",
  name: "seat",
  where: "graph/anna",
  change: "a seat",
};
const outcome = (result: "done" | "unchanged" | "failed" | "undone", by: "work" | "probe" = "work"): Entry => ({
  kind: "outcome",
  at,
  step,
  result,
  by,
});

const newcomers = (entries: readonly Entry[], since = "2020-03-01T00:00:00.000Z"): readonly string[] => [
  ...newcomersOf([standing([run("r1"), wave, ...entries])], since),
];

test("whoever was given a seat, or may have been, is a newcomer; who had one already is not", () => {
  const again = [run("r2", true), intent];
  assert.deepEqual(newcomers([intent, outcome("done")]), ["anna"]);
  assert.deepEqual(newcomers([intent]), ["anna"], "let go in flight: the vendor may have given it");
  assert.deepEqual(newcomers([intent, outcome("failed")]), ["anna"], "given, and shown too late");
  assert.deepEqual(newcomers([intent, outcome("failed"), ...again, outcome("unchanged")]), ["anna"]);
  assert.deepEqual(newcomers([intent, outcome("unchanged")]), []);
  assert.deepEqual(newcomers([intent, outcome("done")], "2020-03-13T00:00:00.000Z"), [], "long ago");
});
