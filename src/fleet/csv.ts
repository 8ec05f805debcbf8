import { parse } from "csv-parse/sync";
import { excerptOf, type FleetError, maxErrors, type Place, plain, valueText } from "./errors.ts";
import type { ListedDesk } from "./schema.ts";
import { didYouMean } from "./suggest.ts";

/**
 * Lists of desks: CSV with the columns desk, person and site in any order, `;` or `,` between them, UTF-8 or
 * Windows-1252 as spreadsheets write them. One row a line; blank rows are passed over.
 */

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

interface Table {
  readonly file: string;
  readonly lines: readonly string[];
  readonly delimiter: string;
}

interface Row {
  /** From 0. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A name that a host can bear: what the desk's own name must be. */
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const longestPerson = 120;
/** Past these it is no list of desks, and reading on would only fill the memory. */
const maxLines = 2_000_000;
const longestLine = 4000;
/** Lines parsed at once. */
const chunk = 20_000;

/** Reads a list; errors carry the list's own file, line and column. */
export function parseDeskList(bytes: Uint8Array, file: string): DeskListResult {
  const nothing: DeskList = { file, desks: [], placeOf: () => ({ file, line: 1, column: 1 }) };
  const text = decode(bytes);
  if (text === undefined) {
    const message = "the list must be UTF-8 or Windows-1252 text, not UTF-16 or binary data";
    const hint = "save it as CSV UTF-8";
    return { list: nothing, errors: [{ file, line: 1, column: 1, path: "", message, hint }] };
  }
  const lines = text.split(/\r\n|\r|\n/, maxLines + 1);
  if (lines.length > maxLines) {
    const message = `the list has more than ${maxLines.toLocaleString("en")} lines`;
    return { list: nothing, errors: [{ file, line: maxLines, column: 1, path: "", message }] };
  }
  const headerLine = lines.findIndex((line) => line.trim() !== "");
  const table: Table = { file, lines, delimiter: (lines[headerLine] ?? "").includes(";") ? ";" : "," };
  if (headerLine < 0) {
    const message = `the list is empty; its first line must name the columns ${listColumns.join(", ")}`;
    return { list: nothing, errors: [{ file, line: 1, column: 1, path: "", message }] };
  }
  const { rows, errors } = readRows(table, headerLine);
  const [header, ...body] = rows;
  if (header?.line !== headerLine) return { list: nothing, errors };
  const { columns, errors: headerErrors } = readHeader(table, header);
  if (columns === undefined) return { list: nothing, errors: [...headerErrors, ...errors].slice(0, maxErrors) };
  return readDesks(table, header, columns, body, [...headerErrors, ...errors]);
}

/** Undefined for UTF-16 and for data with NUL bytes. */
function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16 || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Parses all lines at once; where that fails, halves of them, until the lines at fault stand alone. */
function readRows(table: Table, from: number): { rows: Row[]; errors: FleetError[] } {
  const rows: Row[] = [];
  const errors: FleetError[] = [];
  const read = (start: number, end: number): void => {
    if (errors.length >= maxErrors) return;
    const text = table.lines[start] ?? "";
    if (end - start === 1 && text.length > longestLine) {
      const message = `the line is longer than ${longestLine} characters`;
      errors.push({ ...place(table, start, longestLine, 1), path: "", message });
      return;
    }
    const records = parseLines(table, start, end);
    if (records !== undefined) {
      for (const [index, cells] of records.entries()) {
        if (cells.some((cell) => cell !== "")) rows.push({ line: start + index, cells });
      }
    } else if (end - start === 1) {
      errors.push(quoteError(table, start));
    } else {
      const middle = Math.floor((start + end) / 2);
      read(start, middle);
      read(middle, end);
    }
  };
  for (let start = from; start < table.lines.length; start += chunk) {
    read(start, Math.min(start + chunk, table.lines.length));
  }
  return { rows, errors };
}

/** One record a line, or undefined when quotes are wrong or a value goes over several lines. */
function parseLines(table: Table, start: number, end: number): string[][] | undefined {
  const lines = table.lines.slice(start, end);
  if (lines.some((line) => line.length > longestLine)) return undefined;
  try {
    const records = parse(`${lines.join("\n")}\n`, {
      delimiter: table.delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      trim: true,
    });
    return records.length === lines.length ? records : undefined;
  } catch {
    return undefined;
  }
}

function quoteError(table: Table, line: number): FleetError {
  const text = table.lines[line] ?? "";
  const column = text.indexOf('"') + 1;
  return {
    ...place(table, line, column, text.length),
    path: "",
    message: "a quote is not closed on its line, or stands inside a value",
    value: plain(text.slice(0, 60)),
    hint: 'a value with a quote in it is written "like ""this"""',
  };
}

type Columns = Readonly<Record<Column, number>>;

function readHeader(table: Table, header: Row): { columns?: Columns; errors: FleetError[] } {
  const names = header.cells.map((cell) => cell.toLowerCase());
  const errors: FleetError[] = [];
  for (const [index, name] of names.entries()) {
    const { column, length } = cellSpan(table, header.line, index);
    const at = { ...place(table, header.line, column, length), path: plain(name), value: name };
    if (!isColumn(name)) {
      const hint =
        didYouMean(name, listColumns) ?? (name.includes("\t") ? "put ; or , between the columns" : undefined);
      const message = `unknown column ${valueText(header.cells[index])}; the columns are ${listColumns.join(", ")}`;
      errors.push({ ...at, message, choices: listColumns, ...(hint === undefined ? {} : { hint }) });
    } else if (names.indexOf(name) < index) {
      errors.push({ ...at, message: `the column "${name}" stands twice` });
    }
  }
  const missing = listColumns.filter((column) => !names.includes(column));
  for (const column of missing) {
    const at = place(table, header.line, 1, table.lines[header.line]?.length ?? 1);
    const hint = column === "desk" ? {} : { hint: "its cells may be left empty" };
    errors.push({ ...at, path: column, message: `the column "${column}" is missing`, choices: listColumns, ...hint });
  }
  if (missing.includes("desk")) return { errors: errors.slice(0, maxErrors) };
  const columns = { desk: names.indexOf("desk"), person: names.indexOf("person"), site: names.indexOf("site") };
  return { columns, errors: errors.slice(0, maxErrors) };
}

function isColumn(name: string): name is Column {
  return (listColumns as readonly string[]).includes(name);
}

function readDesks(
  table: Table,
  header: Row,
  columns: Columns,
  rows: readonly Row[],
  found: readonly FleetError[],
): DeskListResult {
  const desks: ListedDesk[] = [];
  const lineOf: number[] = [];
  const errors = [...found];
  const placeOfCell = (line: number, column: Column): Place => {
    const span = cellSpan(table, line, Math.max(0, columns[column]));
    return place(table, line, span.column, span.length);
  };
  for (const row of rows) {
    if (errors.length >= maxErrors) break;
    const wrong = rowError(row, header.cells.length, columns);
    if (wrong === undefined) {
      const [desk, person, site] = listColumns.map((column) => row.cells[columns[column]] || undefined);
      desks.push({ desk: desk!, person, site });
      lineOf.push(row.line);
    } else {
      const { column, message, value } = wrong;
      const at = placeOfCell(row.line, column ?? "desk");
      const whole = place(table, row.line, 1, table.lines[row.line]?.length ?? 1);
      errors.push({ ...(column === undefined ? whole : at), path: column ?? "", message, ...(value ? { value } : {}) });
    }
  }
  const placeOf = (index: number, column: Column): Place => placeOfCell(lineOf[index] ?? header.line, column);
  return { list: { file: table.file, desks, placeOf }, errors: errors.slice(0, maxErrors) };
}

interface RowError {
  readonly column?: Column;
  readonly message: string;
  readonly value?: string;
}

function rowError(row: Row, width: number, columns: Columns): RowError | undefined {
  if (row.cells.length !== width) {
    return { message: `the row has ${row.cells.length} fields, the header ${width}` };
  }
  const desk = row.cells[columns.desk] ?? "";
  if (desk === "") return { column: "desk", message: "the row names no desk" };
  if (!dnsLabel.test(desk)) {
    const words = "1 to 63 letters, digits and hyphens, with no hyphen at either end";
    return { column: "desk", message: `desk must be a host name of ${words}, not ${valueText(desk)}`, value: desk };
  }
  const person = row.cells[columns.person] ?? "";
  if (person.length > longestPerson || /\p{Cc}/u.test(person)) {
    const message = `person must be at most ${longestPerson} printable characters, not ${valueText(person)}`;
    return { column: "person", message, value: plain(person) };
  }
  return undefined;
}

function place(table: Table, line: number, column: number, length: number): Place {
  const at = Math.max(1, column);
  return {
    file: table.file,
    line: line + 1,
    column: at,
    excerpt: excerptOf(table.lines[line] ?? "", at, length),
  };
}

/** Where the n-th cell of a line stands, without the blanks around it; column from 1. */
function cellSpan(table: Table, line: number, index: number): { column: number; length: number } {
  const text = table.lines[line] ?? "";
  let quoted = false;
  let cell = 0;
  let start = 0;
  let end = text.length;
  for (let offset = 0; offset < text.length; offset++) {
    if (text[offset] === '"') quoted = !quoted;
    else if (text[offset] === table.delimiter && !quoted) {
      if (cell === index) {
        end = offset;
        break;
      }
      cell += 1;
      start = offset + 1;
    }
  }
  const cut = text.slice(start, end);
  return { column: start + cut.length - cut.trimStart().length + 1, length: cut.trim().length };
}
