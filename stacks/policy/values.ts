/**
 * Properties of a resource as plain data. In a preview some are known only after the update: such a value is `unknown`,
 * which is there but tells nothing, so that a rule may still refuse what must not be there at all.
 */
export const unknown = Symbol("known only after the update");

export type Value = string | number | boolean | null | typeof unknown | readonly Value[] | Properties;
export interface Properties {
  readonly [name: string]: Value;
}

/** A value and where it stands, e.g. `ipConfigurations[0].name`. */
export interface Placed {
  readonly path: string;
  readonly value: Value;
}

export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands at a path of names joined by dots; undefined where nothing does, unknown below an unknown. */
export function at(value: Value | undefined, path: string): Value | undefined {
  let found: Value | undefined = value;
  for (const name of path.split(".")) {
    if (found === unknown) return unknown;
    if (!isProperties(found)) return undefined;
    found = found[name];
  }
  return found ?? undefined;
}

export function textAt(value: Value | undefined, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The entries of a list at a path, each with its place below `root` (the path of `value` itself). */
export function entriesAt(value: Value | undefined, path: string, root = ""): readonly Placed[] {
  const found = at(value, path);
  if (!Array.isArray(found)) return [];
  return (found as readonly Value[]).map((entry, index) => ({ path: `${below(root, path)}[${index}]`, value: entry }));
}

/** The texts at each of the paths, whether one text or a list of them: Azure has both for ports and addresses. */
export function textsAt(value: Value | undefined, ...paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const found = at(value, path);
    const list = Array.isArray(found) ? (found as readonly Value[]) : [found];
    return list.filter((each) => typeof each === "string");
  });
}

/**
 * Everything that a path reaches, where `[]` goes through a list and `*` through any names, e.g. `radiusServers[].key`.
 */
export function reach(value: Value | undefined, path: string): readonly Placed[] {
  const steps = path.replaceAll("[]", ".[]").split(".");
  let found: readonly Placed[] = value === undefined ? [] : [{ path: "", value }];
  for (const step of steps) found = found.flatMap((each) => stepInto(each, step));
  return found;
}

function stepInto({ path, value }: Placed, step: string): readonly Placed[] {
  if (step === "[]") {
    if (!Array.isArray(value)) return [];
    return (value as readonly Value[]).map((entry, index) => ({ path: `${path}[${index}]`, value: entry }));
  }
  const found = isProperties(value) ? value[step] : undefined;
  return found === undefined || found === null ? [] : [{ path: below(path, step), value: found }];
}

/** Every text, number, flag or unknown inside a value. */
export function leavesOf({ path, value }: Placed): readonly Placed[] {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).flatMap((entry, index) => leavesOf({ path: `${path}[${index}]`, value: entry }));
  }
  if (isProperties(value)) {
    return Object.entries(value).flatMap(([name, entry]) => leavesOf({ path: below(path, name), value: entry }));
  }
  return value === null ? [] : [{ path, value }];
}

export function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A value as a message shows it. */
export function shown(value: Value | undefined): string {
  if (value === undefined) return "not set";
  if (value === unknown) return "known only after the update";
  return JSON.stringify(value, (_, each: unknown) => (each === unknown ? "known only after the update" : each));
}
