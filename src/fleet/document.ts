import type { z } from "zod";
import { type FleetError, type FleetPath, maxErrors, pathText, type Place } from "./errors.ts";
import { type Problem, schemaProblems } from "./issues.ts";
import { placeOf } from "./locate.ts";
import { overlaps, repair } from "./repair.ts";
import { readYaml, tooDeep, type YamlSource } from "./yaml.ts";

/** What every file of ours is read by: YAML, then a schema, then rules across fields; every error with its place. */

export interface Reading<T> {
  readonly source: YamlSource | undefined;
  readonly errors: readonly FleetError[];
  /** The values, what was refused replaced; undefined when the file is too far from the schema to say more. */
  readonly draft: Draft<T> | undefined;
}

export interface Draft<T> {
  readonly value: T;
  /** Where a stand-in stands, or a key that was meant to: what rests on one of these is no finding. */
  readonly unsure: readonly FleetPath[];
}

/** A finding of a rule: a problem, the places that it rests on, and an earlier place with which it clashes. */
export interface Finding extends Problem {
  /**
   * The places, beside its own, that the finding rests on (`*` for any step): when the schema refused a value in one
   * of them, the finding may be a mere consequence and is not told.
   */
  readonly reads?: readonly FleetPath[];
  /** An earlier place with which this one clashes; the hint names its line. */
  readonly first?: FleetPath;
}

/** A place that stands in another file than the one that is read. */
type PlaceElsewhere = (path: FleetPath) => Place | undefined;

/** Text → values by a schema, and the errors of YAML and of the schema. `file` is the name that errors carry. */
export function readDocument<S extends z.ZodType>(text: string, file: string, schema: S): Reading<z.output<S>> {
  try {
    return read(text, file, schema);
  } catch (error) {
    if (error instanceof RangeError) return refusal(file, tooDeep);
    throw error;
  }
}

function refusal(file: string, message: string): Reading<never> {
  return { source: undefined, draft: undefined, errors: [{ file, line: 1, column: 1, path: "", message }] };
}

function read<S extends z.ZodType>(text: string, file: string, schema: S): Reading<z.output<S>> {
  if (text.trim() === "") return refusal(file, "the file is empty");
  const { source, value, errors: syntax } = readYaml(text, file);
  if (value === undefined) return { source, errors: syntax, draft: undefined };
  const problems = schemaProblems(schema, value.input);
  const errors = [...syntax, ...problems.map((problem) => locate(source, problem))];
  // Past so many, what the rules would find is mostly consequence.
  const repaired = problems.length < maxErrors ? repair(schema, value.input) : undefined;
  if (repaired === undefined) return { source, errors, draft: undefined };
  const meant = problems.flatMap((problem) => (problem.meant === undefined ? [] : [problem.meant]));
  return { source, errors, draft: { value: repaired.value, unsure: [...repaired.broken, ...meant] } };
}

/** The errors that rules find; what rests on an unsure place is left out. */
export function errorsOf(
  source: YamlSource,
  findings: Iterable<Finding>,
  unsure: readonly FleetPath[],
  elsewhere?: PlaceElsewhere,
): FleetError[] {
  const errors: FleetError[] = [];
  let count = 0;
  for (const finding of findings) {
    count += 1;
    if (count > maxErrors) break;
    const places = [finding.path, ...(finding.reads ?? [])];
    if (places.some((place) => unsure.some((other) => overlaps(place, other)))) continue;
    errors.push(locate(source, finding, elsewhere));
  }
  return errors;
}

/** Gives a problem its place. */
export function locate(
  source: YamlSource,
  problem: Problem & Pick<Finding, "first">,
  elsewhere: PlaceElsewhere = () => undefined,
): FleetError {
  const { excerpt, ...place } = elsewhere(problem.path) ?? placeOf(source, problem.path, problem.aim);
  const first = problem.first && (elsewhere(problem.first) ?? placeOf(source, problem.first));
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

/** The file's own errors first, each file from top to bottom. */
export function inOrder(errors: readonly FleetError[], file: string): FleetError[] {
  const rank = (error: FleetError): string => (error.file === file ? "" : error.file);
  const sorted = errors.toSorted((a, b) => rank(a).localeCompare(rank(b)) || a.line - b.line || a.column - b.column);
  return sorted.slice(0, maxErrors);
}
