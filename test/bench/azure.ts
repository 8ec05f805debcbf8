import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { loadFleet } from "../../src/fleet/load.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { type AzureWorld, makeAzureWorld, release } from "../azure/world.ts";
import type { UpResult } from "../../scripts/up.ts";
import { Control } from "../doubles/azure-native/control.ts";
import { ended, succeeded } from "../lab/world.ts";
import { watchPeak } from "./memory.ts";
import { type BenchRow, goalRow } from "./row.ts";

/**
 * The reference fleet's stacks before the double of Azure, by the real engine. Times are the engine's, the program's
 * and the double's, not Azure's. The sizes are brought up without the engine's checkpoints, whose cost is shown by the
 * largest slice alone.
 */
export async function* benchAzure(): AsyncGenerator<BenchRow> {
  for (const part of [types, largestSlice, growth]) yield* await part();
}

/** The SDK's types are the largest that the compiler reads. */
async function types(): Promise<readonly BenchRow[]> {
  const run = await measure(spawn(join(root, "node_modules/.bin/tsc"), ["--noEmit"], { cwd: root }), 100);
  return [
    goalRow("tsc, the whole project", "s", run.seconds, 10),
    goalRow("tsc, peak of its processes (PSS)", "MB", run.peak, 1024),
  ];
}

const root = resolve(import.meta.dirname, "../..");
const up = ["up", "--target", "azure", "--yes", "--no-publish", ...release] as const;
const withoutCheckpoints = { PULUMI_SKIP_CHECKPOINTS: "true" };

/** One full slice of hosts: up with checkpoints, preview, down. */
async function largestSlice(): Promise<readonly BenchRow[]> {
  const fleet = fleetOf(372); // 160 desks of the largest pool: one full network
  const world = await makeAzureWorld(fleet.file);
  try {
    const name = "azure-regione-office-1";
    const made = stacksOf(await measuredUp(world)).find((stack) => stack.name === name);
    const preview = await timed(world, "preview", "--stack", name);
    const destroyed = await timed(world, "destroy", "--yes", "--skip-preview", "--stack", name);
    return [
      goalRow("largest slice: resources", "", made?.created ?? Number.NaN, 1000),
      goalRow("largest slice up, checkpoints on", "s", made?.seconds ?? Number.NaN, null),
      goalRow("preview of the largest slice", "s", preview.seconds, 20),
      goalRow("preview of the largest slice, engine, program and double together (PSS)", "MB", preview.peak, 1229),
      goalRow("largest slice taken down, checkpoints on", "s", destroyed.seconds, null),
    ];
  } finally {
    await world.end();
    fleet.remove();
  }
}

/** How the whole grows with the desks; a resource must not cost more among many than among few. */
async function growth(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  const costs: number[] = [];
  for (const desks of [500, 1000, 2000, 4000, 7000]) {
    const fleet = fleetOf(desks);
    const world = await makeAzureWorld(fleet.file, withoutCheckpoints);
    try {
      const run = await measuredUp(world);
      const resources = resourcesOf(fleet.file);
      costs.push(run.seconds / resources);
      rows.push(
        goalRow(`${desks} desks: resources`, "", resources, null),
        goalRow(`${desks} desks: up`, "s", run.seconds, null),
        goalRow(`${desks} desks: peak of all processes (PSS)`, "MB", run.peak, null),
      );
    } finally {
      await world.end();
      fleet.remove();
    }
  }
  const ratio = (costs.at(-1) ?? Number.NaN) / (costs[1] ?? Number.NaN);
  return [...rows, goalRow("time a resource, 7,000 desks against 1,000", "ratio", ratio, 1.5)];
}

/** What growth may write to of what is there (`allowedToGrow` of the tests says why). */
const mayGrow = /\/(?:virtualNetworkGateways|natGateways|shares)\/[^/]+$/;

/** The surge of the reference fleet: first stage, growth, again, and down. What it does is held, not only timed. */
export async function benchAzureFleet(): Promise<readonly BenchRow[]> {
  const world = await makeAzureWorld("fleets/piemonte.yaml", withoutCheckpoints);
  const azure = new Control(world.azure);
  try {
    const before = new Set(azure.resources().map(({ id }) => id));
    const first = await measuredUp(world, "--stage", "today");
    assert.equal(standing(first), resourcesOf(world.fleet, "today"), "all of the first stage is there");
    const generations = new Map(azure.resources().map(({ id, generation }) => [id, generation]));
    const grown = await measuredUp(world);
    assert.equal(standing(grown), resourcesOf(world.fleet), "all of the last stage is there");
    const touched = [...generations].filter(([id, generation]) => azure.find(id)?.generation !== generation);
    for (const [id] of touched) assert.match(id, mayGrow, "growth touches nothing else");
    const writes = azure.log().length;
    const again = await measuredUp(world);
    assert.equal(azure.log().length, writes, "again, Azure is asked to write nothing");
    const down = await measure(world.begin("down", "--target", "azure", "--confirm", "piemonte", "--accept-loss"));
    const left = azure.resources().filter(({ id }) => !before.has(id));
    assert.deepEqual(
      left.map(({ arm }) => arm),
      ["microsoft.authorization/roleassignments"],
      "down leaves nothing but the role that others may hang on",
    );
    return [
      goalRow("reference fleet, 4,000 desks up", "s", first.seconds, null),
      goalRow("reference fleet, 4,000 to 7,000 desks", "s", grown.seconds, null),
      goalRow("of what was there, this growth wrote to", "", touched.length, null),
      goalRow("reference fleet, up again, no changes", "s", again.seconds, null),
      goalRow("reference fleet down", "s", down.seconds, null),
    ];
  } finally {
    azure.close();
    await world.end();
  }
}

interface Run {
  readonly seconds: number;
  /** MB */
  readonly peak: number;
  readonly stdout: string;
}

async function measuredUp(world: AzureWorld, ...words: readonly string[]): Promise<Run> {
  return measure(world.begin(...up, "--json", ...words));
}

/** What an `up` did, by its own report. */
function stacksOf({ stdout }: Run): UpResult["stacks"] {
  return (JSON.parse(stdout) as UpResult).stacks;
}

/** Resources that stand after an `up`, without the stacks themselves. */
function standing(run: Run): number {
  return stacksOf(run).reduce((sum, { created, updated, same }) => sum + created + updated + same - 1, 0);
}

async function timed(world: AzureWorld, ...words: readonly string[]): Promise<Run> {
  return measure(await world.pulumi(...words));
}

/** `every`: milliseconds between looks at the memory; each costs a part of what is measured. */
async function measure(child: ChildProcess, every = 1000): Promise<Run> {
  const began = performance.now();
  const watch = watchPeak(child.pid ?? 0, every);
  const { stdout } = succeeded(await ended(child));
  return { seconds: (performance.now() - began) / 1000, peak: watch.done(), stdout };
}

/** The reference fleet with one stage of so many desks, in a folder of its own. */
function fleetOf(desks: number): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-bench-"));
  const file = join(folder, "piemonte.yaml");
  const fleet = parse(readFileSync(join(root, "fleets/piemonte.yaml"), "utf8")) as {
    stages: { desks: number }[];
  };
  const last = fleet.stages.at(-1);
  writeFileSync(file, stringify({ ...fleet, stages: [{ ...last, desks }] }));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Resources of all slices of a stage (of the last one where none is named), as the plan tells them. */
function resourcesOf(file: string, stage?: string): number {
  const { slices } = planFleet(loadFleet(file), stage);
  return slices.filter(({ target }) => target === "azure").reduce((sum, { resources }) => sum + resources, 0);
}
