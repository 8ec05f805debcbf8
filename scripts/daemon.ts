import { CommandError } from "./cli.ts";
import type { Listen } from "../src/http-server.ts";
import { parseShard, type Shard, wholeFleet } from "../src/shard.ts";

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

export const shardArg = {
  shard: {
    type: "string",
    valueHint: "I/N",
    description: "only the I-th of N parts of the fleet (default: all of it); prober and exporter must have the same",
  },
} as const;

/** Throws CommandError (wrong use). */
export function shardOrFail(text: string | undefined): Shard {
  if (text === undefined) return wholeFleet;
  try {
    return parseShard(text);
  } catch (error) {
    throw new CommandError(`--shard ${(error as Error).message}`, 2);
  }
}

/** `127.0.0.1:9720` → its parts. Throws CommandError (wrong use). */
export function parseListen(text: string): Listen {
  const match = /^(\[[0-9a-fA-F:]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const host = match?.[1]?.replace(/^\[|\]$/g, "");
  const port = Number(match?.[2]);
  if (host === undefined || port > 65_535)
    throw new CommandError(`--listen "${text}" is not HOST:PORT, such as 127.0.0.1:9720`, 2);
  return { host, port };
}
