import { sdk } from "./mappers.ts";
import { providerModel } from "./provider.ts";
import { hold, type Model, type Problem } from "./shape.ts";
import { tokens, type Published, type Token } from "./tokens.ts";

/** A resource as a Pulumi program states it: its type token, and its inputs resolved to plain values. */
export interface Resource {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What one token's resources are held against; made once. */
interface Checker {
  readonly entry: Token;
  readonly provider: Model;
  readonly outsideBody: ReadonlySet<string>;
}
const checkers = new Map<string, Checker>();

/**
 * Holds a resource's inputs against the model that Microsoft publishes for it, and against the provider's own types.
 * @returns one line a problem, `path: what is wrong`; empty when nothing is. A token without an entry in the table is
 * a problem by itself.
 */
export function checkAgainstSdk({ type, inputs }: Resource): readonly string[] {
  const checker = checkerOf(type);
  if (checker === undefined) return [`${type}: has no entry in the table of tokens (test/azure/sdk/tokens.ts)`];
  const { entry, provider, outsideBody } = checker;
  const problems = missingParameters(entry, inputs);
  if ("package" in entry.published) {
    const body = Object.fromEntries(Object.entries(inputs).filter(([name]) => !outsideBody.has(name)));
    addNew(problems, problemsOfPublished(entry.published, body));
  }
  const own: Problem[] = [];
  hold(inputs, { kind: "object", model: provider }, "", own);
  addNew(problems, own);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

function checkerOf(type: string): Checker | undefined {
  const known = checkers.get(type);
  const entry = tokens[type];
  if (known !== undefined || entry === undefined) return known;
  const outsideBody = new Set([...entry.parameters, ...(entry.query ?? [])]);
  const made: Checker = { entry, provider: providerModel(type), outsideBody };
  checkers.set(type, made);
  return made;
}

function missingParameters({ parameters }: Token, inputs: Resource["inputs"]): Problem[] {
  return parameters
    .filter((name) => (inputs[name] ?? "") === "")
    .map((path) => ({ path, kind: "missing", message: "is required: it is a part of the resource's path" }));
}

/**
 * The walk sees every difference at once, also what the vendor's serializer lets pass (unknown properties, values,
 * limits). What the walk takes is then given to the serializer, which has the last word.
 */
function problemsOfPublished({ package: name, model }: Published, body: Resource["inputs"]): readonly Problem[] {
  const problems: Problem[] = [];
  const { model: modelOf, serialize } = sdk(name);
  const held = hold(body, { kind: "object", model: modelOf(model) }, "", problems);
  if (problems.some(({ kind }) => kind === "type" || kind === "missing")) return problems;
  try {
    serialize(model, held as Record<string, unknown>, model);
  } catch (error) {
    problems.push({ path: model, kind: "refused", message: `${name} refuses it: ${(error as Error).message}` });
  }
  return problems;
}

/** Of one path the first report stands: both models may say the same. */
function addNew(problems: Problem[], more: readonly Problem[]): void {
  const told = new Set(problems.map(({ path }) => path));
  problems.push(...more.filter(({ path }) => !told.has(path)));
}
