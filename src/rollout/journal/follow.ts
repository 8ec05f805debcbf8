import { open } from "node:fs/promises";
import { errorCode } from "../../files.ts";
import type { Entry } from "./entries.ts";
import { JournalReadError } from "./errors.ts";
import { decode, firstLink, type Link } from "./line.ts";

export interface News {
  readonly entries: readonly Entry[];
  /** The file is another one, or shorter, than what was read before: `entries` begin anew. */
  readonly replaced: boolean;
}

/**
 * Reads a journal while somebody writes it, without its lock: each `read` gives the lines that were finished since the
 * last one. A missing file has no lines yet. Reads do not overlap: the caller waits for one before the next.
 */
export class Follower {
  readonly path: string;
  #link: Link = firstLink;
  #inode: bigint | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Throws JournalReadError where lines are damaged; the next read tries them again. */
  async read(): Promise<News> {
    const file = await open(this.path, "r").catch((error: unknown) => {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    });
    if (file === undefined) return this.#gone();
    try {
      const { ino, size } = await file.stat({ bigint: true });
      const another = (this.#inode !== undefined && ino !== this.#inode) || size < this.#link.offset;
      if (another) return await this.#anew(ino, file, Number(size));
      this.#inode = ino;
      try {
        return { entries: await this.#take(file, Number(size), this.#link), replaced: false };
      } catch (error) {
        // Cut and grown again past where we were: then it is sound from its beginning.
        if (!(error instanceof JournalReadError) || this.#link.offset === 0) throw error;
        return await this.#anew(ino, file, Number(size));
      }
    } finally {
      await file.close();
    }
  }

  async #anew(inode: bigint, file: Readable, size: number): Promise<News> {
    const entries = await this.#take(file, size, firstLink);
    this.#inode = inode;
    return { entries, replaced: true };
  }

  #gone(): News {
    const replaced = this.#link.offset > 0;
    this.#link = firstLink;
    this.#inode = undefined;
    return { entries: [], replaced };
  }

  async #take(file: Readable, size: number, from: Link): Promise<readonly Entry[]> {
    const bytes = Buffer.alloc(Math.max(0, size - from.offset));
    let got = 0;
    while (got < bytes.length) {
      const { bytesRead } = await file.read(bytes, got, bytes.length - got, from.offset + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    const { entries, link } = decode(this.path, bytes.subarray(0, got), from);
    this.#link = link;
    return entries;
  }
}

type Readable = Pick<Awaited<ReturnType<typeof open>>, "read">;
