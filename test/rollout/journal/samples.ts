import type { Entry, EntryOf, Result } from "../../../src/rollout/journal/entries.ts";

export const at = "2026-11-27T20:00:00.000Z";

export const run = (id: string, resumes = false): EntryOf<"run"> => ({
  kind: "run",
  at,
  run: id,
  resumes,
  plan: "digest",
  who: "anna",
  command: "deskbridge rollout apply",
  host: "ops",
  pid: 1,
  version: "0.1.0",
});

export const wave = (number: number, subjects: string[] = []): EntryOf<"wave"> => ({
  kind: "wave",
  at,
  wave: number,
  subjects,
});

export const intent = (step: string, more: Partial<EntryOf<"intent">> = {}): EntryOf<"intent"> => ({
  kind: "intent",
  at,
  step,
  wave: 1,
  subject: step,
  name: "seat",
  where: "zoom",
  change: "none to seat",
  ...more,
});

export const outcome = (step: string, result: Result = "done", by: "work" | "probe" = "work"): EntryOf<"outcome"> => ({
  kind: "outcome",
  at,
  step,
  result,
  by,
});

export const story: readonly Entry[] = [
  run("r1"),
  wave(1, ["a", "b", "c"]),
  intent("a"),
  outcome("a"),
  intent("b"),
  outcome("b", "failed"),
];
