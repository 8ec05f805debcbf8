import { type DeskList, parseDeskList } from "./csv.ts";
import { FleetFileError, type FleetError, type FleetPath, maxErrors, pathText, type Place } from "./errors.ts";
import { type Problem, schemaProblems } from "./issues.ts";
import { placeOf } from "./locate.ts";
import { overlaps, repair } from "./repair.ts";
import type { Finding } from "./rules/finding.ts";
import { rules } from "./rules.ts";
import type { Fleet, ListedDesk, ParsedFleet } from "./schema.ts";
import { readYaml, tooDeep, type YamlSource } from "./yaml.ts";

/** The bytes of a list, by its path as the fleet file writes it; throws an error with a plain message if it cannot. */
export type ReadList = (path: string) => Uint8Array;

export type ParseResult =
  | { readonly fleet: Fleet; readonly errors: readonly [] }
  | { readonly fleet?: undefined; readonly errors: readonly FleetError[] };

/**
 * Text → fleet, or every error in it: YAML's, the schema's, those of the rules across fields and of the lists.
 * `file` is the name that errors carry. Pure but for `readList`.
 */
export function parseFleet(text: string, file: string, readList: ReadList): ParseResult {
  try {
    return parse(text, file, readList);
  } catch (error) {
    if (error instanceof RangeError) return failure(file, tooDeep);
    throw error;
  }
}

function failure(file: string, message: string): ParseResult {
  return { errors: [{ file, line: 1, column: 1, path: "", message }] };
}

function parse(text: string, file: string, readList: ReadList): ParseResult {
  if (text.trim() === "") return failure(file, "the file is empty");
  const { source, value, errors: syntax } = readYaml(text, file);
  if (value === undefined) return { errors: inOrder(syntax, file) };
  const problems = schemaProblems(value.input);
  const schemaErrors = problems.map((problem) => locate(source, new Map(), problem));
  // Past so many, what the rules would find is mostly consequence.
  const draft = problems.length < maxErrors ? repair(value.input) : undefined;
  const unsure = [...(draft?.broken ?? []), ...problems.flatMap(({ meant }) => (meant === undefined ? [] : [meant]))];
  const rest = draft === undefined ? undefined : checkTogether(source, draft.fleet, unsure, readList);
  const errors = [...syntax, ...schemaErrors, ...(rest?.errors ?? [])];
  if (errors.length > 0 || rest === undefined) return { errors: inOrder(errors, file) };
  return { fleet: rest.fleet, errors: [] };
}

/** Lists by the path of their pool, as text. */
type Lists = ReadonlyMap<string, DeskList>;

/** Reads the lists and runs the rules. */
function checkTogether(
  source: YamlSource,
  parsed: ParsedFleet,
  broken: readonly FleetPath[],
  readList: ReadList,
): { fleet: Fleet; errors: FleetError[] } {
  const lists = new Map<string, DeskList>();
  const errors: FleetError[] = [];
  const unsure = [...broken];
  const readOne = (path: FleetPath, list: string | undefined): readonly ListedDesk[] => {
    const at = [...path, "list"];
    if (list === undefined || broken.some((place) => overlaps(at, place))) return [];
    const result = listAt(source, at, list, readList);
    if (result.errors.length > 0) unsure.push(at);
    errors.push(...result.errors);
    if (result.list !== undefined) lists.set(pathText(path), result.list);
    return result.list?.desks ?? [];
  };
  const bodies = parsed.bodies.map((body, b) => ({
    ...body,
    pools: body.pools.map((pool, p) => ({ ...pool, listed: readOne(["bodies", b, "pools", p], pool.list) })),
  }));
  const fleet: Fleet = { ...parsed, bodies };
  for (const rule of Object.values(rules)) {
    let count = 0;
    for (const finding of rule(fleet)) {
      count += 1;
      if (count > maxErrors) break;
      const read = [finding.path, ...(finding.reads ?? [])];
      if (read.some((place) => unsure.some((other) => overlaps(place, other)))) continue;
      errors.push(locate(source, lists, finding));
    }
  }
  return { fleet, errors };
}

function listAt(
  source: YamlSource,
  at: FleetPath,
  list: string,
  readList: ReadList,
): { list?: DeskList; errors: readonly FleetError[] } {
  try {
    return parseDeskList(readList(list), nameOfList(source.file, list));
  } catch (error) {
    if (error instanceof FleetFileError || !(error instanceof Error)) throw error;
    return { errors: [locate(source, new Map(), { path: at, message: error.message, value: list })] };
  }
}

/** How errors name a list: from the fleet file's folder. */
function nameOfList(file: string, list: string): string {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  return list.startsWith("/") ? list : `${folder}${list.replace(/^(\.\/)+/, "")}`;
}

/** Gives a problem its place, in the fleet file or in the list. */
function locate(source: YamlSource, lists: Lists, problem: Problem & Pick<Finding, "first">): FleetError {
  const { excerpt, ...place } = placeInLists(lists, problem.path) ?? placeOf(source, problem.path, problem.aim);
  const first = problem.first && (placeInLists(lists, problem.first) ?? placeOf(source, problem.first));
  const hint = problem.hint ?? (first && `the first is at ${first.file}:${first.line}:${first.column}`);
  return {
    ...place,
    ...(excerpt === undefined || problem.secret === true ? {} : { excerpt }),
    path: pathText(problem.path),
    message: problem.message,
    ...(problem.value === undefined ? {} : { value: problem.value }),
    ...(problem.choices === undefined ? {} : { choices: problem.choices }),
    ...(hint === undefined ? {} : { hint }),
  };
}

function placeInLists(lists: Lists, path: FleetPath): Place | undefined {
  const [index, column] = path.slice(5);
  if (path[4] !== "listed" || typeof index !== "number") return undefined;
  return lists
    .get(pathText(path.slice(0, 4)))
    ?.placeOf(index, column === "site" || column === "person" ? column : "desk");
}

/** The fleet file's own errors first, each file from top to bottom. */
function inOrder(errors: readonly FleetError[], file: string): FleetError[] {
  const rank = (error: FleetError): string => (error.file === file ? "" : error.file);
  const sorted = errors.toSorted((a, b) => rank(a).localeCompare(rank(b)) || a.line - b.line || a.column - b.column);
  return sorted.slice(0, maxErrors);
}
