import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openJournal } from "../../src/rollout/journal/journal.ts";
import { listRollouts, lookAt, newRollout } from "../../src/rollout/rollouts.ts";
import { digestOf, readPlan, SavedPlanError, savePlan } from "../../src/rollout/saved-plan.ts";
import { begun } from "./desks.ts";
import { savedPlan, subject } from "./planned.ts";

let folder = "";
before(() => (folder = mkdtempSync(join(tmpdir(), "deskbridge-plan-"))));
after(() => rmSync(folder, { recursive: true }));

const { version, ...plan } = savedPlan([["anna"], ["bruno", "o'neil+x%y.z"]], "seat");

test("a plan is read back as it was saved, by nobody else", async () => {
  const file = join(folder, "good.json");
  const saved = await savePlan(file, plan);
  assert.deepEqual(await readPlan(file), saved);
  assert.equal(digestOf(await readPlan(file)), digestOf(saved));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("good.json.")),
    [],
  );
});

describe("a plan that is no plan any more is refused, with its file's name", () => {
  const [anna] = plan.subjects;
  const rows: readonly { readonly what: string; readonly text: string; readonly why: RegExp }[] = [
    { what: "cut off", text: JSON.stringify({ version, ...plan }).slice(0, 200), why: /JSON/ },
    { what: "empty", text: "", why: /JSON/ },
    { what: "another version's", text: JSON.stringify({ ...plan, version: 2 }), why: /no plan of a roll-out/ },
    { what: "a field too many", text: JSON.stringify({ version, ...plan, grant: "x" }), why: /no plan of a roll-out/ },
    { what: "a person in no wave", text: JSON.stringify({ version, ...plan, waves: [["anna"]] }), why: /each of its/ },
    {
      what: "a person in two waves",
      text: JSON.stringify({ version, ...plan, waves: [...plan.waves, ["anna"]] }),
      why: /each of its subjects once/,
    },
    {
      what: "a person twice",
      text: JSON.stringify({
        version,
        ...plan,
        subjects: [...plan.subjects, anna ?? subject("anna")],
        waves: [...plan.waves, ["anna"]],
      }),
      why: /each of its subjects once/,
    },
    { what: "a wave of a stranger", text: JSON.stringify({ version, ...plan, waves: [["zoe"]] }), why: /each of its/ },
  ];
  for (const { what, text, why } of rows) {
    test(what, async () => {
      const file = join(folder, "bad.json");
      writeFileSync(file, text);
      await assert.rejects(
        () => readPlan(file),
        (error) => error instanceof SavedPlanError && error.message.startsWith(`${file}: `) && why.test(error.message),
      );
    });
  }

  test("missing", async () => {
    await assert.rejects(() => readPlan(join(folder, "none.json")), SavedPlanError);
  });
});

test("a plan that was changed since its roll-out began is refused", async () => {
  const rollout = await newRollout(join(folder, "all"), "2020-03-12");
  assert.deepEqual(await listRollouts(join(folder, "all")), [], "one without a plan has done nothing");
  const saved = await savePlan(rollout.planFile, plan);
  const journal = await openJournal(rollout.journalFile, { secrets: [] });
  const at = "2020-03-12T10:00:00.000Z";
  await journal.append({ kind: "run", at, resumes: false, ...begun("r1"), plan: digestOf(saved) });
  await journal.close();
  assert.deepEqual((await lookAt(rollout)).plan, saved);
  writeFileSync(
    rollout.planFile,
    readFileSync(rollout.planFile, "utf8").replace('"soakSeconds": 60', '"soakSeconds": 0'),
  );
  await assert.rejects(() => lookAt(rollout), /was changed since the roll-out began/);
});
