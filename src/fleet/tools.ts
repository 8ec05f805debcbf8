import type { Fleet } from "./schema.ts";

/** A tool that callers of a queue ask about. */
export interface Tool {
  /** `<queue>/<name>`, the name as `nameInId` has it. */
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly url: string;
}

/** Every tool of the contact centre, in the file's order. */
export function toolsOf({ contactCentre }: Pick<Fleet, "contactCentre">): readonly Tool[] {
  return (contactCentre?.queues ?? []).flatMap((queue) =>
    queue.tools.map(({ name, url }) => ({ id: `${queue.id}/${nameInId(name)}`, queue: queue.id, name, url })),
  );
}

const longest = 60;

/** A name as part of an id: `Ministry: distance learning` → `ministry-distance-learning`. Empty where nothing is left. */
export function nameInId(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{Mark}/gu, "");
  return plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, longest)
    .replaceAll(/^-|-$/g, "");
}
