import { CommandError, note } from "./cli.ts";

/**
 * Ctrl-C. The terminal tells the engine too: it finishes the operations that it has begun, writes them down and ends. So
 * must we: nothing more is begun, and what runs is awaited. `work` gets the signal that says so, and throws. A second
 * Ctrl-C ends the engine at once; what it had begun is then found by the next run. Throws CommandError (130, as a shell
 * says it of what ended by Ctrl-C).
 */
export async function stoppable<Result>(work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const onInterrupt = (): void => {
    note(
      stop.signal.aborted
        ? "stopping at once: the next run finds out what was made"
        : "stopping: what has been begun is finished first; Ctrl-C again stops at once",
    );
    stop.abort();
  };
  process.on("SIGINT", onInterrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new CommandError("stopped; run the same command again: it goes on from there", 130, { cause: error });
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}
