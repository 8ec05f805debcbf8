import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, stampOf } from "../files.ts";
import { isAudit } from "./audit.ts";
import { day, readRevocationList } from "./certificates.ts";
import { type Entry, readEntries } from "./register.ts";

/** Before its end a profile is told to be expiring for so long: time to write to people, who are on leave too. */
const expiringDays = 30;

export type ProfileState = "valid" | "expiring" | "expired" | "revoked";

export interface BodyProfiles {
  readonly body: string;
  /** People in each state. */
  readonly people: Readonly<Record<ProfileState, number>>;
  /** When the first of those who have a good profile now is left without; undefined where nobody has one. */
  readonly nextEnds: number | undefined;
}

/** How an authority's certificates stand; times in milliseconds since 1970. */
export interface Standing {
  readonly authorityEnds: number;
  /** undefined: there is no list. */
  readonly revocationListEnds: number | undefined;
  /** One a body that ever gave a profile out. */
  readonly profiles: readonly BodyProfiles[];
}

/**
 * Reads an authority's folder, of which it needs neither key nor passphrase. What has not changed on the disk is not
 * read again. The function that it gives throws where the folder holds no authority or its register was altered.
 */
export function certificateStanding(folder: string, now: () => number = Date.now): () => Promise<Standing> {
  const certificate = kept(join(folder, "ca.pem"), async (path) =>
    new X509Certificate(await readFile(path, "utf8")).validToDate.getTime(),
  );
  const list = kept(join(folder, "crl.pem"), async (path) => {
    const text = await readFile(path, "utf8").catch(orAbsent);
    return text === undefined ? undefined : readRevocationList(text).nextUpdate?.getTime();
  });
  const register = kept(join(folder, "register.jsonl"), readEntries);
  return async () => {
    const [authorityEnds, revocationListEnds, entries] = await Promise.all([certificate(), list(), register()]);
    return { authorityEnds, revocationListEnds, profiles: profilesOf(entries, now()) };
  };
}

/**
 * Each person counts by the best of their profiles: whoever was given a new one has nothing to do with the end of the
 * old one. The profiles of the proof of reach make themselves anew and are left out.
 */
export function profilesOf(entries: readonly Entry[], now: number): readonly BodyProfiles[] {
  const ends = new Map<string, Map<string, number>>();
  for (const { kind, commonName, body = "", notAfter, revoked } of entries) {
    if (kind !== "person" || isAudit(commonName)) continue;
    const people = ends.get(body) ?? new Map<string, number>();
    const end = revoked === undefined ? Date.parse(notAfter) : withdrawn;
    people.set(commonName, Math.max(people.get(commonName) ?? withdrawn, end));
    ends.set(body, people);
  }
  return [...ends].map(([body, people]) => {
    const counts = { valid: 0, expiring: 0, expired: 0, revoked: 0 };
    let nextEnds: number | undefined;
    for (const end of people.values()) {
      counts[stateOf(end, now)] += 1;
      if (end > now && end < (nextEnds ?? Number.POSITIVE_INFINITY)) nextEnds = end;
    }
    return { body, people: counts, nextEnds };
  });
}

/** The end of what was withdrawn: before all others. */
const withdrawn = Number.NEGATIVE_INFINITY;

function stateOf(ends: number, now: number): ProfileState {
  if (ends === withdrawn) return "revoked";
  if (ends <= now) return "expired";
  return ends <= now + expiringDays * day ? "expiring" : "valid";
}

/** Reads a file again when it has changed. */
function kept<Value>(path: string, read: (path: string) => Promise<Value>): () => Promise<Value> {
  let last: { readonly stamp: string; readonly value: Value } | undefined;
  return async () => {
    // The stamp is taken before the reading, so that a change in between is seen next time.
    const stamp = stampOf(path);
    if (last?.stamp !== stamp) last = { stamp, value: await read(path) };
    return last.value;
  };
}

function orAbsent(error: unknown): undefined {
  if (errorCode(error) === "ENOENT") return undefined;
  throw error;
}
