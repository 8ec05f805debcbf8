/**
 * Refused logins, out of the lines of OpenVPN's log (texts of 2.6's ssl.c, ssl_verify.c, ssl_verify_openssl.c, multi.c,
 * and as it was seen to write them). A line tells of a peer by its address and port, behind the name of a person who is
 * in. Nothing but the reason leaves here.
 */

const refusalReasons = [
  /** The certificate stands on the revocation list. */
  "revoked",
  "expired",
  /** No certificate, one of another authority, or one that is not a person's. */
  "certificate",
  /** The gateway's own revocation list is missing or has run out: it refuses everybody. */
  "crl",
  /** Name or password. */
  "credentials",
  /** The handshake failed otherwise, or broke off. */
  "handshake",
  /** As many are in as may be, or no address is left. Over TCP OpenVPN does not say who it turns away: not counted. */
  "full",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** A name has none of the spaces that a message begins after: no certificate can forge a line. */
const peerLine = /^(\d+),[A-Z]*,(?:[^\s,]*\/)?(\S+:\d+) (.*)$/;

/** What a line says of why a login will fail. */
const causes: readonly (readonly [RegExp, RefusalReason])[] = [
  [/^VERIFY ERROR: depth=\d+, error=certificate revoked: /, "revoked"],
  [/^VERIFY ERROR: depth=\d+, error=certificate has expired: /, "expired"],
  [/^VERIFY ERROR: depth=\d+, error=[^:]*\bCRL\b/, "crl"],
  [/^VERIFY (\w+ )?ERROR/, "certificate"],
  [/^OpenSSL: error:.*:peer did not return a certificate/, "certificate"],
  [/^TLS Error: Auth Username\/Password was not provided by peer$/, "credentials"],
];
/** The login has failed: for the cause that was told before, or for that of the second column. */
const ends: readonly (readonly [RegExp, RefusalReason])[] = [
  [/^TLS Error: TLS handshake failed$/, "handshake"],
  [/^TLS Auth Error: Auth Username\/Password verification failed for peer$/, "credentials"],
];
const full =
  /^MULTI: (new incoming connection would exceed maximum number of clients|no free --ifconfig-pool addresses are)/;
/** A client that is turned away for want of room knocks again, after 2, 4, 8, 16, 32 s: that is one login. */
const sameLoginSeconds = 60;

/** Peers whose end is not known yet: those at the door are fewer. */
const mostPeers = 10_000;

/** Counts the refused logins of one gateway over its log's lines, in their order. */
export class Refusals {
  readonly counts: Record<RefusalReason, number> = {
    revoked: 0,
    expired: 0,
    certificate: 0,
    crl: 0,
    credentials: 0,
    handshake: 0,
    full: 0,
  };
  readonly #causes = new Map<string, RefusalReason>();
  /** When a peer was last turned away for want of room, seconds since 1970. */
  readonly #turnedAway = new Map<string, number>();

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [, time, peer, text] = peerLine.exec(line) ?? [];
      if (peer !== undefined && text !== undefined) this.#takeOne(Number(time), peer, text);
    }
  }

  #takeOne(time: number, peer: string, text: string): void {
    const cause = causes.find(([pattern]) => pattern.test(text))?.[1];
    if (cause !== undefined) remember(this.#causes, peer, cause);
    const end = ends.find(([pattern]) => pattern.test(text))?.[1];
    if (end !== undefined) {
      this.counts[this.#causes.get(peer) ?? end] += 1;
      this.#causes.delete(peer);
    }
    if (full.test(text)) {
      if (time - (this.#turnedAway.get(peer) ?? Number.NEGATIVE_INFINITY) > sameLoginSeconds) this.counts.full += 1;
      remember(this.#turnedAway, peer, time);
    }
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > mostPeers && oldest !== undefined) map.delete(oldest);
}
