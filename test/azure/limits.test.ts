import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { registrationDays } from "../../scripts/azure/configuration.ts";
import { demandOf } from "../../src/plan/demand.ts";
import { stageDesks, stageOf } from "../../src/plan/desks.ts";
import { limits, readBudget } from "../../src/plan/limits.ts";
import { plan } from "../../src/plan/plan.ts";
import { prove } from "../../src/plan/proof.ts";
import type { Draft } from "../../src/plan/proof/row.ts";
import type { BodyPlan, ProofRow } from "../../src/plan/types.ts";
import { rules } from "../../stacks/policy/rules.ts";
import { reference } from "../plan/fleet.ts";
import type { LimitRow } from "./limits/row.ts";
import { sections } from "./limits/table.ts";

const root = resolve(import.meta.dirname, "../..");
const page = resolve(root, "docs/azure-limits.md");
const rows = Object.values(sections).flat();
const read = (file: string): string =>
  existsSync(resolve(root, file)) ? readFileSync(resolve(root, file), "utf8") : "";

/** Between them these plans have every row that a plan can have. */
const proofs = [
  reference(),
  reference((fleet) => (fleet.access.authentication.azure = "certificate")),
  reference((fleet) => fleet.stages.forEach((stage) => (stage.desks *= 2))),
  reference((fleet) => {
    const [body] = fleet.bodies;
    if (body !== undefined)
      Object.assign(body, { staff: { total: 150_000, enabled: 1, exempt: {} }, laptops: { concurrency: 1 } });
  }),
].flatMap((fleet) => plan(fleet).proof.map(({ what }) => what));

describe("the table of Azure's limits", () => {
  it("names rows of the proof, rules of the policy pack, and refusals, all of which are there", () => {
    for (const { limit, held } of rows) {
      assert.notEqual(held.length, 0, limit);
      for (const holder of held) {
        if ("row" in holder)
          assert.ok(
            proofs.some((what) => what.startsWith(holder.row)),
            `${limit}: row ${holder.row}`,
          );
        else if ("advice" in holder)
          assert.ok(
            plan(reference()).advice.some(({ what }) => what.startsWith(holder.advice)),
            `${limit}: advice ${holder.advice}`,
          );
        else if ("rule" in holder)
          assert.ok(
            rules.some(({ name }) => name === holder.rule),
            `${limit}: rule ${holder.rule}`,
          );
        else
          assert.ok(read(holder.code).includes(holder.words), `${limit}: ${holder.code} does not say ${holder.words}`);
      }
    }
  });

  it("names for each a test that crosses it, which is there", () => {
    for (const { limit, crossed } of rows) {
      assert.notEqual(crossed.length, 0, limit);
      for (const { file, test } of crossed) assert.ok(read(file).includes(test), `${limit}: ${file} has no "${test}"`);
    }
  });

  it("has a row for each of the vendor's limits that the plan knows", () => {
    const others = new Set(["labResources", "weeklyHours"]);
    const known = new Set(rows.map(({ key }) => key));
    assert.deepEqual(
      Object.keys(limits).filter((key) => !others.has(key) && !known.has(key as keyof typeof limits)),
      [],
    );
  });

  it("has every row of the proof about the gateway and Azure", () => {
    const begins = rows.flatMap(({ held }) => held.flatMap((each) => ("row" in each ? each.row : [])));
    const about = ["gateway", "Azure"];
    const unsaid = plan(reference()).proof.filter(
      ({ group, what }) => about.includes(group) && !begins.some((each) => what.startsWith(each)),
    );
    assert.deepEqual(
      unsaid.map(({ what }) => what),
      [],
    );
  });

  it("stands in docs/azure-limits.md", () => {
    const text = pageOf();
    if (process.env["UPDATE_SNAPSHOTS"] === "1") writeFileSync(page, text);
    assert.equal(
      read("docs/azure-limits.md"),
      text,
      "if the new text is right: UPDATE_SNAPSHOTS=1 npm test -- azure/limits",
    );
  });
});

function pageOf(): string {
  return [
    "# Azure's limits",
    "",
    "What a fleet can run into, and what holds it: a row of the plan's proof (`npx deskbridge plan`), which fails the plan;",
    "one of its recommendations, which is told and fails nothing; a rule of the policy pack (`docs/policy.md`), which fails",
    "the preview; or a refusal in the code. Each is crossed by a test.",
    "Figures stand in `src/plan/limits.ts` with their sources and dates. This page is written by `test/azure/limits.test.ts`.",
    ...Object.entries(sections).flatMap(([title, list]) => [
      "",
      `## ${title}`,
      "",
      "| limit | figure | held by | crossed by |",
      "|---|---|---|---|",
      ...list.map(lineOf),
    ]),
    "",
  ].join("\n");
}

