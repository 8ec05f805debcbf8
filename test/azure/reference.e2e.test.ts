import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { reference } from "../plan/fleet.ts";
import { Evidence, type Problems, questions } from "./evidence/evidence.ts";
import { Graph } from "./evidence/graph.ts";
import { allowedToGrow, Growth } from "./evidence/growth.ts";
import { policyProblems } from "./evidence/policy.ts";
import { cloudOf, recordedSlices, type RecordedSlice } from "./evidence/record.ts";

/**
 * Every slice of the reference fleet in Azure, at both stages: 37,000 resources, recorded once and asked everything. It
 * takes the machine for a minute.
 */
const graphFile = fileURLToPath(new URL("../testdata/azure/graph.txt", import.meta.url));

interface Walked {
  readonly resources: number;
  readonly problems: Problems;
  readonly followed: Evidence["followed"];
}

async function walk(stage: string, also: (recorded: RecordedSlice) => Promise<void> | void): Promise<Walked> {
  const cloud = cloudOf(reference(), stage);
  const evidence = new Evidence(cloud.tenancy);
  let resources = 0;
  for await (const recorded of recordedSlices(cloud)) {
    resources += recorded.recording.resources.length;
    evidence.add(recorded);
    await also(recorded);
  }
  return { resources, problems: evidence.problems(), followed: evidence.followed };
}

describe("the reference fleet in Azure", () => {
  const growth = new Growth();
  const graph = new Graph("italynorth");
  const broken: string[] = [];
  const stages: Record<string, Walked> = {};
  before(async () => {
    stages["today"] = await walk("today", (recorded) => growth.remember(recorded));
    stages["surge"] = await walk("surge", async (recorded) => {
      growth.compare(recorded);
      graph.add(recorded);
      // Of a pool's hosts the first network: the graph shows that the others are like it.
      if ((recorded.slice.network ?? 0) === 0) broken.push(...(await policyProblems(recorded.recording)));
    });
  });

  it("is looked at as a whole", () => {
    assert.deepEqual(
      Object.entries(stages).map(([stage, { resources }]) => [stage, resources]),
      [
        ["today", 13_533],
        ["surge", 23_509],
      ],
    );
    for (const { followed } of Object.values(stages)) {
      assert.ok(followed.references > 25_000, `${followed.references} references were followed`);
      assert.ok(followed.addresses > 2000, `${followed.addresses} addresses were held against each other`);
    }
  });

  const asked: Record<(typeof questions)[number], string> = {
    counts: "has exactly the resources and writes that the plan counts, and at most 1,000 a slice of hosts",
    ids: "has the ids that we tell from names, and those are Azure's",
    sdk: "has only inputs that Microsoft's packages and the provider's own types take",
    secrets: "holds no secret in clear",
    references: "names only what its own slice, or one that it comes after, has made before; and no id twice",
    addresses: "gives no address and no range twice, and each where it belongs",
  };
  for (const question of questions) {
    it(asked[question], () => {
      for (const [stage, { problems }] of Object.entries(stages)) {
        assert.deepEqual(problems[question].slice(0, 20), [], `${stage}: ${problems[question].length} problems`);
      }
    });
  }

  it("breaks no rule of the policy pack, mandatory or advisory", () => {
    assert.deepEqual(broken, []);
  });

  it("grows without a change to what is there, but for what is meant to", () => {
    assert.deepEqual(growth.problems().slice(0, 20), []);
    assert.deepEqual([...growth.seen].toSorted(), Object.keys(allowedToGrow).toSorted());
  });

  it("is in review as test/testdata/azure/graph.txt shows it", () => {
    const text = graph.text();
    if (process.env["UPDATE_SNAPSHOTS"] === "1") {
      mkdirSync(dirname(graphFile), { recursive: true });
      writeFileSync(graphFile, text);
    }
    const kept = existsSync(graphFile) ? readFileSync(graphFile, "utf8") : "";
    assert.equal(text, kept, "if the new text is right: UPDATE_SNAPSHOTS=1 npm test -- azure/reference.e2e");
    assert.ok(text.split("\n").every((line) => line.length <= 120));
    assert.doesNotMatch(text, /key_of_|a-secret-of-|token-of-|Db1-/);
  });
});
