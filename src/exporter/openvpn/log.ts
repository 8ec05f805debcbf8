import { type Ask, ManagementError } from "./management.ts";

/**
 * OpenVPN's log over the management interface: `log N` gives the last N lines of a cache that forgets the oldest
 * (`management-log-cache`), each `<seconds since 1970>,<flags>,<text>`. What visits are given overlaps, so each remembers
 * the end of what it read, and the next reads on from there.
 */

/** How far the log was read. */
export interface LogPlace {
  /** The last lines, oldest first. */
  readonly end: readonly string[];
  /** How many lines were asked for. */
  readonly asked: number;
}

/** What one visit found. */
export interface LogVisit {
  /** Lines that the visit before did not see, oldest first. */
  readonly fresh: readonly string[];
  readonly place: LogPlace;
  /** The cache had forgotten lines that nobody read. */
  readonly lost: boolean;
}

/** At least so many lines are asked for first; where they do not reach back to the last visit, all. A login is some 25. */
const usualLines = 300;
/**
 * Each visit asks for another number of lines, so many in turn. OpenVPN logs what it is asked (from `verb 3` on), and so
 * the end of what a visit read is like no other, also where two come within a second.
 */
const turns = 100;
/** Lines by which a place is known again. They carry times and ports. */
const endLines = 20;

/**
 * Reads on from a place. The first visit, without one, only finds it: whether somebody counted before what the cache
 * still holds is not known. Throws ManagementError.
 */
export async function readLog(ask: Ask, place: LogPlace | undefined): Promise<LogVisit> {
  const asked = place === undefined ? usualLines : usualLines + ((place.asked + 1 - usualLines) % turns);
  const last = await askLog(ask, String(asked));
  const found = (lines: readonly string[], fresh: readonly string[], lost = false): LogVisit => ({
    fresh,
    place: { end: lines.slice(-endLines), asked },
    lost,
  });
  if (place === undefined) return found(last, []);
  const reaches = last.length < asked || after(place.end, last) !== undefined;
  const lines = reaches ? last : await askLog(ask, "all");
  const fresh = after(place.end, lines);
  return found(lines, fresh ?? lines, fresh === undefined && !beginsAnew(lines));
}

async function askLog(ask: Ask, lines: string): Promise<readonly string[]> {
  const answer = (await ask(`log ${lines}`, /^END$/)).slice(0, -1);
  const strange = answer.findIndex((line) => !/^\d+,[A-Z]*,/.test(line));
  if (strange >= 0) throw new ManagementError(`line ${strange + 1} of its log is none`);
  if (answer.length > Number(lines)) throw new ManagementError(`log ${lines} gave ${answer.length} lines`);
  return answer;
}

/**
 * What follows `end` in the lines. Of an `end` whose beginning the cache has forgotten, the rest stands at the lines'
 * beginning. undefined: nowhere.
 */
function after(end: readonly string[], lines: readonly string[]): readonly string[] | undefined {
  for (let stop = lines.length; stop > 0; stop -= 1) {
    const length = Math.min(stop, end.length);
    if (length > 0 && end.slice(-length).every((line, index) => line === lines[stop - length + index]))
      return lines.slice(stop);
  }
  return undefined;
}

/** OpenVPN names its version among its first lines: then these are all lines since it was started. */
function beginsAnew(lines: readonly string[]): boolean {
  return lines.slice(0, 10).some((line) => /^\d+,I,OpenVPN \d/.test(line));
}
