/**
 * - `refused`: the vendor said no, and would say it again.
 * - `noSeats`: no licence is left.
 * - `unknown`: the vendor has no such account.
 * - `passing`: no answer, or one that another try may mend. A write may have been made nevertheless.
 * - `unconfirmed`: the vendor took a write, and does not show what was written.
 */
export type VendorFault = "refused" | "noSeats" | "unknown" | "passing" | "unconfirmed";

export interface VendorDetails {
  /** HTTP status; undefined where no answer came. */
  readonly status?: number | undefined;
  /** The vendor's own code. */
  readonly code?: string | undefined;
  /** How long the vendor wants to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** A vendor did not do, or tell, what it was asked for. The message names vendor, call and the vendor's words; never a secret. */
export class VendorError extends Error {
  override readonly name = "VendorError";
  readonly kind: VendorFault;
  readonly details: VendorDetails;

  constructor(kind: VendorFault, message: string, details: VendorDetails = {}) {
    super(oneLine(message));
    this.kind = kind;
    this.details = details;
  }
}

const longestMessage = 400;

function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
