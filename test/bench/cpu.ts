import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { treeOf } from "./memory.ts";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds of one core that processes and all they started, as far as it still runs, have used: in user and in kernel. */
export function cpuSeconds(roots: readonly number[]): number {
  return roots.flatMap(treeOf).reduce((sum, pid) => sum + ticksOf(pid), 0) / ticksPerSecond;
}

function ticksOf(pid: number): number {
  try {
    // The name, in brackets, may hold anything; utime and stime are fields 14 and 15 of the line (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0; // it ended meanwhile
  }
}
