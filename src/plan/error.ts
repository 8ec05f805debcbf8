/** A fleet that cannot be planned: the message says who, what is missing and what to do. */
export class PlanError extends Error {
  override readonly name: string = "PlanError";
}

/** The stage asked for is not in the fleet. */
export class UnknownStageError extends PlanError {
  override readonly name = "UnknownStageError";
  readonly stage: string;
  readonly choices: readonly string[];
  constructor(stage: string, choices: readonly string[]) {
    super(`unknown stage "${stage}"; choose one of: ${choices.join(", ")}`);
    this.stage = stage;
    this.choices = choices;
  }
}
