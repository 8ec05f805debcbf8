/** A thing to run, and the names of those that must have ended well before. */
export interface StackRun {
  readonly name: string;
  readonly after: readonly string[];
}

/**
 * Runs all, each as soon as those it comes after are done, side by side where they may. On the first failure nothing
 * more is started; what runs is awaited, then the failure is thrown. So it is when `stop` is aborted. At most `atOnce`
 * run at the same time.
 */
export async function inOrder(
  runs: readonly StackRun[],
  work: (name: string) => Promise<void>,
  atOnce = Number.POSITIVE_INFINITY,
  stop?: AbortSignal,
): Promise<void> {
  const names = new Set(runs.map((each) => each.name));
  const done = new Set<string>();
  const waiting = new Set(runs);
  const running = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  while (waiting.size > 0 || running.size > 0) {
    const ready =
      failures.length > 0 || stop?.aborted === true
        ? []
        : [...waiting].filter((each) => each.after.every((name) => done.has(name) || !names.has(name)));
    for (const each of ready.slice(0, Math.max(0, atOnce - running.size))) {
      waiting.delete(each);
      running.set(
        each.name,
        work(each.name)
          .then(() => void done.add(each.name))
          .catch((error: unknown) => void failures.push(error))
          .finally(() => running.delete(each.name)),
      );
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (failures.length > 0) throw failures[0];
  if (waiting.size > 0) stop?.throwIfAborted();
  if (waiting.size > 0)
    throw new Error(`these wait for each other: ${[...waiting].map((each) => each.name).join(", ")}`);
}

/** What must be gone before a stack goes: the watch before all; a body's hosts before the body; all before the hub. */
export function takenDownBefore(name: string, all: readonly string[]): readonly string[] {
  const [target = ""] = name.split("-");
  const watch = `${target}-watch`;
  if (name === watch) return [];
  const others = all.filter((other) => other !== name);
  return name === `${target}-hub` ? others : others.filter((other) => other === watch || other.startsWith(`${name}-`));
}
