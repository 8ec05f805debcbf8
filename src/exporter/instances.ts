import type { Instance } from "../inventory.ts";
import type { Scene } from "./collector.ts";

export interface Answers<Answer> {
  readonly answers: readonly { readonly instance: Instance; readonly answer: Answer }[];
  /** What failed, in words, by instance. */
  readonly faults: readonly string[];
}

/** Asks gateway instances side by side, each for so long at most. `ask` gives up when its signal says so. */
export async function askEach<Answer>(
  instances: readonly Instance[],
  ask: (instance: Instance, signal: AbortSignal) => Promise<Answer>,
  { instanceMs }: Scene,
  signal: AbortSignal,
): Promise<Answers<Answer>> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(instanceMs)]);
  const asked = await Promise.all(
    instances.map(async (instance) => {
      try {
        return { instance, answer: await ask(instance, limited) };
      } catch (error) {
        return `${instance.id}: ${(error as Error).message}`;
      }
    }),
  );
  return {
    answers: asked.flatMap((each) => (typeof each === "string" ? [] : [each])),
    faults: asked.flatMap((each) => (typeof each === "string" ? [each] : [])),
  };
}
