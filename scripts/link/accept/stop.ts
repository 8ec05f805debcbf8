import { CommandError, note } from "../../cli.ts";

/**
 * Ctrl-C, or that somebody ends the command: `work` gets the signal that says so, and puts back what it took. Throws
 * CommandError (130).
 */
export async function interruptible<Result>(work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    note(stop.signal.aborted ? "it is being put back" : `stopping (${signal}): all is put back first`);
    stop.abort(new CommandError("stopped: nothing was accepted, all is put back", 130));
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    // The terminal tells the children too: what they fail with then is the same Ctrl-C.
    if (stop.signal.aborted && !(error instanceof CommandError)) throw stop.signal.reason;
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
