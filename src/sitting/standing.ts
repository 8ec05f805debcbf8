import { readFile } from "node:fs/promises";
import { replaceFile } from "../files.ts";
import { withLock } from "../lock.ts";
import { decodeSittingsReport, type SittingsReport } from "../sittings-report.ts";
import type { Preflight } from "./checks.ts";

/** How the sittings stood when they were last looked at, for whoever watches: a file that names nobody. */

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
    const standing: SittingsReport = { version: 1, fleet, sittings };
    await replaceFile(file, `${JSON.stringify(standing, undefined, 2)}\n`, 0o644);
  });
}

async function read(file: string, fleet: string): Promise<SittingsReport["sittings"]> {
  try {
    const known = decodeSittingsReport(await readFile(file, "utf8"));
    return known.fleet === fleet ? known.sittings : [];
  } catch {
    return [];
  }
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
