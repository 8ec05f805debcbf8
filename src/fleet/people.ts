import { dirname, resolve } from "node:path";
import { personFault } from "./csv.ts";
import { FleetFileError, type FleetError, maxErrors, type Place, plain, valueText } from "./errors.ts";
import { readBytes } from "./read.ts";
import { didYouMean } from "./suggest.ts";
import { readTable, type TableRow } from "./table.ts";

/** The list of those who get a videoconference seat: CSV (see table.ts), one person a row, the most urgent first. */

const columns = ["person", "account", "body", "desk", "groups"] as const;
type Column = (typeof columns)[number];

export interface ListedPerson {
  readonly person: string;
  /** At the vendor, in lower case. */
  readonly account: string;
  readonly body: string;
  /** Where their client is set up; undefined for a laptop of their own. */
  readonly desk: string | undefined;
  /** Those that the fleet file names: of their body, of their desk's pool, and what the row says. */
  readonly groups: readonly string[];
}

/** What the fleet has, against which a list is held. */
export interface KnownPlaces {
  readonly bodies: readonly string[];
  /** Groups that are protected or host a sitting. */
  readonly groups: readonly string[];
  /** The pool of a desk, undefined where the plan has none of that name. */
  readonly poolOf: (desk: string) => { readonly body: string; readonly name: string } | undefined;
}

/** As an e-mail address is written, or a plain identity: no blanks, no quotes, nothing that a URL would take for its own. */
const accountWords = /^[\p{L}\p{N}][\p{L}\p{N}._%+'-]*(@[\p{L}\p{N}][\p{L}\p{N}.-]*)?$/u;
const longestAccount = 254;

/** Past this it is no list of people, in bytes: a hundred thousand of them. */
const mostBytes = 16 * 1024 * 1024;

/** Reads the list that the fleet file `fleetFile` names. Throws FleetFileError with every error. */
export function loadPeople(fleetFile: string, list: string, known: KnownPlaces): readonly ListedPerson[] {
  const file = resolve(dirname(fleetFile), list);
  return parsePeople(readBytes(file, mostBytes), list, known);
}

/** Throws FleetFileError with every error. */
export function parsePeople(bytes: Uint8Array, file: string, known: KnownPlaces): readonly ListedPerson[] {
  const table = readTable(bytes, file, { columns, needed: ["person", "account", "body"] });
  const errors: FleetError[] = [...table.errors];
  const people: ListedPerson[] = [];
  const seen: Readonly<Record<"person" | "account" | "desk", Map<string, number>>> = {
    person: new Map(),
    account: new Map(),
    desk: new Map(),
  };
  for (const row of table.rows) {
    if (errors.length >= maxErrors) break;
    const faults = [...faultsOf(row.cells, known), ...repeats(row, seen)];
    for (const { column, ...said } of faults)
      errors.push({ ...table.placeOf(row.line, column), path: column, ...said });
    if (faults.length === 0) people.push(personOf(row.cells, known));
  }
  if (people.length === 0 && errors.length === 0) {
    errors.push({ file, line: 1, column: 1, path: "", message: "the list names nobody" });
  }
  if (errors.length > 0) throw new FleetFileError(errors.toSorted(byPlace).slice(0, maxErrors));
  return people;
}

type Cells = TableRow<Column>["cells"];

interface Fault {
  readonly column: Column;
  readonly message: string;
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly hint?: string;
}

function personOf({ person, account, body, desk, groups }: Cells, { poolOf }: KnownPlaces): ListedPerson {
  const pool = desk === "" ? undefined : poolOf(desk)?.name;
  return {
    person,
    account: account.toLowerCase(),
    body,
    desk: desk || undefined,
    groups: [...new Set([body, ...(pool === undefined ? [] : [pool]), ...wordsOf(groups)])],
  };
}

function wordsOf(groups: string): readonly string[] {
  return groups.split(/[\s|]+/).filter((word) => word !== "");
}

function faultsOf(cells: Cells, known: KnownPlaces): readonly Fault[] {
  const { person, account, body, desk, groups } = cells;
  const faults: Fault[] = [];
  const wrong = person === "" ? { message: "the row names no person" } : personFault(person);
  if (wrong !== undefined) faults.push({ column: "person", ...wrong });
  if (account === "") faults.push({ column: "account", message: "the row names no account at the vendor" });
  else if (account.length > longestAccount || !accountWords.test(account)) {
    const message = `account must be an e-mail address or a plain name, not ${valueText(account)}`;
    faults.push({ column: "account", message, value: plain(account) });
  }
  if (!known.bodies.includes(body)) faults.push({ column: "body", ...unknown("body", body, known.bodies) });
  if (desk !== "") {
    const pool = known.poolOf(desk);
    if (pool === undefined) {
      faults.push({ column: "desk", message: `no desk ${valueText(desk)} in the plan`, value: plain(desk) });
    } else if (pool.body !== body && known.bodies.includes(body)) {
      const message = `desk ${valueText(desk)} is of body "${pool.body}", the person of "${body}"`;
      faults.push({ column: "desk", message, value: plain(desk) });
    }
  }
  for (const group of wordsOf(groups)) {
    if (!known.groups.includes(group)) faults.push({ column: "groups", ...unknown("group", group, known.groups) });
  }
  return faults;
}

function unknown(what: string, value: string, choices: readonly string[]): Omit<Fault, "column"> {
  const hint = didYouMean(value, choices);
  const known = choices.length === 0 ? "the fleet file names none" : `choose one of: ${choices.join(", ")}`;
  return {
    message: value === "" ? `the row names no ${what}` : `unknown ${what} ${valueText(value)}; ${known}`,
    value: plain(value),
    choices,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Nobody stands twice, and nobody shares an account or a desk. */
function repeats(
  { line, cells }: TableRow<Column>,
  seen: Readonly<Record<"person" | "account" | "desk", Map<string, number>>>,
): readonly Fault[] {
  return (["person", "account", "desk"] as const).flatMap((column) => {
    const value = cells[column].toLowerCase();
    if (value === "") return [];
    const first = seen[column].get(value);
    if (first === undefined) {
      seen[column].set(value, line);
      return [];
    }
    const message = `${column} ${valueText(cells[column])} stands already in line ${first + 1}`;
    return [{ column, message, value: plain(cells[column]) }];
  });
}

function byPlace(left: Place, right: Place): number {
  return left.line - right.line || left.column - right.column;
}
