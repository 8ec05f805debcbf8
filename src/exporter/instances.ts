import type { Instance } from "../inventory.ts";
import type { LabelsOf } from "../metrics.ts";
import type { Scene } from "./collector.ts";
import type { Watched, WatchedFleet } from "./watched.ts";

/** An instance that names this of itself. */
export type InstanceWith<Key extends keyof Instance> = Instance & {
  readonly [Each in Key]-?: NonNullable<Instance[Each]>;
};

/** The instances of the inventory that name it. */
export function instancesWith<Key extends keyof Instance>(
  fleet: WatchedFleet | undefined,
  key: Key,
): readonly InstanceWith<Key>[] {
  return naming(fleet?.inventory.instances ?? [], key);
}

/** The same, of another part of the fleet too where lines of this one end there. */
export function lineEndsWith<Key extends keyof Instance>(
  fleet: WatchedFleet | undefined,
  key: Key,
): readonly InstanceWith<Key>[] {
  if (fleet === undefined) return [];
  const ends = new Set([...fleet.ids.gateway, ...fleet.link.map(({ labels }) => labels.gateway)]);
  return naming(fleet.whole.instances, key).filter(({ id }) => ends.has(id));
}

function naming<Key extends keyof Instance>(instances: readonly Instance[], key: Key): readonly InstanceWith<Key>[] {
  return instances.filter((instance): instance is InstanceWith<Key> => instance[key] !== undefined);
}

/** The lines that end at an instance. */
export function linesAt(fleet: WatchedFleet | undefined, { id }: Instance): readonly Watched<LabelsOf<"link_up">>[] {
  return (fleet?.link ?? []).filter(({ labels }) => labels.gateway === id);
}

export interface Answers<Asked extends Instance, Answer> {
  readonly answers: readonly { readonly instance: Asked; readonly answer: Answer }[];
  /** What failed, in words, by instance. */
  readonly faults: readonly string[];
}

/** Asks gateway instances side by side, each for so long at most. `ask` gives up when its signal says so. */
export async function askEach<Asked extends Instance, Answer>(
  instances: readonly Asked[],
  ask: (instance: Asked, signal: AbortSignal) => Promise<Answer>,
  { instanceMs }: Scene,
  signal: AbortSignal,
): Promise<Answers<Asked, Answer>> {
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
