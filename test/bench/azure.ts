import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { loadFleet } from "../../src/fleet/load.ts";
import { plan as planFleet } from "../../src/plan/plan.ts";
import { type AzureWorld, makeAzureWorld, release } from "../azure/world.ts";
import { succeeded } from "../lab/world.ts";
import { watchPeak } from "./memory.ts";
import { type BenchRow, goalRow } from "./row.ts";

/**
 * The reference fleet's stacks before the double of Azure, by the real engine. Times are the engine's, the program's
 * and the double's, not Azure's. The sizes are brought up without the engine's checkpoints, whose cost is shown by the
 * largest slice alone.
 */
export async function benchAzure(): Promise<readonly BenchRow[]> {
  return [...(await largestSlice()), ...(await growth()), ...(await stages())];
}

const up = ["up", "--target", "azure", "--yes", "--no-publish", ...release] as const;
const withoutCheckpoints = { PULUMI_SKIP_CHECKPOINTS: "true" };

/** One full slice of hosts: preview, up with checkpoints, preview again. */
async function largestSlice(): Promise<readonly BenchRow[]> {
  const fleet = fleetOf(372); // 160 desks of the largest pool: one full network
  const world = await makeAzureWorld(fleet.file);
  try {
    const stack = "azure-regione-office-1";
    succeeded(await world.deskbridge(...up));
    const first = await timed(world, "preview", "--stack", stack);
    const destroyed = await timed(world, "destroy", "--yes", "--skip-preview", "--stack", stack);
    const again = await timed(world, "up", "--yes", "--skip-preview", "--stack", stack);
    return [
      goalRow("preview of the largest slice", "s", first.seconds, 20),
      goalRow("preview of the largest slice, engine, program and double together (PSS)", "MB", first.peak, 1229),
      goalRow("largest slice taken down, checkpoints on", "s", destroyed.seconds, null),
      goalRow("largest slice up, checkpoints on", "s", again.seconds, null),
    ];
  } finally {
    await world.end();
    fleet.remove();
  }
}

/** How the whole grows with the desks. */
async function growth(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const desks of [500, 1000, 2000, 4000, 7000]) {
    const fleet = fleetOf(desks);
    const world = await makeAzureWorld(fleet.file, withoutCheckpoints);
    try {
      const run = await measuredUp(world);
      rows.push(
        goalRow(`${desks} desks: resources`, "", resourcesOf(fleet.file), null),
        goalRow(`${desks} desks: up`, "s", run.seconds, null),
        goalRow(`${desks} desks: peak of all processes (PSS)`, "MB", run.peak, null),
      );
    } finally {
      await world.end();
      fleet.remove();
    }
  }
  return rows;
}

/** The surge of the reference fleet: first stage, growth, again, and down. */
async function stages(): Promise<readonly BenchRow[]> {
  const world = await makeAzureWorld("fleets/piemonte.yaml", withoutCheckpoints);
  try {
    const first = await measuredUp(world, "--stage", "today");
    const grown = await measuredUp(world);
    const again = await measuredUp(world);
    const began = performance.now();
    succeeded(await world.deskbridge("down", "--target", "azure", "--confirm", "piemonte", "--accept-loss"));
    return [
      goalRow("reference fleet, 4,000 desks up", "s", first.seconds, null),
      goalRow("reference fleet, 4,000 to 7,000 desks", "s", grown.seconds, null),
      goalRow("reference fleet, up again, no changes", "s", again.seconds, null),
      goalRow("reference fleet down", "s", (performance.now() - began) / 1000, null),
    ];
  } finally {
    await world.end();
  }
}

interface Run {
  readonly seconds: number;
  /** MB */
  readonly peak: number;
}

async function measuredUp(world: AzureWorld, ...words: readonly string[]): Promise<Run> {
  return measure(world.begin(...up, ...words));
}

async function timed(world: AzureWorld, ...words: readonly string[]): Promise<Run> {
  return measure(await world.pulumi(...words));
}

async function measure(child: ReturnType<AzureWorld["begin"]>): Promise<Run> {
  const began = performance.now();
  const watch = watchPeak(child.pid ?? 0);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  const peak = watch.done();
  if (code !== 0) throw new Error(`exit ${code}: ${said.slice(-4000)}`);
  return { seconds: (performance.now() - began) / 1000, peak };
}

/** The reference fleet with one stage of so many desks, in a folder of its own. */
function fleetOf(desks: number): { readonly file: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "deskbridge-bench-"));
  const file = join(folder, "piemonte.yaml");
  const fleet = parse(readFileSync(resolve(import.meta.dirname, "../../fleets/piemonte.yaml"), "utf8")) as {
    stages: { desks: number }[];
  };
  const last = fleet.stages.at(-1);
  writeFileSync(file, stringify({ ...fleet, stages: [{ ...last, desks }] }));
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Resources of all slices, as the plan tells them. */
function resourcesOf(file: string): number {
  const { slices } = planFleet(loadFleet(file));
  return slices.filter(({ target }) => target === "azure").reduce((sum, { resources }) => sum + resources, 0);
}
