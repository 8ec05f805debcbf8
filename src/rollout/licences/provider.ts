/** Seats as a vendor counts them, of the one licence that the fleet uses. */
export interface Seats {
  /** Bought, and good. */
  readonly total: number;
  /** Given away, also to people whom the fleet does not know. */
  readonly used: number;
}

export interface Holder {
  /** At the vendor, in lower case: a user's principal name, an e-mail address, an identity. */
  readonly account: string;
  /** When it was last used, ISO 8601 in UTC; undefined where the vendor does not say. */
  readonly lastUsed?: string | undefined;
  /** It comes with a group's licence: it cannot be taken from this account alone. */
  readonly isInherited?: boolean;
}

/**
 * A vendor of videoconference licences. Each method asks the vendor, and throws VendorError. Accounts are given in lower case.
 */
export interface Provider {
  readonly name: string;
  seats(signal: AbortSignal): Promise<Seats>;
  holders(signal: AbortSignal): Promise<readonly Holder[]>;
  holds(account: string, signal: AbortSignal): Promise<boolean>;
  /** Ends once the vendor shows the seat. Done twice, it changes nothing the second time. */
  assign(account: string, signal: AbortSignal): Promise<void>;
  /** Ends once the vendor shows that the seat is free. Done twice, it changes nothing the second time. */
  reclaim(account: string, signal: AbortSignal): Promise<void>;
  /** Those of the accounts that are in a meeting now, and those of whom nobody can tell. */
  inMeeting(accounts: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
}
