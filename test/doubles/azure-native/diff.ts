import { isDeepStrictEqual } from "node:util";
import { isObject, type Properties, type Value } from "./values.ts";

export type ChangeKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/**
 * What changes between old and new inputs, property by property, as azure-native computes it
 * (provider/pkg/provider/diff.go): a key stands for one property, e.g. "sku.name" or "rules[2].name". A change of a
 * property in `replaceOn` (lists without their index: "rules[].name") asks for a replacement.
 */
export function detailedDiff(
  before: Properties,
  after: Properties,
  replaceOn: ReadonlySet<string>,
): ReadonlyMap<string, ChangeKind> {
  const changes = new Map<string, ChangeKind>();
  compareObjects(before, after, "", "", replaceOn, changes);
  return changes;
}

function compareObjects(
  before: Properties,
  after: Properties,
  base: string,
  rule: string,
  replaceOn: ReadonlySet<string>,
  changes: Map<string, ChangeKind>,
): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, fresh] = [before[name], after[name]];
    const replaces = replaceOn.has(rule + name);
    if (old === undefined) changes.set(base + name, replaces ? "add-replace" : "add");
    else if (fresh === undefined) changes.set(base + name, replaces ? "delete-replace" : "delete");
    else if (rule === "" && name === "location" && sameLocation(old, fresh)) continue;
    else compare(old, fresh, base + name, rule + name, replaceOn, changes);
  }
}

function compare(
  old: Value,
  fresh: Value,
  base: string,
  rule: string,
  replaceOn: ReadonlySet<string>,
  changes: Map<string, ChangeKind>,
): void {
  if (isDeepStrictEqual(old, fresh)) return;
  if (isObject(old) && isObject(fresh)) {
    const inner = new Map<string, ChangeKind>();
    compareObjects(old, fresh, `${base}.`, `${rule}.`, replaceOn, inner);
    for (const [name, kind] of inner) {
      changes.set(name, kind === "update" && replaceOn.has(rule) ? "update-replace" : kind);
    }
  } else if (Array.isArray(old) && Array.isArray(fresh)) {
    const [was, is] = [old as readonly Value[], fresh as readonly Value[]];
    for (let index = 0; index < Math.max(was.length, is.length); index += 1) {
      const [left, right] = [was[index], is[index]];
      const name = `${base}[${index}]`;
      if (left === undefined) changes.set(name, "add");
      else if (right === undefined) changes.set(name, "delete");
      else compare(left, right, name, `${rule}[]`, replaceOn, changes);
    }
  } else changes.set(base, replaceOn.has(rule) ? "update-replace" : "update");
}

/** "West Europe" and "westeurope" are one. */
export function normalLocation(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

function sameLocation(left: Value, right: Value): boolean {
  return typeof left === "string" && typeof right === "string" && normalLocation(left) === normalLocation(right);
}

/**
 * The change from `old` to `fresh` outputs laid over the inputs that were given, so that a refresh takes what was
 * changed by hand and not the defaults that Azure filled in (azure-native's applyDiff).
 */
export function applyDrift(inputs: Properties, old: Properties, fresh: Properties): Properties {
  const result: Record<string, Value> = { ...inputs };
  for (const name of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
    const [was, is] = [old[name], fresh[name]];
    if (isDeepStrictEqual(was, is)) continue;
    if (is === undefined) delete result[name];
    else if (was === undefined || result[name] === undefined) result[name] = is;
    else result[name] = driftedValue(result[name], was, is);
  }
  return result;
}

function driftedValue(base: Value, old: Value, fresh: Value): Value {
  if (isObject(base) && isObject(old) && isObject(fresh)) return applyDrift(base, old, fresh);
  if (Array.isArray(base) && Array.isArray(old) && Array.isArray(fresh)) {
    const [bases, olds] = [base as readonly Value[], old as readonly Value[]];
    return (fresh as readonly Value[]).map((element, index) => {
      const [mine, was] = [bases[index], olds[index]];
      if (mine === undefined || was === undefined) return element;
      return isDeepStrictEqual(was, element) ? mine : driftedValue(mine, was, element);
    });
  }
  return fresh;
}