function lineOf({ limit, figure, held, crossed }: LimitRow): string {
  const holders = held.map((each) => {
    if ("row" in each) return `proof: "${each.row.trim()} …"`;
    if ("advice" in each) return `plan's recommendations: "${each.advice.trim()} …"`;
    return "rule" in each ? `\`${each.rule}\`` : `\`${each.code}\``;
  });
  const files = [...new Set(crossed.map(({ file }) => `\`${file}\``))];
  return `| ${limit} | ${figure} | ${holders.join(", ")} | ${files.join(", ")} |`;
}

/** The proof of the reference fleet's plan, were it otherwise than the planner makes it. */
function rowOf(what: string, change: (plan: Draft) => Draft): ProofRow {
  const fleet = reference();
  const stage = stageOf(fleet, undefined);
  const proof = prove({
    fleet,
    stage,
    demand: demandOf(fleet, stage, stageDesks(fleet, stage)),
    plan: change(plan(fleet)),
  });
  const row = proof.find((each) => each.what.startsWith(what));
  assert.ok(row !== undefined, what);
  return row;
}

const bodiesOf = (draft: Draft, change: (body: BodyPlan) => BodyPlan): Draft => ({
  ...draft,
  bodies: draft.bodies.map((body, nth) => (nth === 0 ? change(body) : body)),
});

/** Rows that no other test crosses: up to the limit they hold, past it they do not. */
const crossings: Readonly<Record<string, (count: number) => ProofRow>> = {
  // A site without pools announces one route a line: its router's.
  "routes that the sites announce": (routes) =>
    rowOf("routes that the sites announce", (draft) => {
      const others = draft.bodies.slice(1).flatMap(({ sites }) => sites);
      const theirs = others.reduce((sum, { links, pools }) => sum + links.length * (1 + pools.length), 0);
      return bodiesOf(draft, (body) => {
        const site = body.sites.find(({ pools }) => pools.length === 0)!;
        const links = Array.from({ length: routes - theirs }, () => site.links[0]!);
        return { ...body, sites: [{ ...site, links }] };
      });
    }),
  "addresses in the peered networks": (addresses) =>
    rowOf("addresses in the peered networks", (draft) => {
      const pools = (body: BodyPlan) => body.pools.filter(({ kind }) => kind !== "physical");
      const theirs = draft.bodies
        .slice(1)
        .flatMap(pools)
        .reduce((sum, { hosts }) => sum + hosts, 0);
      return bodiesOf(draft, (body) => ({ ...body, pools: [{ ...pools(body)[0]!, hosts: addresses - theirs }] }));
    }),
  "prefix of hosts' names": (length) =>
    rowOf("longest host name prefix", (draft) =>
      bodiesOf(draft, (body) => ({ ...body, pools: [{ ...body.pools[0]!, hostPrefix: "x".repeat(length) }] })),
    ),
  "resources of a stack": (resources) =>
    rowOf("resources in the largest stack", (draft) => ({
      ...draft,
      slices: draft.slices.map((slice) => (slice.stack === "azure-hub" ? { ...slice, resources } : slice)),
    })),
};
const bounds: Readonly<Record<keyof typeof crossings, number>> = {
  "routes that the sites announce": limits.bgpRoutes.value,
  "addresses in the peered networks": limits.addressesPerPeeredGroup.value,
  "prefix of hosts' names": limits.hostPrefixLength.value,
  "resources of a stack": limits.resourcesPerStack.value,
};

describe("up to the limit it holds, past it it does not", () => {
  for (const [name, rowAt] of Object.entries(crossings)) {
    it(name, () => {
      const limit = bounds[name] ?? 0;
      assert.deepEqual(
        [limit, limit + 1].map(rowAt).map(({ demand, limit: held, holds }) => [demand, held, holds]),
        [
          [limit, limit, true],
          [limit + 1, limit, false],
        ],
      );
    });
  }
});

describe("what cannot be crossed", () => {
  it("a registration token lives as long as Azure lets it, and is renewed before it ends", () => {
    assert.ok(registrationDays.valid <= 27);
    assert.ok(registrationDays.renewBefore < registrationDays.valid);
  });

  it("nothing is made by a deployment, of which Azure keeps 800: each resource is a write of its own", () => {
    const graph = read("test/testdata/azure/graph.txt");
    assert.match(graph, /^ +VirtualMachine /m);
    assert.doesNotMatch(graph, /^ +Deployment/m);
  });

  it("all principals together have 15 times one's budget, and in a subscription two of ours ask: up, and the watch", () => {
    const graph = read("test/testdata/azure/graph.txt");
    // The watch's machine outside reads the store alone.
    const readers = graph.match(/^.*Monitoring Reader.*$/gm) ?? [];
    assert.ok(1 + readers.length <= readBudget.principals, readers.join("\n"));
    assert.equal(readers.length, 1);
  });
});
