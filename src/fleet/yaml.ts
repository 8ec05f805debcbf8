import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { type FleetError, maxErrors, type Place, plain, valueText } from "./errors.ts";
import { placeAt, type TextSource } from "./place.ts";
import { didYouMean } from "./suggest.ts";

/** YAML text as a document whose every part can be found again. */
export interface YamlSource extends TextSource {
  readonly document: Document.Parsed;
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
}

export interface YamlResult {
  readonly source: YamlSource;
  /** The plain value; absent when the document is too damaged to be read further. */
  readonly value?: { readonly input: unknown };
  readonly errors: readonly FleetError[];
}

/** Values in a file, aliases written out: the reference fleet has 600. Anchors can make 10^9 of a few lines. */
const maxValues = 200_000;

/** Nobody nests a fleet deeper than ten levels; the parsers of YAML and of the schema call themselves once a level. */
export const tooDeep = "the file is nested too deeply";

/** Errors after which the rest of the document still means what it says. */
const harmless = new Set(["TAG_RESOLVE_FAILED", "BAD_DQ_ESCAPE", "BAD_SCALAR_START"]);

/** Reads YAML 1.2 with merge keys. Throws RangeError on nesting too deep for the parser. */
export function readYaml(text: string, file: string): YamlResult {
  const lines = countLines(text);
  const document = parseDocument(text, {
    prettyErrors: false,
    logLevel: "error",
    merge: true,
    resolveKnownTags: false,
    // Its own search for double keys takes the square of their number: `walk` looks for them.
    uniqueKeys: false,
  });
  const found = withoutConsequences([...document.errors, ...document.warnings]).slice(0, maxErrors);
  const bare = { file, text, document, lines, targets: new Map<Alias, Node>() };
  const deep = found.find((error) => /stack/i.test(error.message));
  if (deep !== undefined) {
    const place = placeAt(bare, { from: deep.pos[0], to: deep.pos[1] });
    return { source: bare, errors: [{ ...place, path: "", message: tooDeep }] };
  }
  const errors = found.map((error) => syntaxError(bare, error));
  if (found.some((error) => !harmless.has(error.code))) return { source: bare, errors };

  const walked = walk(bare);
  const source = { ...bare, targets: walked.targets };
  if (walked.fatal) return { source, errors: [...errors, ...walked.errors] };
  // No alias is counted again here: `walk` has counted them all, written out.
  const input: unknown = document.toJS({ maxAliasCount: -1 });
  return { source, value: { input }, errors: [...errors, ...walked.errors] };
}

/** The parser's own counting misses lines where it recovers from an error. */
function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  return lines;
}

/** Once one token is out of place, so are those after it. */
function withoutConsequences(errors: readonly YAMLError[]): readonly YAMLError[] {
  const first = errors.find((error) => error.code === "UNEXPECTED_TOKEN");
  return errors.filter((error) => error.code !== "UNEXPECTED_TOKEN" || error === first);
}

function syntaxError(source: YamlSource, error: YAMLError): FleetError {
  const [from, to] = error.pos;
  const place = placeAt(source, { from, to });
  if (error.code === "MULTIPLE_DOCS") {
    return { ...place, path: "", message: "the file holds several documents; it must be one", hint: "remove the ---" };
  }
  const words = plain(`${error.message.charAt(0).toLowerCase()}${error.message.slice(1, 200)}`);
  return { ...place, path: "", message: `not valid YAML: ${words}` };
}

interface Walked {
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly errors: readonly FleetError[];
  /** The plain value must not be made. */
  readonly fatal: boolean;
}

/**
 * Goes over the document, aliases written out, without calling itself: double keys, keys that are no plain words
 * (making text of nested ones takes exponential time), aliases of nothing, and too many values.
 */
function walk(source: YamlSource): Walked {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  const visited = new Set<unknown>();
  const errors: FleetError[] = [];
  const open: unknown[] = [source.document.contents];
  let fatal = false;
  for (let values = 0; open.length > 0 && errors.length < maxErrors; values++) {
    const node = open.pop();
    if (values > maxValues) {
      const message = `the file holds more than ${maxValues.toLocaleString("en")} values, anchors written out`;
      return {
        targets,
        errors: [...errors, { file: source.file, line: 1, column: 1, path: "", message }],
        fatal: true,
      };
    }
    if (isNode(node) && !isAlias(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isAlias(node)) {
      const target = targets.get(node) ?? anchors.get(node.source);
      if (target === undefined) {
        fatal = true;
        const place = at(source, node);
        const message = `the alias *${valueText(node.source).slice(1, -1)} names no anchor that stands before it`;
        const hint = didYouMean(node.source, [...anchors.keys()].slice(0, maxErrors));
        errors.push({ ...place, path: "", message, value: node.source, ...(hint === undefined ? {} : { hint }) });
      } else {
        targets.set(node, target);
        open.push(target);
      }
    } else if (isMap(node)) {
      const first = !visited.has(node);
      visited.add(node);
      const wrong = first ? wrongKeys(source, node, anchors) : { errors: [], fatal: false };
      errors.push(...wrong.errors.slice(0, maxErrors));
      fatal ||= wrong.fatal;
      for (const pair of node.items.toReversed()) open.push(pair);
    } else if (isPair(node)) {
      open.push(node.value);
    } else if (isSeq(node)) {
      for (const item of node.items.toReversed()) open.push(item);
    }
  }
  return { targets, errors, fatal };
}

function wrongKeys(
  source: YamlSource,
  map: YAMLMap,
  anchors: ReadonlyMap<string, Node>,
): { errors: FleetError[]; fatal: boolean } {
  const seen = new Map<string, unknown>();
  const errors: FleetError[] = [];
  let fatal = false;
  for (const { key, value } of map.items) {
    if (!isScalar(key)) {
      fatal = true;
      errors.push({
        ...at(source, key),
        path: "",
        message: "a key must be a plain word, not a list, mapping or alias",
      });
      continue;
    }
    if (isMergeKey(key)) {
      const merged = (isSeq(value) ? value.items : [value]).map((item) =>
        isAlias(item) ? (anchors.get(item.source) ?? map) : item,
      );
      if (merged.every((item) => isMap(item))) continue;
      fatal = true;
      const message = "<< merges mappings in: it must name one, or a list of them";
      errors.push({ ...at(source, key), path: "", message });
      continue;
    }
    const name = String(key.value);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, key);
    else {
      const { line, column } = at(source, first);
      const message = `the key ${valueText(name)} stands twice in this mapping`;
      const hint = `the first is at ${source.file}:${line}:${column}; remove one`;
      errors.push({ ...at(source, key), path: "", message, value: name, hint });
    }
  }
  return { errors, fatal };
}

/** A plain `<<`; the parser gives it a symbol for a value. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

function at(source: YamlSource, node: unknown): Place {
  const [from, to] = (isNode(node) && node.range) || [0, 0];
  return placeAt(source, { from, to });
}
