import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Delta } from "../../src/rollout/delta.ts";
import type { Entry, Result } from "../../src/rollout/journal/entries.ts";
import { standing } from "../../src/rollout/journal/standing.ts";
import type { Told } from "../../src/rollout/rollouts.ts";
import { planText, statusJson, statusText } from "../../src/rollout/text.ts";
import { begun } from "./desks.ts";
import { delta, person, savedPlan } from "./planned.ts";

const [anna, bruno] = [person("anna"), person("bruno")] as const;

describe("what a plan says", () => {
  const rows: readonly {
    readonly what: string;
    readonly delta: Delta;
    readonly has: RegExp;
    readonly hasNot?: RegExp;
  }[] = [
    { what: "all is as it is to be", delta: delta({}), has: /^Nothing to do: whoever is to have a seat has it/m },
    {
      what: "whoever waits has no seat",
      delta: delta({ wait: [{ person: anna, why: "quota" }] }),
      has: /^Nothing to do before there are more seats\.\n1 wait: their bodies have given all their seats\.$/m,
      hasNot: /whoever is to have a seat has it/,
    },
    {
      what: "others get a seat, who were not chosen",
      delta: delta({ give: [{ person: anna, from: undefined }] }),
      has: /^Nothing to do for those that were chosen\.$/m,
      hasNot: /whoever is to have a seat has it/,
    },
    {
      what: "licences that are to be bought",
      delta: delta({ wait: [{ person: anna, why: "vendor" }], short: 1 }),
      has: /^1 wait: graph has no licence left; so many are to be bought\.$/m,
    },
    {
      what: "holders whom the list does not name",
      delta: delta({ strangers: [{ account: "zoe" }] }),
      has: /^1 held by accounts that the list does not name: left alone\.$/m,
    },
    {
      what: "bodies without seats are left out",
      delta: delta({
        seats: [
          { body: "regione", quota: 3, used: 2, reserved: 1, freed: 1 },
          { body: "comune", quota: 0, used: 0, reserved: 0, freed: 0 },
        ],
      }),
      has: /^ {2}regione: 2 of 3 held, 1 to give, 1 idle freed$/m,
      hasNot: /comune/,
    },
  ];
  for (const { what, delta: given, has, hasNot } of rows) {
    test(what, () => {
      const text = planText(given, [], "graph", { total: 3, used: 2 }, []);
      assert.match(text, /^graph: 2 of 3 seats in use$/m);
      assert.match(text, has);
      if (hasNot !== undefined) assert.doesNotMatch(text, hasNot);
    });
  }

  test("of many people the first forty are shown, and how many more there are", () => {
    const changes = Array.from({ length: 42 }, (_, nth) => ({
      person: `P${nth}`,
      account: `p${nth}`,
      body: "regione",
      desk: null,
      actions: ["gets a seat", "no desk"],
    }));
    const text = planText(delta({}), changes, "graph", { total: 50, used: 0 }, [["p0"], ["p1", "p2"]]);
    assert.match(text, /^P39 \(p39\): gets a seat; no desk$/m);
    assert.doesNotMatch(text, /P40/);
    assert.match(text, /^… and 2 more \(--json has all\)$/m);
    assert.match(text, /^Waves: 1, 2\.$/m);
  });
});

const at = "2020-03-12T10:00:00.000Z";

/** Steps with what became of them, undefined where they are in flight. */
function told(steps: Readonly<Record<string, Result | undefined>>, ...more: readonly Entry[]): Told {
  const plan = savedPlan([[anna.account], [bruno.account, "carla"]], "seat", "client");
  const entries = Object.entries(steps).flatMap(([step, result]): Entry[] => {
    const [subject = "", name = ""] = step.split(" ");
    const wave = subject === anna.account ? 1 : 2;
    const intent: Entry = { kind: "intent", at, step, wave, subject, name, where: subject, change: "" };
    if (result === undefined) return [intent];
    const why = result === "failed" || result === "unreachable" ? { why: "no answer" } : {};
    return [intent, { kind: "outcome", at, step, result, by: "work", ...why }];
  });
  const waves = plan.waves.map((subjects, nth): Entry => ({ kind: "wave", at, wave: nth + 1, subjects }));
  const all: readonly Entry[] = [{ kind: "run", at, resumes: false, ...begun("r1") }, ...waves, ...entries, ...more];
  return { name: "2020-03-12-1", planFile: "", journalFile: "", plan, standing: standing(all) };
}

const end = (how: "complete" | "drained" | "failed", why?: string): Entry => ({
  kind: "end",
  at,
  how,
  ...(why === undefined ? {} : { why }),
});
const gate = (passed: boolean, asks: boolean): Entry => ({
  kind: "gate",
  at,
  wave: 1,
  passed,
  figures: asks ? [{ query: "up", value: 1, limit: 1 }] : [],
  ...(passed ? {} : { why: "desks that answer: Prometheus has no data" }),
});

describe("how far a roll-out is", () => {
  const rows: readonly { readonly what: string; readonly told: Told; readonly is: readonly string[] }[] = [
    {
      what: "nobody has begun",
      told: told({}),
      is: [
        "2020-03-12-1: open: at work, or killed (then rollout resume goes on)",
        "  wave 1 of 2: 1 waiting",
        "  wave 2 of 2: 2 waiting",
      ],
    },
    {
      what: "a person whose first step is done, and the next not begun, is not done",
      told: told({ "anna seat": "done" }, end("drained")),
      is: ["2020-03-12-1: drained", "  wave 1 of 2: 1 partly", "  wave 2 of 2: 2 waiting"],
    },
    {
      what: "each person counts once, by the worst of their steps; what went wrong is told",
      told: told(
        {
          "anna seat": "done",
          "anna client": "unchanged",
          "bruno seat": "done",
          "bruno client": "unreachable",
          "carla seat": undefined,
        },
        gate(true, true),
        end("failed", "1 of 3 failed"),
      ),
      is: [
        "2020-03-12-1: failed: 1 of 3 failed",
        "  wave 1 of 2: 1 done; gate open",
        "  wave 2 of 2: 1 in-flight, 1 unreachable",
        "  bruno: client unreachable: no answer",
      ],
    },
    {
      what: "a gate that is shut says why",
      told: told({ "anna seat": "unchanged", "anna client": "unchanged" }, gate(false, true)),
      is: [
        "2020-03-12-1: open: at work, or killed (then rollout resume goes on)",
        "  wave 1 of 2: 1 unchanged; gate shut: desks that answer: Prometheus has no data",
        "  wave 2 of 2: 2 waiting",
      ],
    },
    {
      what: "of a gate that asked nothing (--no-gate) nothing is told",
      told: told({ "anna seat": "done", "anna client": "done" }, gate(true, false)),
      is: [
        "2020-03-12-1: open: at work, or killed (then rollout resume goes on)",
        "  wave 1 of 2: 1 done",
        "  wave 2 of 2: 2 waiting",
      ],
    },
  ];
  for (const { what, told: given, is } of rows) {
    test(what, () => assert.deepEqual(statusText(given).split("\n"), is));
  }

  test("for a program: what is in flight, and what went wrong", () => {
    const { state, inFlight, wrong } = statusJson(told({ "bruno seat": "failed", "carla seat": undefined }));
    assert.deepEqual(
      { state, inFlight, wrong },
      {
        state: "open",
        inFlight: ["carla seat"],
        wrong: [{ subject: "bruno", step: "seat", state: "failed", why: "no answer" }],
      },
    );
  });
});
