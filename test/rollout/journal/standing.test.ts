import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../../src/rollout/journal/entries.ts";
import { inFlight, standing, subjectStates } from "../../../src/rollout/journal/standing.ts";
import { at, intent, outcome, run, story, wave } from "./samples.ts";

test("steps, waves and runs stand as their entries say", () => {
  const so = standing([...story, intent("d")]);
  assert.deepEqual(
    [...so.steps].map(([id, { state }]) => [id, state]),
    [
      ["a", "done"],
      ["b", "failed"],
      ["d", "in-flight"],
    ],
  );
  assert.deepEqual(
    inFlight(so).map(({ intent }) => intent.step),
    ["d"],
  );
  assert.deepEqual(subjectStates(so, 1), { done: 1, failed: 1, waiting: 1 });
  assert.deepEqual(so.runs.get("r1")?.outcomes.get(1), { done: 1, failed: 1 });
  assert.equal(so.open, "r1");
});

test("a step that a crash left in flight is probed, and begins again only when it was not made", () => {
  const so = standing([
    ...story,
    intent("c"),
    run("r2", true),
    outcome("c", "undone", "probe"),
    intent("c"),
    outcome("c"),
  ]);
  assert.equal(so.steps.get("c")?.state, "done");
  assert.equal(so.steps.get("c")?.attempts, 2);
  assert.deepEqual(so.runs.get("r2")?.outcomes.get(1), { undone: 1, done: 1 });
});

const first = intent("f", { pair: { id: "p", half: "first" } });
const second = intent("s", { pair: { id: "p", half: "second" } });
const refused: readonly (readonly [string, readonly Entry[], string])[] = [
  ["no run", [wave(1)], '"wave" outside any run'],
  ["after the end", [run("r"), { kind: "end", at, how: "complete" }, wave(1)], '"wave" outside any run'],
  ["run twice", [run("r"), run("r", true)], "run r begins a second time"],
  ["resumes nothing", [run("r", true)], "run r resumes nothing"],
  ["begins again", [run("r"), run("q")], "run q begins a plan that has begun"],
  ["other plan", [run("r"), { ...run("q", true), plan: "x" }], "run q is of plan x, this journal of digest"],
  ["other subjects", [run("r"), wave(1, ["a"]), wave(1, ["b"])], "wave 1 is told again with other subjects"],
  ["no wave", [run("r"), intent("a")], "wave 1 was not told"],
  ["no intent", [run("r"), outcome("a")], "outcome of step a without an intent"],
  ["two outcomes", [...story, outcome("a")], "outcome of step a without an intent"],
  ["done again", [...story, intent("a")], "step a is done and begins again"],
  ["in flight again", [...story, intent("c"), intent("c")], "step c is in flight and begins again: probe it first"],
  ["another step", [...story, intent("b", { subject: "z" })], "step b was seat of b"],
  [
    "not probed",
    [...story, intent("c"), run("r2", true), outcome("c")],
    "step c was in flight when run r1 ended: only a probe tells its outcome",
  ],
  ["undone by work", [...story, intent("c"), outcome("c", "undone")], "step c: only a probe tells undone"],
  ["second half alone", [...story, second], "pair p: its second half, s, begins while the first is not begun"],
  ["first in flight", [...story, first, second], "pair p: its second half, s, begins while the first is in-flight"],
  [
    "first failed",
    [...story, first, outcome("f", "failed"), second],
    "pair p: its second half, s, begins while the first is failed",
  ],
  ["two firsts", [...story, first, { ...first, step: "g" }], "pair p: its first half is f"],
];
for (const [name, entries, message] of refused) {
  test(`refused: ${name}`, () => {
    standing(entries.slice(0, -1));
    assert.throws(() => standing(entries), { name: "OrderError", message });
  });
}

test("a pair's second half follows its first", () => {
  assert.equal(standing([...story, first, outcome("f"), second]).steps.get("s")?.state, "in-flight");
});
