import { readFileSync, renameSync } from "node:fs";
import { z } from "zod";
import { errorCode, replaceFile } from "../../files.ts";
import type { Job } from "../../inventory.ts";
import type { JobRuns } from "./deadline.ts";

/** Milliseconds since 1970. */
const moment = z.number().nonnegative();
const fileSchema = z.strictObject({
  version: z.literal(1),
  /** By `<unit>/<job>`. */
  jobs: z.record(z.string(), z.strictObject({ watchedSince: moment, lastSuccess: moment.optional() })),
});

/** The file cannot be read; the message names it. */
export class HeartbeatFileError extends Error {
  override readonly name = "HeartbeatFileError";
}

/** A success so far ahead of the clock was told when the clock was wrong, and proves nothing. */
const aheadMs = 5 * 60_000;

/**
 * When the jobs last said that they had run, in a file of its own. What a job was told is kept is on the disk: it is
 * told so after the file was written and synced.
 */
export class Heartbeats {
  readonly #file: string;
  readonly #now: () => number;
  readonly #runs: Map<string, JobRuns>;
  /** One writing at a time, each of all that is known then. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, runs: Map<string, JobRuns>, now: () => number) {
    this.#file = file;
    this.#runs = runs;
    this.#now = now;
  }

  /** A file that holds something else is put aside under another name, and said. Throws HeartbeatFileError. */
  static open(file: string, note: (text: string) => void, now: () => number = Date.now): Heartbeats {
    return new Heartbeats(file, new Map(readRuns(file, note, now())), now);
  }

  /** Watches these jobs, those that are new from now on. Throws where that cannot be kept. */
  async watch(jobs: readonly Job[]): Promise<void> {
    const fresh = jobs.map(nameOf).filter((name) => !this.#runs.has(name));
    for (const name of fresh) this.#runs.set(name, { lastSuccess: undefined, watchedSince: this.#now() });
    if (fresh.length > 0) await this.#write();
  }

  runsOf(job: Job): JobRuns {
    const now = this.#now();
    const runs = this.#runs.get(nameOf(job)) ?? { lastSuccess: undefined, watchedSince: now };
    const isAhead = runs.lastSuccess !== undefined && runs.lastSuccess > now + aheadMs;
    return isAhead ? { ...runs, lastSuccess: undefined } : runs;
  }

  /** The job has run. Throws where that cannot be kept; it then counts as not said. */
  async beat(job: Job): Promise<void> {
    const name = nameOf(job);
    const before = this.runsOf(job);
    const said = { ...before, lastSuccess: this.#now() };
    this.#runs.set(name, said);
    try {
      await this.#write();
    } catch (error) {
      if (this.#runs.get(name) === said) this.#runs.set(name, before);
      throw error;
    }
  }

  /** Resolves when what was to be kept is, or could not be. */
  close(): Promise<void> {
    return this.#writing;
  }

  #write(): Promise<void> {
    const written = this.#writing.then(() => {
      const jobs = Object.fromEntries(this.#runs);
      return replaceFile(this.#file, `${JSON.stringify({ version: 1, jobs })}\n`, 0o600);
    });
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

/** `<unit>/<job>` */
export function nameOf({ unit, id }: Job): string {
  return `${unit}/${id}`;
}

function readRuns(file: string, note: (text: string) => void, now: number): readonly (readonly [string, JobRuns])[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw new HeartbeatFileError(`heartbeats: ${(error as Error).message}`, { cause: error });
  }
  try {
    const { jobs } = fileSchema.parse(JSON.parse(text));
    return Object.entries(jobs).map(([name, { lastSuccess, watchedSince }]) => [name, { lastSuccess, watchedSince }]);
  } catch {
    const aside = `${file}.unreadable-${new Date(now).toISOString()}`;
    renameSync(file, aside);
    note(`${file} holds no heartbeats; put aside as ${aside}, and all jobs are watched anew from now`);
    return [];
  }
}
