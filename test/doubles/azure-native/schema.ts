import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What azure-native's own generated class says of a type. */
export interface ClassSchema {
  readonly token: string;
  readonly apiVersion: string;
  /** Names of the inputs. */
  readonly inputs: ReadonlySet<string>;
  readonly required: readonly string[];
  /** Names that only Azure gives. */
  readonly outputs: ReadonlySet<string>;
  /** Names of all that the resource's state holds. */
  readonly state: ReadonlySet<string>;
}

const package_ = dirname(createRequire(import.meta.url).resolve("@pulumi/azure-native/package.json"));
const known = new Map<string, ClassSchema>();

/** The schema of a token such as "azure-native:network:Subnet", read once from the SDK's class. */
export function schemaOf(token: string): ClassSchema {
  const found = known.get(token) ?? read(token);
  known.set(token, found);
  return found;
}

function read(token: string): ClassSchema {
  const [, module_ = "", name = ""] = token.split(":");
  const file = join(package_, module_, `${name.slice(0, 1).toLowerCase()}${name.slice(1)}.js`);
  if (!existsSync(file)) throw new Error(`azure-native has no resource ${token}`);
  const source = readFileSync(file, "utf8");
  // The constructor fills resourceInputs twice: for a new resource, then (all "out") for one that is looked up.
  const [fresh = "", found = ""] = source.slice(source.indexOf("if (!opts.id)")).split("\n        else {");
  const assigned = [...fresh.matchAll(/resourceInputs\["(\w+)"\] = (.*);/g)];
  const isOutput = (from: string | undefined): boolean => from?.startsWith("undefined /*out*/") === true;
  const names = (wanted: boolean): string[] =>
    assigned.filter((match) => isOutput(match[2]) === wanted).map((match) => match[1] ?? "");
  return {
    token,
    apiVersion: /Uses Azure REST API version ([\w-]+)/.exec(source)?.[1] ?? "",
    inputs: new Set(names(false)),
    outputs: new Set(names(true)),
    state: new Set([...found.matchAll(/resourceInputs\["(\w+)"\]/g)].map((match) => match[1] ?? "")),
    required: [...source.matchAll(/Missing required property '(\w+)'/g)].map((match) => match[1] ?? ""),
  };
}
