import { wholeNumber } from "../figures.ts";
import type { Bytes } from "../tally.ts";

/**
 * What `wg show <interface> dump` and `wg show all dump` print (wg(8)): tab-separated lines, first the interface's own,
 * which holds its private key, then one a peer; of `all`, each begins with the interface's name. No value of a line ever
 * stands in an error.
 */

export class DumpError extends Error {
  override readonly name = "DumpError";
}

export interface Peer {
  /** Interface and public key. */
  readonly id: string;
  /** Seconds since 1970; 0: never. */
  readonly handshake: number;
  readonly bytes: Bytes;
}

/** Columns of an interface's line and of a peer's, without the interface's name. */
const columns = { interface: 4, peer: 8 } as const;

/** A session lives so long after its handshake (REJECT_AFTER_TIME, WireGuard's whitepaper, 6.1). */
const sessionSeconds = 180;

/** Reads a dump. Throws DumpError where a line is none, or a peer stands twice. */
export function parseDump(text: string): readonly Peer[] {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new DumpError("its dump broke off");
  if (lines.length === 0) throw new DumpError("its dump is empty: it has no interface");
  const rows = lines.map((line) => line.split("\t"));
  const named = rows[0]?.length === columns.interface + 1 ? 1 : 0;
  const peers = rows.flatMap((row, index) => {
    if (row.length - named === columns.interface) return [];
    if (row.length - named !== columns.peer)
      throw new DumpError(`line ${index + 1} of its dump has ${row.length} columns`);
    return [peerOf(row, named, index)];
  });
  if (new Set(peers.map(({ id }) => id)).size < peers.length) throw new DumpError("its dump lists a peer twice");
  return peers;
}

/** Peers who have a session at `now`, seconds since 1970. Throws DumpError where a handshake is yet to come. */
export function sessionsOf(peers: readonly Peer[], now: number): number {
  if (peers.some(({ handshake }) => handshake > now + sessionSeconds))
    throw new DumpError("its dump has a handshake that is yet to come: whose clock is wrong?");
  return peers.filter(({ handshake }) => handshake > 0 && now - handshake < sessionSeconds).length;
}

function peerOf(row: readonly string[], named: number, index: number): Peer {
  const figure = (column: number, what: string): number => {
    const value = wholeNumber(row[named + column]);
    if (value === undefined) throw new DumpError(`line ${index + 1} of its dump: ${what} is no number`);
    return value;
  };
  return {
    id: row.slice(0, named + 1).join("/"),
    handshake: figure(4, "the latest handshake"),
    bytes: { rx: figure(5, "what was received"), tx: figure(6, "what was sent") },
  };
}
