import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Pair, type YAMLMap } from "yaml";
import { excerptOf, type FleetPath, type Place } from "./errors.ts";

/** Where in the text a path of the document stands. */
export interface YamlSource {
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Offsets in the text. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The place of a path. A scalar's own place; a collection's by its key, or its first line in a list; what is missing,
 * its parent's. `key` asks for the last step's key, for keys that should not be there.
 */
export function placeOf(source: YamlSource, path: FleetPath, aim: "value" | "key" = "value"): Place {
  return placeAt(source, spanOf(source.document, path, aim));
}

/** The place of a range of offsets; only its first line is underlined. */
export function placeAt(source: Pick<YamlSource, "file" | "text" | "lines">, span: Span): Place {
  const from = Math.min(Math.max(0, span.from), source.text.length);
  const { line, col } = source.lines.linePos(from);
  const lineStart = from - (Math.max(1, col) - 1);
  const lineEnd = source.text.indexOf("\n", lineStart);
  const text = source.text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const column = from - lineStart + 1;
  return {
    file: source.file,
    line: Math.max(1, line),
    column,
    excerpt: excerptOf(text, column, span.to - span.from),
  };
}

function spanOf(document: Document.Parsed, path: FleetPath, aim: "value" | "key"): Span {
  let node: unknown = document.contents;
  let span = firstLine(node) ?? { from: 0, to: 0 };
  for (const [index, step] of path.entries()) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    if (isMap(holder)) {
      const pair = pairOf(holder, String(step), document);
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
function pairOf(map: YAMLMap, key: string, document: Document.Parsed, depth = 0): Pair | undefined {
  const own = map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  if (own !== undefined || depth > 8) return own;
  for (const pair of map.items) {
    if (!isScalar(pair.key) || String(pair.key.source ?? pair.key.value) !== "<<") continue;
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(merged) ? pairOf(merged, key, document, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
