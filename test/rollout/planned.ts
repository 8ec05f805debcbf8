import type { Delta, Person } from "../../src/rollout/delta.ts";
import type { Asked, Choice, Spot } from "../../src/rollout/planning.ts";
import type { SavedPlan } from "../../src/rollout/saved-plan.ts";
import { parseWaves } from "../../src/rollout/waves.ts";

/** People, desks and a plan, as the tests of roll-outs need them. */

export function person(account: string, desk?: string, ...groups: readonly string[]): Person {
  return { person: account.toUpperCase(), account, body: "regione", desk, groups };
}

export const spots: ReadonlyMap<string, Spot> = new Map([
  ["desk-1", { host: "host-1", pool: "office", site: "palace" }],
  ["desk-2", { host: "host-1", pool: "cloud", site: undefined }],
]);

export const asked: Asked = {
  fleet: "f",
  stage: "surge",
  target: "lab",
  provider: "graph",
  made: "2020-03-12T10:00:00.000Z",
  caps: { failed: { count: 5, percent: 2 } },
  atOnce: 20,
  soakSeconds: 60,
  checks: [],
};

export const everybody: Choice = {
  waves: parseWaves("1,rest"),
  untouchable: new Set(["presidency"]),
  isChosen: () => true,
};

export function delta(parts: Partial<Delta>): Delta {
  return { give: [], keep: [], wait: [], strangers: [], seats: [], short: 0, ...parts };
}

export function subject(id: string, ...steps: readonly string[]): SavedPlan["subjects"][number] {
  return { id, person: id.toUpperCase(), action: "seat", body: "regione", protected: false, steps: [...steps] };
}

export function savedPlan(waves: readonly (readonly string[])[], ...steps: readonly string[]): SavedPlan {
  return {
    version: 1,
    ...asked,
    subjects: waves.flat().map((id) => subject(id, ...steps)),
    waves: waves.map((wave) => [...wave]),
    seats: [],
  };
}
