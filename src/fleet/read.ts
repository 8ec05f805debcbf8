import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { FleetFileError, type FleetError, excerptOf } from "./errors.ts";

/** A file that cannot be read, in plain words. */
class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

/** A text file of at most `limit` bytes. Throws FleetFileError. */
export function readText(path: string, limit: number): string {
  return decode(path, readBytes(path, limit));
}

/** A file of at most `limit` bytes. Throws FleetFileError. */
export function readBytes(path: string, limit: number): Uint8Array {
  try {
    return readBounded(path, path, limit);
  } catch (error) {
    if (error instanceof UnreadableFile) throw new FleetFileError([atTop(path, error.message)]);
    throw error;
  }
}

function atTop(file: string, message: string): FleetError {
  return { file, line: 1, column: 1, path: "", message };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  EISDIR: "it is a folder",
  ELOOP: "its links go in a circle",
  ENAMETOOLONG: "its name is too long",
  ENXIO: "it is not a regular file",
};

/** All bytes of a regular file of at most `limit` bytes; a pipe or a device is refused without waiting for it. */
export function readBounded(path: string, name: string, limit: number): Uint8Array {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(file);
      if (stat.isDirectory()) throw new UnreadableFile(`cannot read "${name}": it is a folder`);
      if (!stat.isFile()) throw new UnreadableFile(`cannot read "${name}": it is not a regular file`);
      if (stat.size > limit) throw tooLarge(name, limit);
      return readUpTo(file, limit, () => tooLarge(name, limit));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`cannot read "${name}": ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return reasons[code] ?? error.message;
}

function tooLarge(name: string, limit: number): UnreadableFile {
  return new UnreadableFile(`cannot read "${name}": it is larger than ${limit / 1024} KiB`);
}

/** A file may grow, or have no size (/proc), so the bytes read are counted too. */
function readUpTo(file: number, limit: number, tooMuch: () => Error): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = new Uint8Array(1 << 20);
    const length = readSync(file, chunk);
    if (length === 0) return Buffer.concat(chunks);
    total += length;
    if (total > limit) throw tooMuch();
    chunks.push(chunk.subarray(0, length));
  }
}

/** UTF-8, with or without a byte order mark. */
function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const lines = Buffer.from(bytes).toString("latin1").split("\n");
    const wrong = lines.findIndex((line) => !isUtf8(Buffer.from(line, "latin1")));
    const text = Buffer.from(lines[wrong] ?? "", "latin1").toString("utf8");
    const column = Math.max(1, text.indexOf("\ufffd") + 1);
    const message = "the file is not UTF-8 text";
    const hint = "save it as UTF-8";
    const excerpt = excerptOf(text, column, 1);
    throw new FleetFileError([{ ...atTop(path, message), line: Math.max(1, wrong + 1), column, hint, excerpt }]);
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
