import { createHash } from "node:crypto";
import { z } from "zod";
import { type Entry, entrySchema, schemaVersion } from "./entries.ts";
import { JournalReadError } from "./errors.ts";

/** Where the next line joins on: its number, the sum that it covers, its offset in the file. */
export interface Link {
  readonly seq: number;
  readonly sum: string;
  readonly offset: number;
}

export const firstLink: Link = { seq: 1, sum: "deskbridge roll-out journal", offset: 0 };

export interface Read {
  readonly entries: Entry[];
  /** After the last whole line. */
  readonly link: Link;
  /** Bytes after it: an unfinished or damaged last line. */
  readonly tail: Buffer;
}

const mark = ',"sum":"';
const digits = 32;
/** Of `,"sum":"…"}`. */
const ending = mark.length + digits + 2;
const envelope = z.object({ v: z.int(), seq: z.int(), entry: z.unknown() });

/**
 * `{"v":1,"seq":12,"entry":{…},"sum":"…"}` and a line end. The sum covers the line's bytes before it and the sum of
 * the line before: a line that was changed, removed or moved breaks the chain. It is SHA-256 cut to 128 bits, at
 * about 2 µs a line, where the sync takes hundreds. A CRC would do for torn writes, but it is linear, 32 bits wide, and
 * node:zlib has no CRC-32C. It is no signature: whoever may write the file may write a whole new chain, or leave out
 * lines at the end.
 */
export function encode(entry: Entry, link: Link): { readonly bytes: Buffer; readonly next: Link } {
  const open = `{"v":${schemaVersion},"seq":${link.seq},"entry":${JSON.stringify(entry)}`;
  const sum = sumOf(link.sum, open);
  const bytes = Buffer.from(`${open}${mark}${sum}"}\n`);
  return { bytes, next: { seq: link.seq + 1, sum, offset: link.offset + bytes.length } };
}

/**
 * Reads the lines in `bytes`, which begin at `from`. A last line that is unfinished, or whose sum is wrong, is given
 * back as the tail. Throws JournalReadError for damage before it, and for lines of another schema version.
 */
export function decode(path: string, bytes: Buffer, from: Link = firstLink): Read {
  const entries: Entry[] = [];
  let link = from;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const sum = end < 0 ? undefined : checked(bytes.subarray(start, end), link.sum);
    if (sum === undefined) {
      const tail = bytes.subarray(start);
      const last = end < 0 || end === bytes.length - 1;
      // A whole line with more behind it on the same line: its line end was damaged, and it is no torn tail.
      if (!last || holdsWholeLine(tail, link.sum)) throw damaged(path, link.seq);
      return { entries, link, tail };
    }
    entries.push(parse(path, link.seq, bytes.toString("utf8", start, end)));
    link = { seq: link.seq + 1, sum, offset: link.offset + end + 1 - start };
    start = end + 1;
  }
  return { entries, link, tail: Buffer.alloc(0) };
}

function checked(line: Buffer, before: string): string | undefined {
  const open = line.subarray(0, Math.max(0, line.length - ending));
  const sum = sumOf(before, open);
  return line.subarray(open.length).equals(Buffer.from(`${mark}${sum}"}`)) ? sum : undefined;
}

function holdsWholeLine(tail: Buffer, before: string): boolean {
  for (let at = tail.indexOf(mark); at >= 0; at = tail.indexOf(mark, at + 1)) {
    const end = at + ending;
    const rest = tail.length - end;
    if (rest > 1 && checked(tail.subarray(0, end), before) !== undefined) return true;
  }
  return false;
}

function damaged(path: string, line: number): JournalReadError {
  return new JournalReadError(
    path,
    line,
    "this line was altered, moved or damaged, or lines before it are missing, and others follow it: restore the " +
      "journal from a copy; do not cut it, since what follows has been done",
  );
}

function parse(path: string, seq: number, text: string): Entry {
  const line = envelope.safeParse(JSON.parse(text));
  if (!line.success) throw new JournalReadError(path, seq, "this is no line of a roll-out's journal");
  const { v } = line.data;
  if (v !== schemaVersion) {
    const age = v > schemaVersion ? "a newer Deskbridge; use that one" : "an older Deskbridge; finish it with that one";
    throw new JournalReadError(path, seq, `schema version ${v} where ${schemaVersion} is read: written by ${age}`);
  }
  if (line.data.seq !== seq) throw new JournalReadError(path, seq, `number ${line.data.seq} where ${seq} is due`);
  const entry = entrySchema.safeParse(line.data.entry);
  if (!entry.success) throw new JournalReadError(path, seq, z.prettifyError(entry.error), { cause: entry.error });
  return entry.data;
}

function sumOf(before: string, open: string | Buffer): string {
  return createHash("sha256").update(before).update(open).digest("hex").slice(0, digits);
}
