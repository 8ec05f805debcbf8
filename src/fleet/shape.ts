import { z } from "zod";
import type { FleetPath } from "./errors.ts";

/** Any schema, of zod's own kinds. */
type Schema = z.core.$ZodTypes;

/** The schema of what stands at a path, without what wraps it; undefined where the schema knows no such place. */
export function schemaAt(root: z.core.$ZodType, path: FleetPath): Schema | undefined {
  let schema: Schema | undefined = unwrap(root as Schema);
  for (const step of path) schema = child(schema, step);
  return schema;
}

function child(schema: Schema | undefined, step: string | number): Schema | undefined {
  const def = schema?._zod.def;
  if (def?.type === "object" && typeof step === "string" && Object.hasOwn(def.shape, step)) {
    return unwrap(def.shape[step] as Schema);
  }
  if (def?.type === "array" && typeof step === "number") return unwrap(def.element as Schema);
  if (def?.type === "record" && typeof step === "string") return unwrap(def.valueType as Schema);
  return undefined;
}

function unwrap(schema: Schema): Schema {
  const { def } = schema._zod;
  const wraps = def.type === "optional" || def.type === "default" || def.type === "prefault";
  return wraps ? unwrap(def.innerType as Schema) : schema;
}

/** The keys that a mapping may have. */
export function keysOf(schema: Schema | undefined): readonly string[] {
  const def = schema?._zod.def;
  return def?.type === "object" ? Object.keys(def.shape) : [];
}

/** What a value of this schema is, in plain words. */
export function wordsFor(schema: Schema | undefined): string {
  const def = schema?._zod.def;
  switch (def?.type) {
    case "object":
      return `a mapping with the keys ${keysOf(schema).join(", ")}`;
    case "record":
      return "a mapping of names to numbers";
    case "array":
      return "a list";
    case "enum":
      return `one of ${choicesOf(schema).join(", ")}`;
    case "literal":
      return def.values.join(" or ");
    case "boolean":
      return "true or false";
    case "number":
      return isWhole(schema) ? "a whole number" : "a number";
    default:
      return "a text";
  }
}

/** The values of an enumeration. */
export function choicesOf(schema: Schema | undefined): readonly string[] {
  const def = schema?._zod.def;
  return def?.type === "enum" ? Object.values(def.entries).map(String) : [];
}

function isWhole(schema: Schema | undefined): boolean {
  return (
    schema !== undefined &&
    z.safeParse(schema, 0.5).error?.issues.some((issue) => issue.code === "invalid_type") === true
  );
}

/**
 * A valid value of the schema, to stand where a wrong one was. `undefined` where the field may be left out.
 * Leaves give their example; a list or a mapping the least that is valid.
 */
export function standIn(schema: z.core.$ZodType): unknown {
  const { def } = (schema as Schema)._zod;
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
      return undefined;
    case "object":
      return Object.fromEntries(
        Object.entries(def.shape)
          .map(([key, field]) => [key, standIn(field)] as const)
          .filter(([, value]) => value !== undefined),
      );
    case "array":
      return z.safeParse(schema, []).success ? [] : [standIn(def.element)];
    case "record":
      return {};
    case "boolean":
      return false;
    case "enum":
      return Object.values(def.entries)[0];
    case "literal":
      return def.values[0];
    default:
      return (z.globalRegistry.get(schema)?.["examples"] as readonly unknown[] | undefined)?.[0];
  }
}
