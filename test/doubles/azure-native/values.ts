/** Properties as they cross the provider's protocol: JSON, where an unknown value is the engine's own mark. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };
export type Properties = Readonly<Record<string, Value>>;

/** The engine's mark of a value that is known only once something is made (pulumi/sdk plugin.UnknownStringValue). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isObject(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path such as "sku.name"; in a list every element is looked into, so a path may give many. */
export function at(value: Value | undefined, path: string): readonly Value[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap((element) => at(element, path));
  if (path === "") return [value];
  if (!isObject(value)) return [];
  const [head = "", ...rest] = path.split(".");
  return at(value[head], rest.join("."));
}

/** The only value at a path. */
export function one(value: Value | undefined, path: string): Value | undefined {
  return at(value, path)[0];
}

export function text(value: Value | undefined, path: string): string {
  const found = one(value, path);
  return typeof found === "string" ? found : "";
}

/** The elements of the list at a path, as objects. */
export function list(value: Value | undefined, path: string): readonly Properties[] {
  return at(value, path).filter(isObject);
}

/** A copy without what stands at the paths; "properties.value" reaches into objects and the elements of lists. */
export function without(value: Value, paths: readonly string[]): Value {
  if (paths.length === 0 || value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map((element) => without(element, paths));
  const kept: Record<string, Value> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (paths.includes(key)) continue;
    const deeper = paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1));
    kept[key] = without(inner, deeper);
  }
  return kept;
}

/** A copy where each null and undefined is gone, as azure-native drops them (SkipNulls). */
export function compact(value: Properties): Properties {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === null || inner === undefined ? [] : [[key, isObject(inner) ? compact(inner) : inner]],
    ),
  );
}

/** `patch` laid over `base`, object by object; a list and a plain value replace what was there, null removes it. */
export function merge(base: Properties, patch: Properties): Properties {
  const merged: Record<string, Value> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(before) ? merge(before, value) : value;
  }
  return merged;
}

/** A value in a message: a string as it is, all else as JSON. */
export function plain(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The strings at a path. */
export function texts(value: Value | undefined, path: string): readonly string[] {
  return at(value, path).filter((found) => typeof found === "string");
}
