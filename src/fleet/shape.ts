import { z } from "zod";
import type { FleetPath } from "./errors.ts";

/** What the schema says of a place in the file: asked for messages, and for values to put where a wrong one stood. */
type Schema = z.core.$ZodType;

/** The schema of what stands at a path, without what wraps it; undefined where the schema knows no such place. */
export function schemaAt(root: Schema, path: FleetPath): Schema | undefined {
  let schema: Schema | undefined = unwrap(root);
  for (const step of path) schema = child(schema, step);
  return schema;
}

function child(schema: Schema | undefined, step: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject && typeof step === "string" && Object.hasOwn(schema.shape, step)) {
    return unwrap(schema.shape[step]);
  }
  if (schema instanceof z.ZodArray && typeof step === "number") return unwrap(schema.element);
  return schema instanceof z.ZodRecord && typeof step === "string" ? unwrap(schema.valueType) : undefined;
}

function unwrap(schema: Schema | undefined): Schema | undefined {
  return mayBeAbsent(schema) ? unwrap(schema.unwrap()) : schema;
}

function mayBeAbsent(schema: Schema | undefined): schema is z.ZodOptional | z.ZodDefault | z.ZodPrefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
}

/** The keys that a mapping may have. */
export function keysOf(schema: Schema | undefined): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The values of an enumeration. */
export function choicesOf(schema: Schema | undefined): readonly string[] {
  return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
}

function manyOf(schema: Schema | undefined): string {
  if (schema instanceof z.ZodNumber) return "numbers";
  return schema instanceof z.ZodObject ? "mappings" : "texts";
}

/** What a value of this schema is, in plain words. */
export function wordsFor(schema: Schema | undefined): string {
  if (schema instanceof z.ZodObject) return `a mapping with the keys ${keysOf(schema).join(", ")}`;
  if (schema instanceof z.ZodRecord) return `a mapping of names to ${manyOf(unwrap(schema.valueType))}`;
  if (schema instanceof z.ZodArray) return "a list";
  if (schema instanceof z.ZodEnum) return `one of ${choicesOf(schema).join(", ")}`;
  if (schema instanceof z.ZodLiteral) return [...schema.values].join(" or ");
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodNumber) return schema.format === "safeint" ? "a whole number" : "a number";
  return "a text";
}

/**
 * A valid value of the schema, to stand where a wrong one was; `undefined` where the field may be left out.
 * Leaves give their example; a list or a mapping the least that is valid.
 */
export function standIn(schema: Schema): unknown {
  if (mayBeAbsent(schema)) return undefined;
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([key, field]) => [key, standIn(field)] as const);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  if (schema instanceof z.ZodArray) return schema.safeParse([]).success ? [] : [standIn(schema.element)];
  if (schema instanceof z.ZodRecord) return {};
  if (schema instanceof z.ZodBoolean) return false;
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  const examples = z.globalRegistry.get(schema)?.["examples"];
  return Array.isArray(examples) ? (examples[0] as unknown) : undefined;
}
