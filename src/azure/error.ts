/**
 * Azure did not give what it was asked for. The message names the call, the status, Azure's own code and words, and the
 * request's id for the vendor's support; never the token.
 */
export class ArmError extends Error {
  override readonly name = "ArmError";
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Azure's code (`TooManyRequests`, `ResourceNotFound`, …), or ours where it gave none. */
  readonly code: string;
  readonly requestId: string | undefined;
  /** How long Azure asked to be left alone, where it did. */
  readonly retryAfterMs: number | undefined;

  constructor(call: string, fault: ArmFault) {
    const status = fault.status === 0 ? "" : `${fault.status} `;
    const request = fault.requestId === undefined ? "" : ` (request ${fault.requestId})`;
    super(`${call}: ${status}${fault.code}: ${oneLine(fault.message)}${request}`);
    this.status = fault.status;
    this.code = fault.code;
    this.requestId = fault.requestId;
    this.retryAfterMs = fault.retryAfterMs;
  }
}

export interface ArmFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

const longestMessage = 300;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}
