import { readdirSync, readFileSync } from "node:fs";

/** Proportional set size in MB: shared pages are counted once over all processes. 0 for one that is gone. */
export function proportionalMegabytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The most that a process and all it started took together, looked at once in `every` milliseconds until `done`. */
export function watchPeak(root: number, every: number): { done(): number } {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(
      peak,
      treeOf(root).reduce((sum, pid) => sum + proportionalMegabytes(pid), 0),
    );
  };
  const timer = setInterval(look, every);
  return {
    done: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

/** A process and all that it started and that still run. */
export function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))?.[1] ?? 0);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      continue; // it ended meanwhile
    }
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}
