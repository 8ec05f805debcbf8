import { readFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";

/** A process told from a later one with the same pid by the time it began (clock ticks since boot). */
export interface ProcessMark {
  readonly pid: number;
  readonly began: string;
}

/** The mark of a live process (a zombie is not alive), or undefined. */
export function markOf(pid: number): ProcessMark | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return { pid, began: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.began === mark.began;
}

/** `T` in /proc: stopped by a signal, so alive but deaf. */
export function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  } catch {
    return false;
  }
}

/** Asks processes to end, waits up to 3 s, then kills; returns when all are gone. */
export async function endProcesses(pids: readonly number[]): Promise<void> {
  const marks = pids.map(markOf).filter((mark) => mark !== undefined);
  send(marks, "SIGTERM");
  send(marks, "SIGCONT"); // a stopped process does not see the first
  for (let waited = 0; waited < 3000 && marks.some(isAlive); waited += 25) await after(25);
  send(marks.filter(isAlive), "SIGKILL");
  for (let waited = 0; waited < 3000 && marks.some(isAlive); waited += 25) await after(25);
}

function send(marks: readonly ProcessMark[], signal: NodeJS.Signals): void {
  for (const mark of marks) {
    try {
      if (isAlive(mark)) process.kill(mark.pid, signal);
    } catch {
      // gone meanwhile
    }
  }
}
