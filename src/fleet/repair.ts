import type { z } from "zod";
import { type FleetPath, isHolder, toPath } from "./errors.ts";
import { schemaAt, standIn } from "./shape.ts";

/** A document in which what the schema refused is replaced, so that the rules can look at the rest. */
export interface Repaired<T> {
  readonly value: T;
  /** Where a stand-in stands: a finding that read one of these is no finding. */
  readonly broken: readonly FleetPath[];
}

/** Replacing a value may show what its wrongness hid, so this is done over, a few times. */
const rounds = 4;

/** Undefined when the file is too far from its schema to say more about it. */
export function repair<S extends z.ZodType>(root: S, input: unknown): Repaired<z.output<S>> | undefined {
  const broken: FleetPath[] = [];
  const draft = { root: structuredClone(input) };
  for (let round = 0; round < rounds; round++) {
    const parsed = root.safeParse(draft.root);
    if (parsed.success) return { value: parsed.data, broken };
    for (const issue of parsed.error.issues) {
      const path = toPath(issue.path);
      if (path.length === 0 && issue.code !== "unrecognized_keys") return undefined;
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) replace(draft, [...path, key], undefined);
        continue;
      }
      const schema = schemaAt(root, path);
      const value = issue.code === "invalid_key" || schema === undefined ? undefined : standIn(schema);
      replace(draft, path, value);
      broken.push(path);
    }
  }
  return undefined;
}

function replace(draft: { root: unknown }, path: FleetPath, value: unknown): void {
  let holder: unknown = draft.root;
  for (const step of path.slice(0, -1)) holder = isHolder(holder) ? holder[step] : undefined;
  const last = path.at(-1);
  if (!isHolder(holder) || last === undefined) return;
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether a place read is, holds, or lies inside a replaced one. `*` in the place read stands for any step. */
export function overlaps(read: FleetPath, broken: FleetPath): boolean {
  const shared = Math.min(read.length, broken.length);
  for (let index = 0; index < shared; index++) {
    if (read[index] !== "*" && read[index] !== broken[index]) return false;
  }
  return true;
}
