import { fingerprint, type HostKey } from "./host-key.ts";
import { judge, type KnownHosts, lineName } from "./known-hosts.ts";

/** What a host showed when it was asked for every type of key. */
export interface Scanned {
  readonly name: string;
  readonly port: number;
  /** OpenSSH public keys out of the inventory. */
  readonly hostKeys: readonly string[];
  readonly keys: readonly HostKey[];
}

/**
 * Lines of a known_hosts file for a person to review: nothing is trusted until someone has put them into a file that is
 * used. New keys are lines with their fingerprint above; a key that differs from a known one of its type, or is revoked,
 * is told in a comment alone, so that taking over the file whole cannot trust it. What is known already has no line.
 */
export function enrol(scanned: readonly Scanned[], known: KnownHosts): readonly string[] {
  return scanned.flatMap(({ name, port, hostKeys, keys }) => {
    if (!/^[A-Za-z0-9._:-]+$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is no host's name`);
    const of = known.of([name], port, hostKeys);
    const host = lineName(name, port);
    return keys.flatMap((key) => {
      const got = fingerprint(key.blob);
      const same = of.trusted.filter(({ type }) => type === key.type).map(({ blob }) => fingerprint(blob));
      const { kind } = judge(of, key);
      if (kind === "trusted") return [];
      if (kind === "revoked") return [`# REVOKED ${host} ${key.type} ${got}: it is in use, and must not be`];
      if (same.length > 0) return [`# CHANGED ${host} ${key.type} ${got}, known is ${same.join(" or ")}: find out why`];
      return [`# NEW ${host} ${key.type} ${got}`, `${host} ${key.type} ${key.blob}`];
    });
  });
}
