import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Time zones of our own, so that a real clock shows the local time that a test is about. Programs in Go take no faked
 * clock (they ask the kernel, not the C library), but look up their zones in the folder that ZONEINFO names first.
 */
export interface Zone {
  /** Local time now, such as `2026-03-29T01:59:48`. */
  readonly now: string;
  /** A change of the clocks: when, in seconds from now (negative: before), and by how many hours. */
  readonly change?: { readonly inSeconds: number; readonly hours: 1 | -1 };
}

export interface PlacedZone {
  /** For ZONEINFO. */
  readonly folder: string;
  /** Local time at an instant (milliseconds since 1970), ISO 8601 without a zone. */
  readonly local: (at: number) => string;
  /** When the clocks change, milliseconds since 1970. */
  readonly changesAt: number;
}

/** Writes the zone `name` as of this moment. */
export function placeZone(folder: string, name: string, { now, change }: Zone): PlacedZone {
  const here = Math.floor(Date.now() / 1000);
  const offsetNow = Date.parse(`${now}Z`) / 1000 - here;
  const at = here + (change?.inSeconds ?? 0);
  const shift = (change?.hours ?? 0) * 3600;
  const before = change !== undefined && change.inSeconds < 0 ? offsetNow - shift : offsetNow;
  const offsets = change === undefined ? [before] : [before, before + shift];
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), tzif(offsets, change === undefined ? [] : [at]));
  return {
    folder,
    local: (instant) => {
      const offset = change !== undefined && instant >= at * 1000 ? before + shift : before;
      return new Date(instant + offset * 1000).toISOString().slice(0, -1);
    },
    changesAt: at * 1000,
  };
}

/** RFC 9636, version 2: `offsets` (seconds east of UTC), each but the first from its time on (seconds since 1970). */
function tzif(offsets: readonly number[], from: readonly number[]): Buffer {
  return Buffer.concat([tzifPart([0], [], 4), tzifPart(offsets, from, 8), Buffer.from("\n\n")]);
}

function tzifPart(offsets: readonly number[], from: readonly number[], timeBytes: 4 | 8): Buffer {
  const abbreviation = "TST\0";
  const header = Buffer.alloc(44);
  header.write("TZif2");
  for (const [index, count] of [0, 0, 0, from.length, offsets.length, abbreviation.length].entries())
    header.writeUInt32BE(count, 20 + 4 * index);
  const times = Buffer.alloc(timeBytes * from.length);
  for (const [index, time] of from.entries()) times.writeBigInt64BE(BigInt(time), timeBytes * index);
  const types = offsets.map((offset) => {
    const type = Buffer.alloc(6);
    type.writeInt32BE(offset);
    return type;
  });
  return Buffer.concat([header, times, Buffer.from(from.map((_, i) => i + 1)), ...types, Buffer.from(abbreviation)]);
}
