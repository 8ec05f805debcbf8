import type { Stops } from "../../src/rollout/engine.ts";
import { CommandError, note } from "../cli.ts";

/** Work that changes nothing, until Ctrl-C. */
export function lookable<Found>(work: (signal: AbortSignal) => Promise<Found>): Promise<Found> {
  return stoppable(({ drain }) => work(drain), "stopping");
}

/** Ctrl-C, and what a service manager sends: once drains, twice lets all go. A third one ends the process at once. */
export async function stoppable<Found>(
  work: (stops: Stops) => Promise<Found>,
  first = "what is under way is brought to its end, and nothing else begun; once more lets it go",
): Promise<Found> {
  const drain = new AbortController();
  const abort = new AbortController();
  const stop = (): void => {
    if (!drain.signal.aborted) {
      drain.abort(new Error("drained"));
      note(first);
    } else {
      abort.abort(new Error("aborted"));
      note("let go: what was under way is looked at when it goes on");
      ignore();
    }
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const ignore = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await work({ drain: drain.signal, abort: abort.signal });
  } finally {
    ignore();
  }
}

/** Before anything was begun. */
export function stopped(): CommandError {
  return new CommandError("stopped; nothing was changed", 130);
}
