import { readFileSync } from "node:fs";
import { markedProcesses } from "../../stacks/lab/kinds/daemon.ts";
import { makeWorld, succeeded } from "../lab/world.ts";
import { type BenchRow, goalRow } from "./row.ts";

/** The reference fleet as a lab: how long until it is up, how long the proof of reach takes, what it costs to keep. */
export async function benchLab(): Promise<readonly BenchRow[]> {
  const world = makeWorld("dbb", 39720, "fleets/piemonte.yaml");
  try {
    const up = JSON.parse(succeeded(await world.deskbridge("up", "--json")).stdout) as { seconds: number };
    const again = JSON.parse(succeeded(await world.deskbridge("up", "--json")).stdout) as { seconds: number };
    const memory = markedProcesses(world.lab).reduce((sum, each) => sum + proportionalMegabytes(each.pid), 0);
    const reach = JSON.parse(succeeded(await world.deskbridge("reach", "--json", "--no-denials")).stdout) as {
      seconds: number;
    };
    return [
      goalRow("lab up, reference fleet", "s", up.seconds, 60),
      goalRow("lab up again, no change", "s", again.seconds, null),
      goalRow("memory of the whole lab (PSS)", "MB", memory, 2000),
      goalRow("reach, 7,000 desks", "s", reach.seconds, 75),
    ];
  } finally {
    await world.end();
  }
}

/** Proportional set size: shared pages are counted once over all processes. */
function proportionalMegabytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // ended meanwhile
  }
}
