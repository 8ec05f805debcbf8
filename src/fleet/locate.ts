import { isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import type { FleetPath, Place } from "./errors.ts";
import { placeAt, type Span } from "./place.ts";
import { isMergeKey, type YamlSource } from "./yaml.ts";

/**
 * The place of a path. A scalar's own place; a collection's by its key, or its first line in a list; what is missing,
 * its parent's. `key` asks for the last step's key, for keys that should not be there.
 */
export function placeOf(source: YamlSource, path: FleetPath, aim: "value" | "key" = "value"): Place {
  return placeAt(source, spanOf(source, path, aim));
}

function spanOf(source: YamlSource, path: FleetPath, aim: "value" | "key"): Span {
  let node: unknown = source.document.contents;
  let span = firstLine(node) ?? { from: 0, to: 0 };
  for (const [index, step] of path.entries()) {
    const holder = isAlias(node) ? source.targets.get(node) : node;
    if (isMap(holder)) {
      const pair = pairOf(source, holder, String(step));
      if (pair === undefined) return span;
      const keySpan = ownSpan(pair.key);
      const valueSpan = isMap(pair.value) || isSeq(pair.value) ? undefined : ownSpan(pair.value);
      const last = index === path.length - 1;
      span = (last && aim === "key" ? keySpan : (valueSpan ?? keySpan)) ?? span;
      node = pair.value;
    } else if (isSeq(holder) && typeof step === "number") {
      if (step >= holder.items.length) return span;
      node = holder.items[step];
      span = firstLine(node) ?? span;
    } else {
      return span;
    }
  }
  return span;
}

function ownSpan(node: unknown): Span | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [from, to] = node.range;
  return to > from ? { from, to } : undefined;
}

/** A mapping is shown by its first key, so that the caret is short. */
function firstLine(node: unknown): Span | undefined {
  if (isMap(node) && !node.flow) return ownSpan(node.items[0]?.key) ?? ownSpan(node);
  const span = ownSpan(node);
  return span !== undefined && (isMap(node) || isSeq(node)) ? { from: span.from, to: span.from + 1 } : span;
}

/** The pair of a key, also when it comes from a merged mapping (`<<: *other`). */
function pairOf(source: YamlSource, map: YAMLMap, key: string, depth = 0): Pair | undefined {
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined || depth > 8) return own;
  for (const pair of map.items) {
    if (!isMergeKey(pair.key)) continue;
    for (const item of isSeq(pair.value) ? pair.value.items : [pair.value]) {
      const merged = isAlias(item) ? source.targets.get(item) : item;
      const found = isMap(merged) ? pairOf(source, merged, key, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
