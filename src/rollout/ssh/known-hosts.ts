import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { algorithmsOf, fingerprint, type HostKey, parseKey } from "./host-key.ts";

/** A line of an OpenSSH known_hosts file. */
export interface KnownLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly marker: "revoked" | "cert-authority" | undefined;
  /** Patterns, or one hashed name, as they stand there. */
  readonly hosts: string;
  readonly key: HostKey;
}

export interface KnownFault {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** Lines that cannot be read. None is passed over: it may be the one that revokes. */
export class KnownHostsError extends Error {
  override readonly name = "KnownHostsError";
  readonly faults: readonly KnownFault[];
  constructor(faults: readonly KnownFault[]) {
    super(faults.map(({ file, line, what }) => `${file}:${line}: ${what}`).join("\n"));
    this.faults = faults;
  }
}

/** What is known of one host: plain data, so that it goes with the host to a worker. */
export interface Known {
  readonly trusted: readonly HostKey[];
  /** Never taken, whoever else allows them. */
  readonly revoked: readonly HostKey[];
  /** `FILE:LINE` of certificate authorities named for it. They are not supported and make nothing trusted. */
  readonly authorities: readonly string[];
}

export type Verdict =
  | { readonly kind: "trusted" }
  | { readonly kind: "revoked" | "changed" | "unknown"; readonly expected: readonly string[]; readonly got: string };

export function parseKnownHosts(
  text: string,
  file: string,
): { readonly lines: readonly KnownLine[]; readonly faults: readonly KnownFault[] } {
  const lines: KnownLine[] = [];
  const faults: KnownFault[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const found = parseLine(raw.replace(/\r$/, ""));
    if (found === undefined) continue;
    const place = { file, line: index + 1 };
    if (typeof found === "string") faults.push({ ...place, what: found });
    else lines.push({ ...place, ...found });
  }
  return { lines, faults };
}

/** Undefined where the line says nothing, a text where it cannot be read. */
function parseLine(raw: string): Omit<KnownLine, "file" | "line"> | string | undefined {
  let rest = raw.replace(/^[ \t]+/, "");
  if (rest === "" || rest.startsWith("#")) return undefined;
  let marker: KnownLine["marker"];
  while (rest.startsWith("@")) {
    const [, name, after] = /^@([^ \t]*)[ \t]+(.*)$/.exec(rest) ?? [];
    if (name !== "revoked" && name !== "cert-authority") {
      return `the marker @${name ?? rest.slice(1)} is none of @revoked, @cert-authority`;
    }
    if (marker !== undefined) return "it has two markers";
    marker = name;
    rest = after ?? "";
  }
  const [, hosts = "", after = ""] = /^([^ \t]+)[ \t]*(.*)$/.exec(rest) ?? [];
  if (hosts === "") return "it names no host";
  if (hosts.startsWith("|") && saltOf(hosts) === undefined) return "its hashed name is not |1|salt|hash";
  const key = parseKey(after);
  return typeof key === "string" ? `its key ${key}` : { marker, hosts, key };
}

/** Throws KnownHostsError with every line of every file that cannot be read. */
export async function loadKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const parsed = await Promise.all(files.map(async (file) => parseKnownHosts(await readFile(file, "utf8"), file)));
  const faults = parsed.flatMap(({ faults }) => faults);
  if (faults.length > 0) throw new KnownHostsError(faults);
  return new KnownHosts(parsed.flatMap(({ lines }) => lines));
}

/** Hash, and patterns: looked at line by line. All others are found by name. */
const pattern = /[*?!|]/;

export class KnownHosts {
  readonly #named = new Map<string, KnownLine[]>();
  readonly #others: KnownLine[] = [];

  constructor(lines: readonly KnownLine[]) {
    for (const line of lines) {
      if (pattern.test(line.hosts)) this.#others.push(line);
      else for (const name of new Set(line.hosts.split(",").map(lower))) this.#add(name, line);
    }
  }

