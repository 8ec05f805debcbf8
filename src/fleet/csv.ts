import { type FleetError, maxErrors, type Place, plain, valueText } from "./errors.ts";
import type { ListedDesk } from "./schema.ts";
import { readTable } from "./table.ts";

/** Lists of desks: CSV (see table.ts) with the columns desk, person and site. */

const listColumns = ["desk", "person", "site"] as const;
type Column = (typeof listColumns)[number];

export interface DeskList {
  readonly file: string;
  /** The rows without mistakes, in order. */
  readonly desks: readonly ListedDesk[];
  /** Where a cell of `desks[index]` stands. */
  readonly placeOf: (index: number, column: Column) => Place;
}

export interface DeskListResult {
  readonly list: DeskList;
  readonly errors: readonly FleetError[];
}

/** A name that a host can bear: what the desk's own name must be. */
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const longestPerson = 120;

/** Reads a list; errors carry the list's own file, line and column. */
export function parseDeskList(bytes: Uint8Array, file: string): DeskListResult {
  const table = readTable(bytes, file, { columns: listColumns, needed: ["desk"] });
  const errors = [...table.errors];
  const desks: ListedDesk[] = [];
  const lineOf: number[] = [];
  for (const { line, cells } of table.rows) {
    if (errors.length >= maxErrors) break;
    const wrong = rowError(cells);
    if (wrong === undefined) {
      desks.push({ desk: cells.desk, person: cells.person || undefined, site: cells.site || undefined });
      lineOf.push(line);
    } else {
      errors.push({ ...table.placeOf(line, wrong.column), path: wrong.column, ...wrong.said });
    }
  }
  const placeOf = (index: number, column: Column): Place => table.placeOf(lineOf[index] ?? 0, column);
  return { list: { file, desks, placeOf }, errors };
}

interface RowError {
  readonly column: Column;
  readonly said: { readonly message: string; readonly value?: string };
}

function rowError({ desk, person }: Readonly<Record<Column, string>>): RowError | undefined {
  if (desk === "") return { column: "desk", said: { message: "the row names no desk" } };
  if (!dnsLabel.test(desk)) {
    const words = "1 to 63 letters, digits and hyphens, with no hyphen at either end";
    const message = `desk must be a host name of ${words}, not ${valueText(desk)}`;
    return { column: "desk", said: { message, value: desk } };
  }
  const said = personFault(person);
  return said && { column: "person", said };
}

/** What is wrong with a person's name, which may be empty. */
export function personFault(person: string): RowError["said"] | undefined {
  if (person.length <= longestPerson && !/\p{Cc}/u.test(person)) return undefined;
  const message = `person must be at most ${longestPerson} printable characters, not ${valueText(person)}`;
  return { message, value: plain(person) };
}
