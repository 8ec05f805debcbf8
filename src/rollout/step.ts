/** One thing that is to be so for a subject: on a desk, or at a vendor. Done twice, it changes nothing the second time. */
export interface Step {
  readonly subject: string;
  /** One of the subject's steps, such as `seat` or `client`. */
  readonly name: string;
  /** Host or provider that it is done at. At one place one step is done at a time. */
  readonly where: string;
  /** What would change, in words. */
  readonly change: string;
  /** Of two steps that belong together, as to free a seat and to give it. */
  readonly pair?: { readonly id: string; readonly half: "first" | "second" };
  /** Whether it is so already. Changes nothing. Throws StepError. */
  check(signal: AbortSignal): Promise<boolean>;
  /** Makes it so. Throws StepError; whether it was made is then told by `check`. */
  apply(signal: AbortSignal): Promise<void>;
}

export function idOf({ subject, name }: Pick<Step, "subject" | "name">): string {
  return `${subject} ${name}`;
}

/** A step that did not come about. `unreachable`: nobody answered, so that it says nothing of the step. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly kind: "failed" | "unreachable";
  constructor(kind: StepError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
