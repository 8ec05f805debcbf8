import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode, replaceFile, syncFolder } from "../../files.ts";
import { LockError, takeLock } from "../../lock.ts";
import { type Entry, entrySchema } from "./entries.ts";
import { JournalError, JournalReadError, OrderError } from "./errors.ts";
import { decode, encode, type Link, type Read } from "./line.ts";
import { type Redact, redactor } from "./redact.ts";
import { Fold, type Standing } from "./standing.ts";

export interface JournalOptions {
  /** Values that must never reach the file (see `redactor`). */
  readonly secrets: readonly string[];
}

/** What a crash left after the last whole line; `kept` is the file that holds those bytes now. */
export interface Cut {
  readonly bytes: number;
  readonly line: number;
  readonly kept: string;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Opens a plan's journal for this process alone; a missing or empty file is a new one. What a crash left unfinished at
 * its end is copied beside it, then cut off. Whoever opens it closes it. Throws LockError where another process has it,
 * JournalReadError where a line cannot be trusted, JournalError where it cannot be written.
 */
export async function openJournal(path: string, { secrets }: JournalOptions): Promise<Journal> {
  const redact = redactor(secrets);
  await makeFolder(dirname(resolve(path))).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  const release = await takeLock(`${path}.lock`, 0).catch((error: unknown) => {
    throw error instanceof LockError ? error : unwritable(path, error);
  });
  try {
    const found = await readWhole(path);
    const fold = foldLines(path, found.entries);
    const file = await open(path, "a", 0o600).catch((error: unknown) => {
      throw unwritable(path, error);
    });
    try {
      const cut = await settle(path, file, found);
      return new Journal({ path, file, fold, redact, link: found.link, cut, release });
    } catch (error) {
      await file.close();
      throw unwritable(path, error);
    }
  } catch (error) {
    await release();
    throw error;
  }
}

/** Reads a journal without its lock: for a look at it. Throws JournalReadError. */
export async function readJournal(path: string): Promise<Standing> {
  return foldLines(path, (await readWhole(path)).entries).standing;
}

/** What `openJournal` found and holds. */
interface Opened {
  readonly path: string;
  readonly file: FileHandle;
  readonly fold: Fold;
  readonly redact: Redact;
  readonly link: Link;
  readonly cut: Cut | undefined;
  readonly release: () => Promise<void>;
}

export class Journal {
  readonly path: string;
  /** What was cut off at its end when it was opened, if anything. */
  readonly cut: Cut | undefined;
  readonly #file: FileHandle;
  readonly #fold: Fold;
  readonly #redact: Redact;
  readonly #release: () => Promise<void>;
  #link: Link;
  /** Bytes that are known to be durable. */
  #durable: number;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #failure: JournalError | undefined;

  constructor({ path, file, fold, redact, link, cut, release }: Opened) {
    this.path = path;
    this.cut = cut;
    this.#file = file;
    this.#fold = fold;
    this.#redact = redact;
    this.#release = release;
    this.#link = link;
    this.#durable = link.offset;
  }

  /** A live view of what has been appended, also of what is not durable yet. */
  get standing(): Standing {
    return this.#fold.standing;
  }

  /**
   * Resolves when the entry is durable. Those that wait together share one write and one fdatasync, in the order of
   * the calls. Rejects with OrderError for an entry that contradicts those before it: nothing is written, and the
   * journal goes on; so with ZodError for an entry of another shape. Rejects with JournalError once writing or syncing
   * failed, this one and every later one.
   *
   * A failed sync is never tried again: Linux reports it once and then counts the lost pages as clean, so a second
   * fdatasync would succeed without the bytes being on the disk (PostgreSQL's "fsyncgate", 2018). Reading the file
   * may show them all the same, until its pages leave memory: after EIO the disk is looked at before the plan resumes.
   */
  async append(entry: Entry): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const clean = entrySchema.parse(this.#redact(entry));
    this.#fold.add(clean);
    const { bytes, next } = encode(clean, this.#link);
    this.#link = next;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, resolve, reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  /** Waits for what was appended, then gives file and lock back. Later appends reject. */
  async close(): Promise<void> {
    this.#failure ??= new JournalError(this.path, "the journal is closed");
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#draining;
    try {
      await this.#file.close();
    } finally {
      await this.#release();
    }
  }

  async #drain(): Promise<void> {
    // Whoever appends in the same turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(Buffer.concat(batch.map(({ bytes }) => bytes)));
      } catch (error) {
        const failure = unwritable(this.path, error);
        this.#failure = failure;
        for (const { reject } of [...batch, ...this.#waiting]) reject(failure);
        this.#waiting = [];
        break;
      }
      for (const { resolve } of batch) resolve();
    }
    this.#draining = undefined;
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      await writeAll(this.#file, bytes);
    } catch (error) {
      // Half a line helps nobody. Where it cannot be taken back, it is a torn tail for the next open.
      await this.#file.truncate(this.#durable).catch(() => undefined);
      throw error;
    }
    await this.#file.datasync();
    this.#durable += bytes.length;
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

async function readWhole(path: string): Promise<Read> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  return decode(path, bytes);
}

function foldLines(path: string, entries: readonly Entry[]): Fold {
  const fold = new Fold();
  for (const [index, entry] of entries.entries()) {
    try {
      fold.add(entry);
    } catch (error) {
      if (error instanceof OrderError) throw new JournalReadError(path, index + 1, error.message, { cause: error });
      throw error;
    }
  }
  return fold;
}

/** Makes what was read durable, since who wrote it may have died before its sync, and cuts off a torn tail. */
async function settle(path: string, file: FileHandle, { tail, link }: Read): Promise<Cut | undefined> {
  let cut: Cut | undefined;
  if (tail.length > 0) {
    const kept = `${path}.cut-${link.offset}-${Date.now()}`;
    await replaceFile(kept, tail, 0o600);
    await file.truncate(link.offset);
    cut = { bytes: tail.length, line: link.seq, kept };
  }
  await file.sync();
  await syncFolder(dirname(resolve(path)));
  return cut;
}

/** Each folder that is made is synced into its parent: or the journal would be durable in a folder that is not. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

function unwritable(path: string, error: unknown): JournalError {
  if (error instanceof JournalError) return error;
  const code = errorCode(error);
  const what = code === "ENOSPC" ? "the disk is full" : `it cannot be written (${code ?? String(error)})`;
  return new JournalError(path, what, { cause: error });
}
