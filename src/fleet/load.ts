import { dirname, resolve } from "node:path";
import { FleetFileError } from "./errors.ts";
import { parseFleet } from "./parse.ts";
import { readBounded, readText } from "./read.ts";
import type { Fleet } from "./schema.ts";

/**
 * The largest fleet file read, in bytes: sixty times the reference fleet. The parser of YAML takes seconds for half a
 * megabyte of nonsense, and no fleet is as long.
 */
const maxFleetBytes = 512 * 1024;
/** The largest list read, in bytes: more than a million desks with names. */
const maxListBytes = 64 * 1024 * 1024;

/** Reads a fleet file and its lists. Throws one FleetFileError with every error. */
export function loadFleet(path: string): Fleet {
  const text = readText(path, maxFleetBytes);
  const result = parseFleet(text, path, (list) => readBounded(resolve(dirname(path), list), list, maxListBytes));
  if (result.fleet === undefined) throw new FleetFileError(result.errors);
  return result.fleet;
}
