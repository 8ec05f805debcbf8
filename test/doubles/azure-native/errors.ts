/** A refusal by Azure Resource Manager. The text is as azure-native prints it. */
export class ArmError extends Error {
  override readonly name = "ArmError";
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(`Status=${status} Code=${JSON.stringify(code)} Message=${JSON.stringify(message)}`);
    this.status = status;
    this.code = code;
  }
}

/**
 * The operation was accepted and then failed: azure-native gives the engine the id and what it knows, so that the
 * resource stands in the state with its error, and the next update mends it.
 */
export class PartialError extends Error {
  override readonly name = "PartialError";
  readonly id: string;
  /** What was asked for; the server fills it in. */
  inputs: object = {};
  constructor(id: string, reason: string) {
    super(reason);
    this.id = id;
  }
}

/** What the provider itself refuses, in plain words. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}