  #add(name: string, line: KnownLine): void {
    const lines = this.#named.get(name);
    if (lines === undefined) this.#named.set(name, [line]);
    else lines.push(line);
  }

  #linesOf(name: string): KnownLine[] {
    return [...(this.#named.get(name) ?? []), ...this.#others.filter(({ hosts }) => matches(hosts, name))];
  }

  /**
   * What is known of a host under any of its names and addresses, with its keys out of the inventory. As with OpenSSH,
   * a name without a port speaks for other ports too where no key is named for them. Stricter than
   * OpenSSH: a key that is revoked under the name without a port is revoked on every port. Throws RangeError where a key
   * of the inventory cannot be read.
   */
  of(names: readonly string[], port: number, inventory: readonly string[]): Known {
    const own = [...new Set(names.map((name) => lineName(name, port)))].flatMap((name) => this.#linesOf(name));
    const plain = port === 22 ? [] : [...new Set(names.map(lower))].flatMap((name) => this.#linesOf(name));
    const allowed = (lines: readonly KnownLine[]): HostKey[] =>
      lines.flatMap(({ marker, key }) => (marker === undefined ? [key] : []));
    const listed = [...inventory.map(inventoryKey), ...allowed(own)];
    const all = [...own, ...plain];
    return {
      trusted: distinct(listed.length > 0 ? listed : allowed(plain)),
      revoked: distinct(all.flatMap(({ marker, key }) => (marker === "revoked" ? [key] : []))),
      authorities: [
        ...new Set(all.flatMap(({ marker, file, line }) => (marker === "cert-authority" ? [`${file}:${line}`] : []))),
      ],
    };
  }
}

function inventoryKey(text: string): HostKey {
  const key = parseKey(text);
  if (typeof key === "string") throw new RangeError(`the inventory's host key ${JSON.stringify(text)} ${key}`);
  return key;
}

function distinct(keys: readonly HostKey[]): HostKey[] {
  return [...new Map(keys.map((key) => [key.blob, key])).values()];
}

/** Whether a key that a server sent, and has proved to hold, is the host's own. */
export function judge({ trusted, revoked }: Known, { blob }: HostKey): Verdict {
  const expected = trusted.map((key) => fingerprint(key.blob));
  const got = fingerprint(blob);
  if (revoked.some((key) => key.blob === blob)) return { kind: "revoked", expected, got };
  if (trusted.some((key) => key.blob === blob)) return { kind: "trusted" };
  return { kind: trusted.length === 0 ? "unknown" : "changed", expected, got };
}

/**
 * What to ask the server for: only types of which a key is known, so that a host with several keys does not show one that
 * nobody has noted. Where all are revoked they are asked for, so that it is told. None: nothing can be checked.
 */
export function wantedAlgorithms({ trusted, revoked }: Known): ReturnType<typeof algorithmsOf> {
  const blobs = new Set(revoked.map(({ blob }) => blob));
  const good = algorithmsOf(trusted.filter(({ blob }) => !blobs.has(blob)));
  return good.length > 0 ? good : algorithmsOf(trusted);
}

/** As a known_hosts file calls a host: `desk`, or `[desk]:2222` where the port is not 22. */
export function lineName(name: string, port: number): string {
  return port === 22 ? lower(name) : `[${lower(name)}]:${port}`;
}

/** Whether a line's hosts are meant for the name, which is as `lineName` gives it. */
export function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith("|")) {
    const salt = saltOf(hosts);
    if (salt === undefined) return false;
    const hash = createHmac("sha1", salt).update(name).digest("base64");
    return hosts === `|1|${salt.toString("base64")}|${hash}`;
  }
  let isMeant = false;
  for (const each of hosts.split(",")) {
    const isNegated = each.startsWith("!");
    if (!matchesPattern(lower(isNegated ? each.slice(1) : each), name)) continue;
    if (isNegated) return false;
    isMeant = true;
  }
  return isMeant;
}

/** Of `|1|salt|hash`, both 20 bytes in base64; undefined where it is not so. */
function saltOf(hosts: string): Buffer | undefined {
  const [, salt = "", hash = ""] = /^\|1\|([^|]+)\|([^|]+)$/.exec(hosts) ?? [];
  const bytes = Buffer.from(salt, "base64");
  const isWhole = [salt, hash].every((text) => {
    const read = Buffer.from(text, "base64");
    return read.length === 20 && read.toString("base64") === text;
  });
  return isWhole ? bytes : undefined;
}

/** `*` is any text, `?` any character. In time that grows with the product of both lengths at most. */
function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p;
      resume = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      resume += 1;
      t = resume;
      p = star + 1;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}

/** ASCII only, as OpenSSH does it. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
