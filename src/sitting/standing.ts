import { readFile } from "node:fs/promises";
import { z } from "zod";
import { replaceFile } from "../files.ts";
import { withLock } from "../lock.ts";
import type { Preflight } from "./checks.ts";

/** How the sittings stood when they were last looked at, for whoever watches: a file that names nobody. */

const entry = z.strictObject({
  id: z.string(),
  /** ISO 8601 in UTC, as all times here. */
  start: z.iso.datetime(),
  end: z.iso.datetime(),
  /** When it was looked at. */
  checked: z.iso.datetime(),
  state: z.enum(["ok", "risk", "unknown"]),
  /** Checks with a risk. */
  failed: z.int().min(0),
});
export const standingSchema = z.strictObject({ version: z.literal(1), fleet: z.string(), sittings: z.array(entry) });
export type Standing = Readonly<z.output<typeof standingSchema>>;

/**
 * Writes down what was found, beside what is known of the fleet's other sittings (`ids`); those that are over go. A file
 * that cannot be read is written anew: the next check of all tells all of it. Throws LockError, or the system's error.
 */
export async function keepStanding(
  file: string,
  fleet: string,
  ids: readonly string[],
  found: readonly Preflight[],
  now: number,
): Promise<void> {
  await withLock(`${file}.lock`, async () => {
    const fresh = found.map(({ sitting, state, failed }) => ({
      id: sitting.id,
      start: isoOf(sitting.start),
      end: isoOf(sitting.end),
      checked: isoOf(now),
      state,
      failed,
    }));
    const seen = new Set(fresh.map(({ id }) => id));
    const kept = (await read(file, fleet)).filter(({ id }) => ids.includes(id) && !seen.has(id));
    const sittings = [...fresh, ...kept]
      .filter(({ end }) => Date.parse(end) > now)
      .toSorted((one, other) => one.start.localeCompare(other.start) || one.id.localeCompare(other.id));
    const standing: Standing = { version: 1, fleet, sittings };
    await replaceFile(file, `${JSON.stringify(standing, undefined, 2)}\n`, 0o644);
  });
}

async function read(file: string, fleet: string): Promise<Standing["sittings"]> {
  try {
    const { data } = standingSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
    return data?.fleet === fleet ? data.sittings : [];
  } catch {
    return [];
  }
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
