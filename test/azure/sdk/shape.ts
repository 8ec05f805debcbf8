import { didYouMean } from "../../../src/fleet/suggest.ts";

/**
 * What a published model says of a value. Two readers make shapes: `mappers.ts` from the serializers' tables in
 * Microsoft's SDK packages, `provider.ts` from the types of the Pulumi provider.
 */
export type Shape =
  | { readonly kind: "any" }
  | { readonly kind: "text"; readonly allowed?: readonly string[] | undefined }
  | { readonly kind: "number"; readonly allowed?: readonly number[] | undefined }
  | { readonly kind: "boolean" }
  /** A moment: ISO 8601 text. */
  | { readonly kind: "moment" }
  /** A moment as whole seconds since 1970. */
  | { readonly kind: "seconds" }
  /** Bytes as base64 text. */
  | { readonly kind: "bytes" }
  | { readonly kind: "list"; readonly of: Shape }
  /** A list of texts, which are the keys of a dictionary of empty objects in the model. */
  | { readonly kind: "keys" }
  | { readonly kind: "dictionary"; readonly of: Shape }
  | { readonly kind: "object"; readonly model: Model }
  /** What the value may be beyond its type (length, range, pattern): says what is wrong with it, or nothing. */
  | { readonly kind: "limited"; readonly of: Shape; readonly breach: (value: unknown) => string | undefined }
  /** Any one of several models. */
  | { readonly kind: "choice"; readonly of: readonly Shape[] };

export interface Model {
  readonly name: string;
  /** By the name that the provider's input has. Computed once, when first asked: models refer to each other. */
  readonly properties: () => ReadonlyMap<string, Property>;
  /** What other properties may hold; without it there are no others. */
  readonly others?: Shape | undefined;
  /** The model that the value's discriminator names, where the model has kinds. */
  readonly variant?: ((value: Readonly<Record<string, unknown>>) => Model) | undefined;
}

export interface Property {
  /** The name in the published model, which may differ from the provider's. */
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
  /** Only the service writes it. */
  readonly readOnly: boolean;
}

export interface Problem {
  /** `ipConfigurations[0].subnet.id` */
  readonly path: string;
  readonly kind: "unknown" | "read only" | "missing" | "type" | "value" | "refused";
  readonly message: string;
}

/**
 * Holds a value against a shape: adds to `problems` what differs and gives the value under the model's own names, as the
 * vendor's serializer takes it. What is undefined or null is absent, as Pulumi has it.
 */
export function hold(value: unknown, shape: Shape, path: string, problems: Problem[]): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "any":
      return value;
    case "boolean":
      return typeof value === "boolean" ? value : wrongType(value, "a boolean", path, problems);
    case "number":
      if (typeof value !== "number") return wrongType(value, "a number", path, problems);
      return oneOf(value, shape.allowed, path, problems);
    case "text":
      if (typeof value !== "string") return wrongType(value, "text", path, problems);
      return oneOf(value, shape.allowed, path, problems);
    case "moment": {
      const isMoment = typeof value === "string" && !Number.isNaN(Date.parse(value));
      return isMoment ? value : wrongType(value, "a moment as ISO 8601 text", path, problems);
    }
    case "seconds":
      return typeof value === "number"
        ? new Date(value * 1000)
        : wrongType(value, "a number of seconds since 1970", path, problems);
    case "bytes":
      return typeof value === "string" ? Buffer.from(value, "base64") : wrongType(value, "base64 text", path, problems);
    case "list":
      return Array.isArray(value)
        ? value.map((item: unknown, index) => hold(item, shape.of, `${path}[${index}]`, problems))
        : wrongType(value, "a list", path, problems);
    case "keys": {
      const keys = hold(value, { kind: "list", of: { kind: "text" } }, path, problems);
      return Array.isArray(keys) ? Object.fromEntries(keys.map((key) => [key, {}])) : undefined;
    }
    case "dictionary":
      return isRecord(value)
        ? mapValues(value, (item, key) => hold(item, shape.of, join(path, key), problems))
        : wrongType(value, "a dictionary", path, problems);
    case "object":
      return isRecord(value)
        ? holdModel(value, shape.model, path, problems)
        : wrongType(value, `an object ${shape.model.name}`, path, problems);
    case "limited": {
      const own: Problem[] = [];
      const held = hold(value, shape.of, path, own);
      const breach = own.length === 0 ? shape.breach(value) : undefined;
      problems.push(...own, ...(breach === undefined ? [] : [{ path, kind: "value", message: breach } as const]));
      return held;
    }
    default:
      return holdChoice(value, shape.of, path, problems);
  }
}

/** The value, which is one of the allowed ones; any is where there are none. */
function oneOf<T extends string | number>(
  value: T,
  allowed: readonly T[] | undefined,
  path: string,
  problems: Problem[],
): T {
  if (allowed === undefined || allowed.includes(value)) return value;
  const shown = allowed.slice(0, 12).map((choice) => JSON.stringify(choice));
  const choices = `${shown.join(", ")}${allowed.length > shown.length ? `, … (${allowed.length} in all)` : ""}`;
  const hint = didYouMean(value, allowed.map(String));
  const message = `${JSON.stringify(value)} is not one of ${choices}${hint === undefined ? "" : `; ${hint}`}`;
  problems.push({ path, kind: "value", message });
  return value;
}

function holdModel(
  value: Readonly<Record<string, unknown>>,
  base: Model,
  path: string,
  problems: Problem[],
): Record<string, unknown> {
  const model = base.variant?.(value) ?? base;
  const properties = model.properties();
  const held: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    const here = join(path, key);
    const property = properties.get(key);
    if (property === undefined) {
      if (model.others === undefined) problems.push(unknownProperty(key, model, here));
      else held[key] = hold(item, model.others, here, problems);
    } else if (property.readOnly) {
      problems.push({ path: here, kind: "read only", message: `only the service writes it (${model.name})` });
    } else held[property.name] = hold(item, property.shape, here, problems);
  }
  for (const [key, property] of properties) {
    if (!property.required || property.readOnly || (value[key] ?? undefined) !== undefined) continue;
    problems.push({ path: join(path, key), kind: "missing", message: `is required (${model.name})` });
  }
  return held;
}

/** The choice that fits best; its problems, when none fits. */
function holdChoice(value: unknown, choices: readonly Shape[], path: string, problems: Problem[]): unknown {
  const tried = choices.map((shape) => {
    const own: Problem[] = [];
    return { held: hold(value, shape, path, own), own };
  });
  const best = tried.toSorted((left, right) => left.own.length - right.own.length)[0];
  problems.push(...(best?.own ?? []));
  return best?.held;
}

function unknownProperty(key: string, model: Model, path: string): Problem {
  const hint = didYouMean(
    key,
    [...model.properties()].flatMap(([name, property]) => (property.readOnly ? [] : [name])),
  );
  const message = `${model.name} has no such property${hint === undefined ? "" : `; ${hint}`}`;
  return { path, kind: "unknown", message };
}

function wrongType(value: unknown, wanted: string, path: string, problems: Problem[]): undefined {
  const got = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : JSON.stringify(value);
  problems.push({ path, kind: "type", message: `${got} is not ${wanted}` });
  return undefined;
}

function join(path: string, key: string): string {
  const plain = /^[A-Za-z_]\w*$/.test(key);
  if (!plain) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapValues(
  record: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
