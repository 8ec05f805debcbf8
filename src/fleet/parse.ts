import { type DeskList, parseDeskList } from "./csv.ts";
import { errorsOf, inOrder, locate, readDocument } from "./document.ts";
import { FleetFileError, type FleetError, type FleetPath, pathText, type Place } from "./errors.ts";
import { overlaps } from "./repair.ts";
import { rules } from "./rules.ts";
import { type Fleet, fleetSchema, type ListedDesk, type ParsedFleet } from "./schema.ts";
import type { YamlSource } from "./yaml.ts";

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
  const { source, draft, errors: found } = readDocument(text, file, fleetSchema);
  const rest = source && draft && checkTogether(source, draft.value, draft.unsure, readList);
  const errors = [...found, ...(rest?.errors ?? [])];
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
    errors.push(...errorsOf(source, rule(fleet), unsure, (path) => placeInLists(lists, path)));
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
    return { errors: [locate(source, { path: at, message: error.message, value: list })] };
  }
}

/** How errors name a list: from the fleet file's folder. */
function nameOfList(file: string, list: string): string {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  return list.startsWith("/") ? list : `${folder}${list.replace(/^(\.\/)+/, "")}`;
}

function placeInLists(lists: Lists, path: FleetPath): Place | undefined {
  const [index, column] = path.slice(5);
  if (path[4] !== "listed" || typeof index !== "number") return undefined;
  return lists
    .get(pathText(path.slice(0, 4)))
    ?.placeOf(index, column === "site" || column === "person" ? column : "desk");
}
