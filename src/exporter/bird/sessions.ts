import { wholeNumber } from "../figures.ts";
import { BirdError } from "./control.ts";

/** A BGP session, by the neighbour's address. */
export interface BgpSession {
  readonly established: boolean;
  /** Routes that it brought, and that were let in. */
  readonly imported: number;
}

/** Reads the lines that `show protocols all` answers. Throws BirdError where they make no sense. */
export function parseProtocols(lines: readonly string[]): ReadonlyMap<string, BgpSession> {
  const sessions = new Map<string, BgpSession>();
  for (const block of blocksOf(lines)) {
    const state = field(block, "BGP state");
    const neighbor = field(block, "Neighbor address")?.split("%")[0];
    if (state === undefined) continue;
    if (neighbor === undefined) throw new BirdError("a BGP protocol has no neighbour");
    if (sessions.has(neighbor)) throw new BirdError(`two BGP protocols have the neighbour ${neighbor}`);
    const routes = block.flatMap((line) => /^ *Routes: +(\S+) imported\b/.exec(line)?.[1] ?? []).map(wholeNumber);
    if (routes.includes(undefined)) throw new BirdError(`the routes of neighbour ${neighbor} are no number`);
    const imported = routes.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    sessions.set(neighbor, { established: state === "Established", imported });
  }
  return sessions;
}

/** A protocol's lines: from its row of the table (code 1002) to the next. */
function blocksOf(lines: readonly string[]): readonly (readonly string[])[] {
  const blocks: string[][] = [];
  for (const line of lines) {
    if (line.startsWith("1002-")) blocks.push([]);
    else blocks.at(-1)?.push(line.replace(/^\d{4}-/, ""));
  }
  return blocks;
}

function field(block: readonly string[], name: string): string | undefined {
  return block
    .map((line) => line.trim())
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}
