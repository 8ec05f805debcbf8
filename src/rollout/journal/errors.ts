/**
 * The journal cannot be written: no mutation may be made from here on. Where writing failed, every later append gives
 * this same error.
 */
export class JournalError extends Error {
  override readonly name = "JournalError";
  readonly path: string;
  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path}: ${what}: no mutation may be made; the roll-out stops before the next one`, options);
    this.path = path;
  }
}

/** A line of the journal cannot be trusted or understood. */
export class JournalReadError extends Error {
  override readonly name = "JournalReadError";
  readonly path: string;
  readonly line: number;
  constructor(path: string, line: number, what: string, options?: ErrorOptions) {
    super(`${path}:${line}: ${what}`, options);
    this.path = path;
    this.line = line;
  }
}

/** An entry that contradicts those before it, such as an outcome without an intent. It is not written. */
export class OrderError extends Error {
  override readonly name = "OrderError";
}
